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
import { routedGroups } from './routing.ts';
import { gradients } from './train.ts';

/** A model's matmuls as GEMMs: decode, prefill and training, on one rank of a tensor-parallel group. */

export interface PassOptions {
  readonly gateUp?: GateUp;
  /** Tensor-parallel degree: ranks that share each layer. */
  readonly tp?: number;
  readonly routing?: 'uniform' | 'skewed';
  readonly seed?: number;
}

/** Every matmul of one pass on one rank, in the order a layer runs them; gradients follow their forward GEMM. */
export function modelGemms(model: Model, pass: Pass, options: PassOptions = {}): readonly (ModelGemm | GemmSkip)[] {
  const degree = options.tp ?? 1;
  const weights = linears(model, options.gateUp ?? 'fused')
    .filter((entry) => entry.only === undefined || entry.only === latentForm(pass))
    .map((entry) => shard(entry, model, pass, { ...options, tp: degree }));
  const forward = [...weights, ...attentionGemms(model, pass, degree)];
  if (pass.phase !== 'train') return forward;
  return forward.flatMap((gemm): readonly (ModelGemm | GemmSkip)[] =>
    'reason' in gemm ? [gemm] : [gemm, ...gradients(gemm)],
  );
}

function shard(entry: Linear, model: Model, pass: Pass, options: PassOptions & { tp: number }): ModelGemm | GemmSkip {
  const degree = options.tp;
  const sharded = entry.split !== 'none';
  const name = rankName(entry.name, degree, sharded);
  if (sharded && entry.unit.count % degree !== 0) {
    return { name, reason: `${entry.unit.count} ${entry.unit.what} cannot be divided by tp ${degree}` };
  }
  const n = entry.widthPerRank?.(degree) ?? entry.n / (entry.split === 'n' ? degree : 1);
  if (typeof n === 'string') return { name, reason: n };
  const kSharded = entry.split === 'k' && degree > 1;
  return {
    name,
    part: entry.part,
    batch: entry.batch / (entry.split === 'batch' ? degree : 1),
    ...rowsOf(entry, model, pass, options),
    n,
    k: entry.k / (kSharded ? degree : 1),
    layout: entry.layout,
    count: entry.count,
    // Row-parallel layers add their bias once, after the partial sums of the ranks are reduced.
    bias: entry.bias && !kSharded,
    ...(kSharded ? { kSharded } : {}),
  };
}

function rowsOf(entry: Linear, model: Model, pass: Pass, options: PassOptions): { m: number; group?: GroupSpec } {
  if (entry.rows === 'logits') return { m: passLogits(pass) };
  const tokens = passTokens(pass);
  if (entry.rows === 'tokens' || model.experts === undefined) return { m: tokens };
  const { total, active } = model.experts;
  const routing = options.routing ?? 'uniform';
  const group = routedGroups({ experts: total, tokens, topK: active, routing, seed: options.seed ?? 1 });
  return { m: tokens * active, group };
}
