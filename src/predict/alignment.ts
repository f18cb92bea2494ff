/** Divisibility of a shape's dimensions, and the resulting alignment of rows in memory. */

import { isElementFormat } from '../gemm/formats/registry.ts';
import { bitsOf } from '../gemm/formats/scale.ts';
import type { Problem } from '../gemm/problem.ts';
import { isTransposedA, isTransposedB } from '../gemm/problem.ts';
import { paddedCodes } from '../gemm/shape.ts';

/**
 * The largest power of two that divides `value`: 2880 → 64.
 *
 * @throws RangeError unless value is a positive safe integer
 */
export function powerOfTwoDivisor(value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`expected a positive integer, got ${value}`);
  const low = value % 2 ** 31;
  // A multiple of 2^31 has no low bits; split it instead.
  return low === 0 ? 2 ** 31 * powerOfTwoDivisor(value / 2 ** 31) : low & -low;
}

/**
 * What the start of each row allows: whole 128-byte cache lines, 16-byte vector (and TMA) loads, or single elements only.
 * Libraries fall back to slower kernels in the last case: 1.46 × on an H100 for rows that start on multiples of 4 bytes.
 */
export type AlignmentClass = 'line' | 'vector' | 'scalar';

const LINE_BYTES = 128;
const VECTOR_BYTES = 16;

export function alignmentClass(strideBytes: number): AlignmentClass {
  const divisor = powerOfTwoDivisor(strideBytes);
  if (divisor >= LINE_BYTES) return 'line';
  return divisor >= VECTOR_BYTES ? 'vector' : 'scalar';
}

/** How far apart the rows of one operand lie. */
export interface RowStride {
  readonly operand: 'A' | 'B' | 'C';
  /** The dimension that is contiguous in memory. */
  readonly along: 'm' | 'n' | 'k';
  readonly bytes: number;
  /** Largest power of two that divides `bytes`: every row starts on a multiple of it. */
  readonly divisor: number;
  readonly class: AlignmentClass;
}

/** Row strides of a problem as the kernel ABI stores it; rows of codes are padded to 32 there, so they are never scalar. */
export function rowStrides({ shape, layout, format }: Pick<Problem, 'shape' | 'layout' | 'format'>): RowStride[] {
  const { m, n, k } = shape;
  const alongA = isTransposedA(layout) ? 'm' : 'k';
  const alongB = isTransposedB(layout) ? 'k' : 'n';
  const lengths = { m, n, k };
  const stored = (format: Problem['format']['w'], length: number) =>
    isElementFormat(format) ? length : paddedCodes(length);
  return [
    stride('A', alongA, stored(format.a, lengths[alongA]), bitsOf(format.a)),
    stride('B', alongB, stored(format.w, lengths[alongB]), bitsOf(format.w)),
    stride('C', 'n', n, bitsOf(format.out)),
  ];
}

function stride(operand: RowStride['operand'], along: RowStride['along'], elements: number, bits: number): RowStride {
  const bytes = (elements * bits) / 8;
  return { operand, along, bytes, divisor: powerOfTwoDivisor(bytes), class: alignmentClass(bytes) };
}
