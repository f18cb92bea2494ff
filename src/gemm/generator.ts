/**
 * The counter-based generator of operand values: value = f(seed, tensor, index), by 32-bit integer arithmetic alone, so
 * that a GPU fills a gigabyte and a CPU recomputes any single element of it, bit for bit.
 *
 * An element is first an integer j, |j| < 2^18, and its value is j · 2^exponent: exact in f32. Rounding to the stored
 * format comes after (rounding.ts, quantizer.ts).
 *
 * In WGSL, with `keys` from {@link keysOf}:
 * ```wgsl
 * fn mix(v: u32) -> u32 {
 *   var x = v;
 *   x ^= x >> 16u; x *= 0x7feb352du;
 *   x ^= x >> 15u; x *= 0x846ca68bu;
 *   return x ^ (x >> 16u);
 * }
 * fn normal(index: u32) -> i32 {
 *   let x = mix(index ^ keys.x);
 *   let h1 = mix(x ^ keys.y); let h2 = mix(x ^ keys.z);
 *   return i32((h1 & 0xffffu) + (h1 >> 16u) + (h2 & 0xffffu) + (h2 >> 16u)) - 131070;
 * }
 * fn uniform(index: u32) -> i32 { return i32(mix(mix(index ^ keys.x) ^ keys.y) >> 14u) - 131072; }
 * fn outliers(index: u32) -> i32 {
 *   let rare = (mix(mix(index ^ keys.z) ^ keys.x) & 127u) == 0u;
 *   return select(normal(index) >> 5u, normal(index), rare);
 * }
 * ```
 */
import { mix } from '../stats/random.ts';
import { type Distribution, type DistributionName, partsOf } from './problem.ts';

/** Stream numbers of the operands; the same seed gives unrelated values in each. */
export const TENSORS = { a: 0, b: 1, bias: 2 } as const;
export type Tensor = keyof typeof TENSORS;

/** Three u32 that make a stream. */
export type Keys = readonly [number, number, number];

/** What a distribution draws: j in [−bound, bound], value j · 2^exponent. */
export interface Range {
  readonly bound: number;
  readonly exponent: number;
}

/**
 * - `normal`: sum of four 16-bit uniforms (Irwin–Hall), centred: bell-shaped, standard deviation 1.155, |value| < 4
 * - `uniform`: 18 bits, centred: even over [−1, 1)
 * - `outliers`: as normal, and one in 128 is 32 times as large: |value| < 128
 */
const RANGES: Readonly<Record<DistributionName, Range>> = {
  normal: { bound: 131070, exponent: -15 },
  uniform: { bound: 131072, exponent: -17 },
  outliers: { bound: 131070, exponent: -10 },
};

export function rangeOf(distribution: Distribution): Range {
  const { name, amplitude } = partsOf(distribution);
  const { bound, exponent } = RANGES[name];
  return { bound, exponent: exponent + Math.log2(amplitude) };
}

const GOLDEN = 0x9e3779b9;

/**
 * Keys of one stream of one seed.
 *
 * @throws RangeError unless the seed is a non-negative safe integer.
 */
export function keysOf(seed: number, stream: number): Keys {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`seed must be a non-negative integer, got ${seed}`);
  const high = Math.floor(seed / 2 ** 32);
  const state = mix(mix(mix(seed >>> 0) + high) + Math.imul(stream + 1, GOLDEN));
  return [mix(state + GOLDEN), mix(state + Math.imul(2, GOLDEN)), mix(state + Math.imul(3, GOLDEN))];
}

/** First hash of an element: u32. The index counts modulo 2^32. */
export function hash(keys: Keys, index: number): number {
  // Two keyed rounds: with one, streams of two keys would be permutations of each other, and so would A and B.
  return mix(mix(index ^ keys[0]) ^ keys[1]);
}

/** The integer of each element of a stream, before rounding to a format. */
export function integers(keys: Keys, distribution: Distribution): (index: number) => number {
  const [first, , third] = keys;
  const { name } = partsOf(distribution);
  if (name === 'uniform') return (index) => (hash(keys, index) >>> 14) - 131072;
  const normal = normals(keys);
  if (name === 'normal') return normal;
  return (index) => ((mix(mix(index ^ third) ^ first) & 127) === 0 ? normal(index) : normal(index) >> 5);
}

function normals([first, second, third]: Keys): (index: number) => number {
  return (index) => {
    const x = mix(index ^ first);
    const h1 = mix(x ^ second);
    const h2 = mix(x ^ third);
    return (h1 & 0xffff) + (h1 >>> 16) + (h2 & 0xffff) + (h2 >>> 16) - 131070;
  };
}
