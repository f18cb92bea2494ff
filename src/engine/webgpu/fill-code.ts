/**
 * WGSL that fills operands on the device, bit for bit what gemm/ computes on the CPU. Rounding is integer arithmetic
 * throughout: a device's own f32 → f16 conversion may round as it likes.
 */
import type { ActivationFormat, Distribution } from '../../gemm/problem.ts';
import { elementwise } from './elementwise.ts';

/** The counter-based generator of gemm/generator.ts; `fill.keys` selects the stream. */
const DRAW: Record<Distribution, string> = {
  normal: `
fn draw(index: u32) -> i32 {
  let x = mix(index ^ fill.key0);
  let h1 = mix(x ^ fill.key1);
  let h2 = mix(x ^ fill.key2);
  return i32((h1 & 0xffffu) + (h1 >> 16u) + (h2 & 0xffffu) + (h2 >> 16u)) - 131070;
}`,
  uniform: `
fn draw(index: u32) -> i32 { return i32(mix(mix(index ^ fill.key0) ^ fill.key1) >> 14u) - 131072; }`,
};

function generator(distribution: Distribution): string {
  return `
fn mix(v: u32) -> u32 {
  var x = v;
  x ^= x >> 16u;
  x *= 0x7feb352du;
  x ^= x >> 15u;
  x *= 0x846ca68bu;
  return x ^ (x >> 16u);
}
${DRAW[distribution]}`;
}

/** `encode(j)`: the bits of j · 2^exponent, rounded to nearest even. |j| < 2^18 fits f32 exactly. */
function encoder(format: ActivationFormat): string {
  if (format === 'f32') return floatEncoder(24, 8, 127, 23);
  return format === 'f16' ? floatEncoder(11, 5, 15, 10) : floatEncoder(8, 8, 127, 7);
}

/** Precision (with the leading 1), exponent field width, bias and fraction width of an IEEE format. */
function floatEncoder(precision: number, width: number, bias: number, fraction: number): string {
  const sign = width + fraction;
  return `
fn encode(j: i32) -> u32 {
  if (j == 0) { return 0u; }
  let sign = select(0u, ${1 * 2 ** sign}u, j < 0);
  var m = u32(abs(j));
  let excess = 32u - countLeadingZeros(m);
  if (excess > ${precision}u) {
    let shift = excess - ${precision}u;
    let kept = m >> shift;
    let rest = m & ((1u << shift) - 1u);
    let half = 1u << (shift - 1u);
    m = (kept + select(0u, 1u, rest > half || (rest == half && (kept & 1u) == 1u))) << shift;
  }
  let bits = 32u - countLeadingZeros(m);
  let exponent = i32(bits) - 1 + fill.exponent;
  // Below the smallest normal number the bits are a count of the smallest subnormal.
  if (exponent < ${1 - bias}) { return sign | (m << u32(${bias - 1 + fraction} + fill.exponent)); }
  let tail = ((m << (32u - bits)) << 1u) >> ${32 - fraction}u;
  return sign | (u32(exponent + ${bias}) << ${fraction}u) | tail;
}`;
}

/** Uniform of the dense fill: words of the buffer to write, elements, three keys, exponent. */
const DENSE = `
struct Fill { words: u32, elements: u32, key0: u32, key1: u32, key2: u32, exponent: i32 }
@group(0) @binding(0) var<uniform> fill: Fill;
@group(0) @binding(1) var<storage, read_write> target_words: array<u32>;`;

/** Elements in storage order, one or two to a word, zero beyond the last. */
export function denseFillCode(format: ActivationFormat, distribution: Distribution): string {
  const declarations = `${DENSE}\n${generator(distribution)}\n${encoder(format)}
fn element(index: u32) -> u32 {
  if (index >= fill.elements) { return 0u; }
  return encode(draw(index));
}`;
  const word = format === 'f32' ? 'element(item)' : 'element(2u * item) | (element(2u * item + 1u) << 16u)';
  return elementwise(declarations, `  if (item < fill.words) { target_words[item] = ${word}; }`);
}
