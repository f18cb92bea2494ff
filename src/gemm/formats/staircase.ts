/**
 * Block quantization of generated integers to E2M1 codes by tables that a GPU can follow exactly.
 *
 * The quantizers of MXFP4 and NVFP4 divide and take logarithms, which WGSL only approximates. Over the generator's few values
 * both steps are monotone staircases, so tables of integer thresholds, found here by bisection of the real quantizers,
 * describe them completely: the scale from the block's largest |j|, then each E2M1 code from |j| and the scale.
 */
import type { Range } from '../generator.ts';
import { decodeE2m1 } from './e2m1.ts';
import type { BlockQuantizer, BlockScale, QuantizerTables } from './format.ts';

/** Threshold of a code that no drawn value reaches. */
export const UNREACHED = 0xffff_ffff;
/** Magnitude codes of E2M1 above zero. */
const CODES = 7;

/** The two staircases of a table-driven format, on drawn integers. */
export interface Staircases {
  readonly tensorScale: number;
  /** The stored scale of a block of this largest |j|. */
  scaleOf(amax: number): number;
  magnitudeOf(integer: number, storedScale: number): number;
  /** What a code's value is multiplied by. */
  stepOf(storedScale: number): number;
}

/** Threshold tables over what a distribution draws: at most about 130 scales. */
export function quantizerTables({ tensorScale, scaleOf, magnitudeOf }: Staircases, { bound }: Range): QuantizerTables {
  const scaleThresholds: number[] = [];
  const scaleCodes: number[] = [];
  const codeThresholds: number[] = [];
  let amax = 0;
  while (amax !== UNREACHED) {
    const stored = scaleOf(amax);
    scaleThresholds.push(amax);
    scaleCodes.push(stored);
    for (let code = 1; code <= CODES; code += 1) {
      codeThresholds.push(first(bound, (integer) => magnitudeOf(integer, stored) >= code));
    }
    amax = first(bound, (larger) => scaleOf(larger) > stored);
  }
  return {
    scaleThresholds: Uint32Array.from(scaleThresholds),
    scaleCodes: Uint32Array.from(scaleCodes),
    codeThresholds: Uint32Array.from(codeThresholds),
    tensorScale,
  };
}

/** Smallest integer in [0, bound] for which a monotone predicate holds, or UNREACHED. */
function first(bound: number, holds: (integer: number) => boolean): number {
  if (!holds(bound)) return UNREACHED;
  let low = 0;
  let high = bound;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** To E2M1 codes. On every drawn value it agrees with the quantizer whose staircases these are. */
export function e2m1TableQuantizer(scale: BlockScale, range: Range, staircases: Staircases): BlockQuantizer {
  const tables = quantizerTables(staircases, range);
  const { scaleThresholds, scaleCodes, codeThresholds, tensorScale } = tables;
  const steps = Float64Array.from({ length: 256 }, (_, byte) => staircases.stepOf(byte));
  const values = Float64Array.from({ length: 16 }, (_, code) => decodeE2m1(code));
  return {
    scale,
    tensorScale,
    tables,
    quantize(block, length, codes, amax = largest(block, length)) {
      const index = lastAtMost(scaleThresholds, amax);
      const row = CODES * index;
      for (let i = 0; i < length; i += 1) {
        const integer = block[i] ?? 0;
        const magnitude = Math.abs(integer);
        let code = 0;
        while (code < CODES && magnitude >= (codeThresholds[row + code] ?? UNREACHED)) code += 1;
        codes[i] = integer < 0 ? code | 8 : code;
      }
      return scaleCodes[index] ?? 0;
    },
    value: (code, stored) => (steps[stored] ?? Number.NaN) * (values[code] ?? 0),
  };
}

export function largest(block: Int32Array, length: number): number {
  let amax = 0;
  for (let i = 0; i < length; i += 1) amax = Math.max(amax, Math.abs(block[i] ?? 0));
  return amax;
}

/** Position of the last element that is at most `target` in an ascending array whose first is. */
function lastAtMost(ascending: Uint32Array, target: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((ascending[middle] ?? UNREACHED) <= target) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The same on the device: scale thresholds, stored scales, then seven code thresholds a scale, held in registers for a block. */
export const QUANTIZE_BY_TABLES = `
@group(0) @binding(3) var<storage, read> tables: array<u32>;
var<private> low_thresholds: vec4u;
var<private> high_thresholds: vec4u;
fn begin_block(amax: u32) -> u32 {
  var low = 0u;
  var high = fill.scales_in_use - 1u;
  while (low < high) {
    let middle = (low + high + 1u) >> 1u;
    if (tables[middle] <= amax) { low = middle; } else { high = middle - 1u; }
  }
  let at = 2u * fill.scales_in_use + ${CODES}u * low;
  low_thresholds = vec4u(tables[at], tables[at + 1u], tables[at + 2u], tables[at + 3u]);
  high_thresholds = vec4u(tables[at + 4u], tables[at + 5u], tables[at + 6u], 0xffffffffu);
  return tables[fill.scales_in_use + low];
}
fn code_of(j: i32, amax: u32) -> u32 {
  let size = vec4u(u32(abs(j)));
  let passed = vec4u(size >= low_thresholds) + vec4u(size >= high_thresholds);
  return (passed.x + passed.y + passed.z + passed.w) | select(0u, 8u, j < 0);
}`;
