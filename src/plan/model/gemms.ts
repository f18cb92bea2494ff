import { attentionGemms } from './attention.ts';
import { type GateUp, type Linear, linears } from './linear.ts';
import type { Model } from './model.ts';
import {
  type GemmSkip,
  type GroupSpec,
  latentForm,
  type ModelGemm,
  type Pass,
  passLogits,
  passTokens,
  rankName,
} from './pass.ts';
import { explicitGroups, routedGroups } from './routing.ts';
import { gradients } from './train.ts';

/** A model's matmuls as GEMMs: decode, prefill and training, on one rank of a tensor-parallel or expert-parallel group. */

export interface PassOptions {
  readonly gateUp?: GateUp;
  /** Tensor-parallel degree: ranks that share each layer. */
  readonly tp?: number;
  /** Expert-parallel degree: ranks that share the experts, each with whole ones. The pass has the tokens of all ranks. */
  readonly ep?: number;
  readonly routing?: 'uniform' | 'skewed';
  readonly seed?: number;
}

/** Every matmul of one pass on one rank, in the order a layer runs them; gradients follow their forward GEMM. */
export function modelGemms(model: Model, pass: Pass, options: PassOptions = {}): readonly (ModelGemm | GemmSkip)[] {
  const degree = options.tp ?? 1;
  const weights = linears(model, options.gateUp ?? 'fused')
    .filter((entry) => entry.only === undefined || entry.only === latentForm(pass))
    .map((entry) => shard(entry, model, pass, { ...options, tp: degree, ep: options.ep ?? 1 }));
  const forward = [...weights, ...attentionGemms(model, pass, degree)];
  if (pass.phase !== 'train') return forward;
  return forward.flatMap((gemm): readonly (ModelGemm | GemmSkip)[] =>
    'reason' in gemm ? [gemm] : [gemm, ...gradients(gemm)],
  );
}

type RankOptions = PassOptions & { readonly tp: number; readonly ep: number };

function shard(entry: Linear, model: Model, pass: Pass, options: RankOptions): ModelGemm | GemmSkip {
  const degree = options.tp;
  const sharded = entry.split !== 'none';
  const ep = entry.rows === 'routed' ? options.ep : 1;
  const name = rankName(rankName(entry.name, degree, sharded), ep, true, 'ep');
  if (sharded && entry.unit.count % degree !== 0) {
    return { name, reason: `${entry.unit.count} ${entry.unit.what} cannot be divided by tp ${degree}` };
  }
  const n = entry.widthPerRank?.(degree) ?? entry.n / (entry.split === 'n' ? degree : 1);
  if (typeof n === 'string') return { name, reason: n };
  const rows = rowsOf(entry, model, pass, options);
  if (typeof rows === 'string') return { name, reason: rows };
  const kSharded = entry.split === 'k' && degree > 1;
  return {
    name,
    part: entry.part,
    batch: entry.batch / (entry.split === 'batch' ? degree : 1),
    ...rows,
    n,
    k: entry.k / (kSharded ? degree : 1),
    layout: entry.layout,
    count: entry.count,
    // Row-parallel layers add their bias once, after the partial sums of the ranks are reduced.
    bias: entry.bias && !kSharded,
    ...(kSharded ? { kSharded } : {}),
    ...(entry.split === 'n' && degree > 1 ? { nSharded: true } : {}),
  };
}

/** Rows of a matmul on one rank, or why there are none. */
function rowsOf(
  entry: Linear,
  model: Model,
  pass: Pass,
  options: RankOptions,
): { readonly m: number; readonly group?: GroupSpec } | string {
  if (entry.rows === 'logits') return { m: passLogits(pass) };
  const tokens = passTokens(pass);
  if (entry.rows === 'tokens' || model.experts === undefined) return { m: tokens };
  const { total, active } = model.experts;
  const { routing = 'uniform', seed = 1, ep } = options;
  const group = routedGroups({ experts: total, tokens, topK: active, routing, seed });
  if (ep === 1) return { m: tokens * active, group };
  if (total % ep !== 0) return `${total} experts cannot be divided by ep ${ep}`;
  const share = explicitGroups(group.groups.rows.slice(0, total / ep));
  const m = share.groups.rows.reduce((sum, rows) => sum + rows, 0);
  return m > 0 ? { m, group: share } : `no token reaches the ${total / ep} experts of this rank`;
}
