/**
 * What a number format is, as one object: all that differs between formats is in it, so that no other file needs to know one
 * by name. A format is a file in this folder and a line in registry.ts.
 */
import type { Range } from '../generator.ts';
import type { QuantizedBlock } from './block.ts';

/** What operands of a GEMM may be stored in a format. Every format may be that of weights. */
export type Role = 'activations' | 'accumulator' | 'output';

/** How the exponent of an MX block scale is chosen from the block's largest magnitude (five incompatible rules are in use). */
export const SCALE_RULES = ['rceil', 'floor', 'even', 'ceil'] as const;
export type ScaleRule = (typeof SCALE_RULES)[number];

/** The block scale of quantized weights, and of activations where they are quantized too; recorded, never assumed. */
export interface BlockScale {
  /** Consecutive elements along k that share one scale; `k`: all of them. */
  readonly block: number | 'k';
  /** Columns of B, or rows of A, that share it: one where left out, `all` those of the operand. */
  readonly lines?: number | 'all' | undefined;
  /** `f16-zero`: an f16 in the low half of a word, and the block's zero point above it. */
  readonly format: 'e8m0' | 'e4m3' | 'f32' | 'f16-zero';
  /** One of `SCALE_RULES` where a format has a choice of them; else `amax`: largest magnitude over largest code. */
  readonly rule: ScaleRule | 'amax';
  readonly ties: 'even';
}

/** A WGSL function, or a struct or constant that functions need. */
export interface WgslFunction {
  readonly name: string;
  readonly code: string;
}

interface AnyFormat {
  readonly name: string;
  readonly roles: readonly Role[];
  /** Bits of one stored element, scales not counted. */
  readonly bits: 4 | 8 | 16 | 32;
}

/** A format whose elements stand for themselves. Stored one or two to a word, even ones in the low half. */
export interface ElementFormat extends AnyFormat {
  readonly kind: 'elements';
  readonly bits: 16 | 32;
  /** Significant bits, the implicit one included. */
  readonly precision: number;
  /** The drawn integer nearest to a drawn integer among those the format holds, ties to even. */
  round(integer: number): number;
  /** Bits of the nearest value, ties to even. */
  encode(value: number): number;
  /** Largest finite magnitude. */
  readonly largest: number;
  /** Bits of a quiet NaN. */
  readonly nan: number;
  readonly wgsl: {
    /** Body of `fn (j: i32) -> u32`: the bits of `value`, which is j·2^exponent and an exact f32. */
    readonly encodeDrawn: string;
    /** Bodies of `fn (bits: u32)`: whether they are finite, and the f32 bits of the same value. */
    readonly isFinite: string;
    readonly widen: string;
    /** Of 16 bits, for kernels that store it: `NAME_bits(value: f32) -> u32`. */
    readonly rounding?: WgslFunction;
    /** Of 16 bits, for kernels that load it: `NAME_half(word, half) -> f32` and `NAME_four(words) -> vec4<f32>`. */
    readonly functions: readonly WgslFunction[];
  };
}

/** Integer thresholds that describe a table-driven quantizer over the generator's values completely (staircase.ts). */
export interface QuantizerTables {
  /** Smallest largest-|j| of a block that gets each scale in use; ascending, the first is 0. */
  readonly scaleThresholds: Uint32Array;
  /** The stored scale (E8M0 or E4M3 byte) of each threshold. */
  readonly scaleCodes: Uint32Array;
  /** Seven per scale: smallest |j| that gets magnitude code 1…7, or UNREACHED. The sign of j adds 8 to the code. */
  readonly codeThresholds: Uint32Array;
  /**
   * f32 factor of the whole tensor; 1 unless NVFP4. The tensor's largest magnitude is taken as the distribution's bound and
   * not as the largest value drawn, so that it is a constant and no pass over the tensor is needed to find it.
   */
  readonly tensorScale: number;
}

/** A scaled format applied to what one distribution draws, by rules that a GPU can follow exactly. */
export interface BlockQuantizer {
  readonly scale: BlockScale;
  readonly tensorScale: number;
  /** What the device looks up; absent where it calculates. */
  readonly tables?: QuantizerTables;
  /**
   * Writes the codes of the first `length` integers of a block; returns the stored scale: a byte, or f32 bits.
   *
   * @param amax largest |j| of all that share the scale, where those are more than the block
   */
  quantize(block: Int32Array, length: number, codes: Uint8Array, amax?: number): number;
  /** Dequantized value, exact in f64. */
  value(code: number, storedScale: number): number;
}

