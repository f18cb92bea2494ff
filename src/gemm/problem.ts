/**
 * The problem a kernel solves: `C[m,n] = A[m,k] · B[k,n]`, `batch` times over or once per expert.
 *
 * Everything that changes what a correct answer is lives here, and nothing else: no kernel, no device, no timing.
 */

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
 */
export const LAYOUTS = ['nn', 'nt', 'tn'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** A grouped GEMM (mixture of experts): rows of A sorted by expert, `rows[e]` of them for expert e, each expert with its own B. */
export interface Groups {
  readonly experts: number;
  /** Rows per expert, length `experts`; zero for an expert that no token chose. */
  readonly rows: readonly number[];
}

export const WEIGHT_FORMATS = ['f32', 'f16', 'bf16', 'mxfp4', 'nvfp4', 'int4'] as const;
/** Formats whose elements stand for themselves, without a scale that several share. */
export const ELEMENT_FORMATS = ['f32', 'f16', 'bf16'] as const;
/** A in a 4-bit format is quantized along k like the weights, and needs weights of the same format. */
export const ACTIVATION_FORMATS = [...ELEMENT_FORMATS, 'mxfp4', 'nvfp4'] as const;
export const ACCUMULATOR_FORMATS = ['f32', 'f16'] as const;
export const OUTPUT_FORMATS = ELEMENT_FORMATS;
export type ElementFormat = (typeof ELEMENT_FORMATS)[number];
export type WeightFormat = (typeof WEIGHT_FORMATS)[number];
export type ActivationFormat = (typeof ACTIVATION_FORMATS)[number];
export type AccumulatorFormat = (typeof ACCUMULATOR_FORMATS)[number];
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** Number formats of one GEMM: weights (B), activations (A), accumulator, output (C). */
export interface Format {
  readonly w: WeightFormat;
  readonly a: ActivationFormat;
  readonly acc: AccumulatorFormat;
  readonly out: OutputFormat;
}

/** How the exponent of an MX block scale is chosen from the block's largest magnitude (five incompatible rules are in use). */
export const SCALE_RULES = ['rceil', 'floor', 'even', 'ceil'] as const;
export type ScaleRule = (typeof SCALE_RULES)[number];

/** The block scale of quantized weights, and of activations where they are quantized too; recorded, never assumed. */
export interface BlockScale {
  /** Consecutive elements along k that share one scale. */
  readonly block: 16 | 32;
  readonly format: 'e8m0' | 'e4m3' | 'f32';
  /** `rceil`… for MXFP4; `amax` (largest magnitude over largest code) for NVFP4 and int4. */
  readonly rule: ScaleRule | 'amax';
  readonly ties: 'even';
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

/** Distribution of operand values before they are rounded to their format. */
export const DISTRIBUTIONS = ['normal', 'uniform'] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];
