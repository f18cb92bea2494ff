/** Arithmetic predictions for a model's matmuls. */

import { figuresOf, type KnownGpu } from '../engine/gpus/known-gpus.ts';
import { defaultScale } from '../gemm/formats/scale.ts';
import { routeRows } from '../gemm/groups.ts';
import type { Problem } from '../gemm/problem.ts';
import { arithmeticIntensity, flop } from '../gemm/shape.ts';
import type { Tile } from '../kernel/program.ts';
import { modelGemms } from '../plan/model/gemms.ts';
import { storedFormat } from '../plan/model/linear.ts';
import type { Model } from '../plan/model/model.ts';
import { type ParameterCount, parameterCount } from '../plan/model/parameters.ts';
import type { ModelGemm, Pass } from '../plan/model/pass.ts';
import { type FlopPerToken, flopPerToken } from '../plan/model/totals.ts';
import { powerOfTwoDivisor } from './alignment.ts';
import { receptiveField } from './attention.ts';
import { LIBRARY_TILES } from './explain-shape.ts';
import { headDimBound, longestFor } from './head-dim.ts';
import { type ModelMemory, modelMemory } from './memory.ts';
import { expectedTouched, expectedUsefulFraction, usefulFraction } from './padding.ts';
import { activeWidth, mlpParameterRatio, mlpRatio, type WeightBytes, weightBytes } from './ratio.ts';
import { tileQuantization, waveQuantization } from './tiles.ts';

/** Facts of a model besides its explanation are read from the model, because pages must not import the planner. */
export { hasBias, type Model, originOf } from '../plan/model/model.ts';
export type { Models } from '../plan/model/models.ts';
export { parameterCount } from '../plan/model/parameters.ts';

export interface ModelRequest {
  readonly model: Model;
  readonly gpus: readonly KnownGpu[];
  /** Tokens of the prefill that tiles are counted for. */
  readonly tokens: number;
}

/** One matmul of the prefill. */
export interface ExplainedGemm {
  readonly name: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly experts?: number;
  readonly count: number;
  readonly weights: string;
  readonly divisors: { readonly n: number; readonly k: number };
  /** Share of the FLOP of all weight matmuls, 0…1. */
  readonly flopShare: number;
  /** FLOP per byte decoding one token (null where decoding takes another form), and in this prefill. */
  readonly intensity: { readonly decode: number | null; readonly prefill: number };
  readonly cuts: readonly {
    readonly tile: Pick<Tile, 'm' | 'n'>;
    readonly efficiency: number;
    /** Tile efficiency × wave efficiency, by GPU. */
    readonly whole: readonly { readonly gpu: string; readonly efficiency: number }[];
  }[];
}

/** Padding of expert rows, for one number of tokens. */
export interface ExplainedRouting {
  readonly tokens: number;
  readonly rowsPerExpert: number;
  readonly touched: number;
  readonly useful: readonly {
    readonly tileM: number;
    readonly random: number;
    readonly even: number;
    readonly skewed: number;
  }[];
}

export interface ModelExplanation {
  readonly model: string;
  readonly tokens: number;
  readonly gpus: readonly string[];
  /** Null where the model's description leaves it out; attention likewise. */
  readonly mlp: { readonly activeWidth: number; readonly ratio: number; readonly parametersOfUngated4: number } | null;
  readonly parameters: ParameterCount;
  readonly flopPerToken: FlopPerToken;
  readonly weights: readonly WeightBytes[];
  readonly memory: ModelMemory;
  readonly gemms: readonly ExplainedGemm[];
  readonly routing: readonly ExplainedRouting[];
  readonly attention: {
    readonly headDim: number;
    readonly receptiveField: number;
    /** Minimum head dimension by what is to be distinguished. */
    readonly bounds: readonly { readonly of: string; readonly distinguish: number; readonly headDim: number }[];
    readonly longest: number;
  } | null;
}

export function explainModel({ model, gpus, tokens }: ModelRequest): ModelExplanation {
  const decode: Pass = { phase: 'decode', batch: 1, context: 1 };
  return {
    model: model.name,
    tokens,
    gpus: gpus.map(({ id }) => id),
    mlp: model.without.includes('mlp')
      ? null
      : { activeWidth: activeWidth(model), ratio: mlpRatio(model), parametersOfUngated4: mlpParameterRatio(model) },
    parameters: parameterCount(model),
    flopPerToken: flopPerToken(model, decode),
    weights: weightBytes(model),
    memory: modelMemory(model),
    gemms: gemmsOf({ model, gpus, tokens }),
    routing:
      model.experts && !model.without.includes('mlp')
        ? [1, 64, 1024, 4096, 16_384].map((count) => routingOf(model, count))
        : [],
    attention: model.without.includes('attention') ? null : attentionOf(model),
  };
}