/** Codes of 4 bits as integers, for dot products of bytes (dot4I8Packed). Codes of 8 bits that are integers are bytes as they are. */
export interface IntegerCodes {
  /**
   * Name among the WGSL functions: of a word, the codes with even places and those with odd ones, four signed bytes each,
   * `decodedTimes` as large as their values over the scale. Where codes have zero points, those are not yet taken away.
   */
  readonly bytes: string;
  readonly decodedTimes: number;
}

/** A format whose elements are codes along k that share a scale by blocks. Rows are padded to 32 codes. */
export interface ScaledFormat extends AnyFormat {
  readonly kind: 'scaled';
  readonly bits: 4 | 8;
  /** The scale of weights; its rule is the default among `rules`. */
  readonly scale: BlockScale;
  /** The scale of activations, where it is another. */
  readonly scaleOfA?: BlockScale;
  /** Of activations that may stand beside other weights than their own: whether beside these. */
  readonly beside?: (weights: ScaledFormat) => boolean;
  /** Rules that a suite may ask for instead. */
  readonly rules: readonly ScaleRule[];
  /** The code of zero, which pads rows. */
  readonly zero: number;
  /** Whether codes are counted from a zero point of their block: kernels that scale sums of bare codes do not serve it. */
  readonly zeroPoints?: boolean;
  /** The specification's own quantizer and its inverse, exact in f64. `tensorScale` is 1 where the format has none. */
  quantize(values: ArrayLike<number>, scale: BlockScale, tensorScale: number): QuantizedBlock;
  dequantize(block: QuantizedBlock, tensorScale: number): Float64Array;
  /** The same over drawn integers; scale.ts keeps those already made. */
  quantizer(scale: BlockScale, range: Range): BlockQuantizer;
  readonly wgsl: {
    /**
     * For fills: `begin_block(amax: u32) -> u32`, the stored scale, and `code_of(j: i32, amax: u32) -> u32`; with zero points
     * `begin_range(below: u32, above: u32) -> u32` and `code_in_range(j: i32, below: u32, above: u32) -> u32`.
     */
    readonly quantize: string;
    /** What the expressions below call. */
    readonly functions: readonly WgslFunction[];
    /** Expression: the value of the u32 `code` under a stored scale. The plain way, for the reference. */
    value(scale: string): string;
    /** Whether values are multiplied by `problem.tensor_scale` besides. */
    readonly tensorScale: boolean;
    /**
     * Name among `functions`: eight codes as an `Eight`, `decodedTimes` too large, at once. Its parameter is the u32 that holds
     * them, of 8-bit codes the vec2<u32>, the first in the lowest bits.
     */
    readonly eight: string;
    /** The same by way of pairs of f16, where that is another way, which GPUs do with fewer instructions. */
    readonly eightOfHalves?: string;
    /**
     * The same `times` a power of two (1 if absent), plus so much, where that takes GPUs still fewer: to be undone for a sum at once.
     * It may use subnormal f16, which conversions to f32 keep. `factor` is of the stored scale, `times` undone.
     */
    readonly affine?: {
      readonly eight: string;
      readonly plus: number;
      readonly times?: number;
      readonly odd?: never;
      factor?(scale: string): string;
    };
    /**
     * As `affine`, for k of at least 64, of codes that need not be moved: those with odd places are `odd` times as large as the others
     * (1 if absent), whose factor is `times` and to which `plus` is added. Where absent, `affine`.
     */
    readonly inPlace?: { readonly eight: string; readonly plus: number; readonly times: number; readonly odd?: number };
    /** The same as two vec4<f16> (`Halves`), where that takes no conversion. */
    readonly eightInF16?: string;
    readonly decodedTimes: number;
    /** Whether a code's value times its block's scale, the tensor scale aside, is an f16, if none of them lies outside of its range. */
    readonly exactInF16?: boolean;
    /** Where codes are integers, or so many times an integer. */
    readonly integers?: IntegerCodes | 'as-stored';
    /** Expression: the f32 that a stored scale stands for, times the f32 `lead`, a power of two. */
    factor(scale: string, lead: string): string;
    /** Expression: the vec2<f32> of two byte scales in the lower bytes of each half of the u32 `bytes`, where that is cheaper. */
    readonly factors?: string;
    /** Powers of two by which scales must be smaller lest they overflow before C does. */
    readonly headroom: number;
  };
}

export type NumberFormat = ElementFormat | ScaledFormat;
