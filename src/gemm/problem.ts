/**
 * The problem a kernel solves: `C[m,n] = A[m,k] · B[k,n]`, `batch` times over or once per expert.
 *
 * Everything that changes what a correct answer is lives here, and nothing else: no kernel, no device, no timing.
 */
import type { BlockScale } from './formats/format.ts';
import type { AccumulatorFormat, ActivationFormat, OutputFormat, WeightFormat } from './formats/registry.ts';

export { type BlockScale, SCALE_RULES, type ScaleRule } from './formats/format.ts';
export {
  ACCUMULATOR_FORMATS,
  ACTIVATION_FORMATS,
  type AccumulatorFormat,
  type ActivationFormat,
  ELEMENT_FORMATS,
  type ElementFormatName as ElementFormat,
  OUTPUT_FORMATS,
  type OutputFormat,
  WEIGHT_FORMATS,
  type WeightFormat,
} from './formats/registry.ts';

/** Sizes of one GEMM. FLOP = 2·batch·m·n·k. With groups, `m` is the sum of the experts' rows and `batch` is 1. */
export interface Shape {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/**
 * How A and B lie in memory, in BLAS letters (first A, second B; `n` as written, `t` transposed), always dense row-major:
 * - `nn`: A `[m,k]`, B `[k,n]`
 * - `nt`: A `[m,k]`, B stored `[n,k]` (checkpoints, and every block-scaled format: blocks run along k)
 * - `tn`: A stored `[k,m]`, B `[k,n]` (weight gradients)
 * - `tt`: A stored `[k,m]`, B stored `[n,k]`
 */
export const LAYOUTS = ['nn', 'nt', 'tn', 'tt'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** Whether A, or B, is stored transposed: `[k,m]`, or `[n,k]`. */
export const isTransposedA = (layout: Layout): boolean => layout.startsWith('t');
export const isTransposedB = (layout: Layout): boolean => layout.endsWith('t');

/** A grouped GEMM (mixture of experts): rows of A sorted by expert, `rows[e]` of them for expert e, each expert with its own B. */
export interface Groups {
  readonly experts: number;
  /** Rows per expert, length `experts`; zero for an expert that no token chose. */
  readonly rows: readonly number[];
}

/** Number formats of one GEMM: weights (B), activations (A), accumulator, output (C). */
export interface Format {
  readonly w: WeightFormat;
  readonly a: ActivationFormat;
  readonly acc: AccumulatorFormat;
  readonly out: OutputFormat;
}

export interface Problem {
  readonly shape: Shape;
  readonly layout: Layout;
  readonly groups?: Groups;
  readonly format: Format;
  /** Present exactly when `format.w` is block-scaled; A has blocks of the same kind where `format.a` is. */
  readonly scale?: BlockScale;
  /** Whether the epilogue adds a bias of length n (one per expert or batch entry), stored as f32. */
  readonly bias: boolean;
}

/**
 * Distribution of operand values before they are rounded to their format: `normal` and `uniform` as generator.ts has them, `outliers` normal
 * but for one value in 128, which is 32 times as large, as activations of language models are.
 */
export const DISTRIBUTIONS = ['normal', 'uniform', 'outliers'] as const;
export type DistributionName = (typeof DISTRIBUTIONS)[number];

/** Largest amplitude: of values below 4, so that operands stay below what f16 holds. */
export const MAX_AMPLITUDE = 1024;

/** A distribution, and the power of two that A and B are each multiplied by where it is not 1: `normal*64`. */
export type Distribution = DistributionName | `${DistributionName}*${number}`;

/** @param amplitude a power of two */
export function distributionOf(name: DistributionName, amplitude = 1): Distribution {
  return amplitude === 1 ? name : `${name}*${amplitude}`;
}

export function partsOf(distribution: Distribution): { readonly name: DistributionName; readonly amplitude: number } {
  const [name, amplitude = '1'] = distribution.split('*') as [DistributionName, string?];
  return { name, amplitude: Number(amplitude) };
}