function gemmsOf({ model, gpus, tokens }: ModelRequest): ExplainedGemm[] {
  const prefill = weightGemms(model, { phase: 'prefill', batch: 1, sequence: tokens });
  const decode = new Map(
    weightGemms(model, { phase: 'decode', batch: 1, context: 1 }).map((gemm) => [gemm.name, gemm]),
  );
  const work = prefill.map((gemm) => flop(problemOf(model, gemm)) * gemm.count);
  const total = work.reduce((sum, one) => sum + one, 0);
  return prefill.map((gemm, i) => {
    const problem = problemOf(model, gemm);
    const { name, m, n, k, group, count } = gemm;
    const single = decode.get(name);
    return {
      name,
      m,
      n,
      k,
      ...(group && { experts: group.groups.experts }),
      count,
      weights: formatsOfB(model, gemm).stored,
      divisors: { n: powerOfTwoDivisor(n), k: powerOfTwoDivisor(k) },
      flopShare: (work[i] ?? 0) / total,
      intensity: {
        decode: single ? arithmeticIntensity(problemOf(model, single)) : null,
        prefill: arithmeticIntensity(problem),
      },
      cuts: LIBRARY_TILES.map((tile) => cutOf(problem, tile, gpus)),
    };
  });
}

function weightGemms(model: Model, pass: Pass): ModelGemm[] {
  return modelGemms(model, pass).flatMap((gemm) => ('reason' in gemm || gemm.part === 'activations' ? [] : [gemm]));
}

function formatsOfB(model: Model, { name, part }: ModelGemm): ReturnType<typeof storedFormat> {
  const { activations } = model;
  return part === 'activations' ? { stored: activations, measured: activations } : storedFormat(model, { name, part });
}

function problemOf(model: Model, gemm: ModelGemm): Problem {
  const { batch, m, n, k, layout, group, bias } = gemm;
  const w = formatsOfB(model, gemm).measured;
  const scale = defaultScale(w);
  return {
    shape: { batch, m, n, k },
    layout,
    ...(group && { groups: group.groups }),
    format: { w, a: model.activations, acc: 'f32', out: model.activations },
    ...(scale && { scale }),
    bias,
  };
}

function cutOf(
  problem: Problem,
  tile: Pick<Tile, 'm' | 'n'>,
  gpus: readonly KnownGpu[],
): ExplainedGemm['cuts'][number] {
  const { tiles, efficiency } = tileQuantization(problem, tile);
  const whole = gpus.map((gpu) => ({
    gpu: gpu.id,
    efficiency: efficiency * waveQuantization(tiles, figuresOf(gpu).units).efficiency,
  }));
  return { tile, efficiency, whole };
}

function routingOf({ experts }: Model, tokens: number): ExplainedRouting {
  const { total = 1, active = 1 } = experts ?? {};
  const routing = { experts: total, topK: active, tokens };
  const rows = (kind: 'uniform' | 'skewed') => routeRows({ ...routing, routing: kind, seed: 1 });
  const [even, skewed] = [rows('uniform'), rows('skewed')];
  return {
    tokens,
    rowsPerExpert: (tokens * active) / total,
    touched: expectedTouched(routing),
    useful: [16, 64, 128].map((tileM) => ({
      tileM,
      random: expectedUsefulFraction(routing, tileM),
      even: usefulFraction(even, tileM),
      skewed: usefulFraction(skewed, tileM),
    })),
  };
}

function attentionOf(model: Model): ModelExplanation['attention'] {
  const { layers, window, head_dim, vocab } = model;
  const { context } = modelMemory(model);
  const headDim = model.mla ? model.mla.qk_nope_head_dim + model.mla.qk_rope_head_dim : head_dim;
  const stack = { layers, slidingLayers: window?.layers ?? 0, window: window?.size ?? context, context };
  const things: [string, number | undefined][] = [
    ['window', window?.size],
    ['context', context],
    ['vocabulary', vocab],
  ];
  return {
    headDim,
    receptiveField: receptiveField(stack),
    bounds: things.flatMap(([of, distinguish]) =>
      distinguish === undefined ? [] : [{ of, distinguish, headDim: headDimBound(distinguish) }],
    ),
    longest: longestFor(headDim),
  };
}
