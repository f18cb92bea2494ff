/**
 * WGSL that fills operands on the device, bit for bit what gemm/ computes on the CPU. Rounding is integer arithmetic
 * throughout: a device's own f32 → f16 conversion may round as it likes.
 */
import type { ElementFill } from '../../gemm/fill.ts';
import type { Distribution } from '../../gemm/problem.ts';
import { CODES } from '../../gemm/quantizer.ts';
import { elementwise } from './elementwise.ts';

/** The counter-based generator of gemm/generator.ts; `fill.key0…2` select the stream. */
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

/** Every j is an f32, and so is its product with a power of two: nothing rounds. */
const F32_ENCODER = `
fn encode(j: i32) -> u32 { return bitcast<u32>(f32(j) * bitcast<f32>(u32(fill.exponent + 127) << 23u)); }`;

/** `encode(j)`: the bits of j · 2^exponent, rounded to nearest even. */
function encoder(format: ElementFill['format']): string {
  if (format === 'f32') return F32_ENCODER;
  return format === 'f16' ? floatEncoder(11, 5, 15, 10) : floatEncoder(8, 8, 127, 7);
}

/** Precision (with the leading 1), exponent field width, bias and fraction width of an IEEE format. */
function floatEncoder(precision: number, width: number, bias: number, fraction: number): string {
  const sign = width + fraction;
  return `
fn encode(j: i32) -> u32 {
  if (j == 0) { return 0u; }
  let sign = select(0u, ${2 ** sign}u, j < 0);
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

/** What both fills have at the head of their uniform. */
const HEAD = 'words: u32, key0: u32, key1: u32, key2: u32, exponent: i32';

/** Single elements in storage order, one or two to a word, zero beyond the last. Uniform: head, count. */
export function elementFillCode(format: ElementFill['format'], distribution: Distribution): string {
  const declarations = `
struct Fill { ${HEAD}, count: u32 }
@group(0) @binding(0) var<uniform> fill: Fill;
@group(0) @binding(1) var<storage, read_write> target_words: array<u32>;
${generator(distribution)}
${encoder(format)}
fn element(index: u32) -> u32 {
  if (index >= fill.count) { return 0u; }
  return encode(draw(index));
}`;
  const word = format === 'f32' ? 'element(item)' : 'element(2u * item) | (element(2u * item + 1u) << 16u)';
  return elementwise(declarations, `  if (item < fill.words) { target_words[item] = ${word}; }`);
}

/** How a block's largest |j| becomes its scale, and |j| a magnitude code. */
export type BlockRule = 'tables' | 'int4';

const QUANTIZE: Record<BlockRule, string> = {
  // Tables: scale thresholds, stored scales, then seven code thresholds a scale.
  tables: `
@group(0) @binding(2) var<storage, read> tables: array<u32>;
fn row_of(amax: u32) -> u32 {
  var low = 0u;
  var high = fill.scales_in_use - 1u;
  while (low < high) {
    let middle = (low + high + 1u) >> 1u;
    if (tables[middle] <= amax) { low = middle; } else { high = middle - 1u; }
  }
  return low;
}
fn stored_scale(amax: u32) -> u32 { return tables[fill.scales_in_use + row_of(amax)]; }
fn code_of(j: i32, amax: u32, row: u32) -> u32 {
  let thresholds = 2u * fill.scales_in_use + ${CODES}u * row;
  var code = 0u;
  while (code < ${CODES}u && u32(abs(j)) >= tables[thresholds + code]) { code += 1u; }
  return code | select(0u, 8u, j < 0);
}`,
  // Scale amax·2^exponent / 7 by one integer division; code 8 ± round(7·|j| / amax), ties to even.
  int4: `
fn row_of(amax: u32) -> u32 { return 0u; }
fn stored_scale(amax: u32) -> u32 {
  if (amax == 0u) { return 0u; }
  var shift = 26u - (31u - countLeadingZeros(amax));
  if ((amax << shift) >= (${CODES}u << 24u)) { shift -= 1u; }
  let quotient = (2u * (amax << shift) + ${CODES}u) / ${2 * CODES}u;
  return (u32(fill.exponent - i32(shift) + 150) << 23u) | (quotient & 0x7fffffu);
}
fn code_of(j: i32, amax: u32, row: u32) -> u32 {
  if (amax == 0u) { return 8u; }
  let twice = ${2 * CODES}u * u32(abs(j));
  var code = 0u;
  for (var candidate = 1u; candidate <= ${CODES}u; candidate += 1u) {
    let middle = (2u * candidate - 1u) * amax;
    if (twice > middle || (twice == middle && (candidate & 1u) == 0u)) { code = candidate; }
  }
  return select(8u + code, 8u - code, j < 0);
}`,
};

/** Uniform of both block programs: head, rows, row length, blocks a row, words a row, padding code, scales in the tables. */
function blockDeclarations(distribution: Distribution, rule: BlockRule): string {
  return `
struct Fill {
  ${HEAD},
  rows: u32, row_length: u32, blocks_per_row: u32, words_per_row: u32, padding: u32, scales_in_use: u32,
}
@group(0) @binding(0) var<uniform> fill: Fill;
@group(0) @binding(1) var<storage, read_write> target_words: array<u32>;
${generator(distribution)}
${QUANTIZE[rule]}`;
}

/** Codes of B, one block an item: eight to a word, the ends of rows padded. */
export function blockCodesCode(distribution: Distribution, rule: BlockRule, block: number): string {
  return elementwise(
    blockDeclarations(distribution, rule),
    `
  let groups_per_row = fill.words_per_row / ${block / 8}u;
  let row = item / groups_per_row;
  if (row >= fill.rows) { return; }
  let first = (item % groups_per_row) * ${block}u;
  var drawn: array<i32, ${block}>;
  var amax = 0u;
  for (var i = 0u; i < ${block}u && first + i < fill.row_length; i += 1u) {
    drawn[i] = draw(row * fill.row_length + first + i);
    amax = max(amax, u32(abs(drawn[i])));
  }
  let entry = row_of(amax);
  for (var w = 0u; w < ${block / 8}u; w += 1u) {
    var word = 0u;
    for (var i = 0u; i < 8u; i += 1u) {
      var code = fill.padding;
      if (first + 8u * w + i < fill.row_length) { code = code_of(drawn[8u * w + i], amax, entry); }
      word |= code << (4u * i);
    }
    target_words[row * fill.words_per_row + first / 8u + w] = word;
  }`,
  );
}

/** Scales of B, one word an item: an f32, or four bytes; zero beyond the last. */
export function blockScalesCode(distribution: Distribution, rule: BlockRule, block: number): string {
  const scale = `
fn scale_at(index: u32) -> u32 {
  let row = index / fill.blocks_per_row;
  if (row >= fill.rows) { return 0u; }
  let first = (index % fill.blocks_per_row) * ${block}u;
  var amax = 0u;
  for (var i = 0u; i < ${block}u && first + i < fill.row_length; i += 1u) {
    amax = max(amax, u32(abs(draw(row * fill.row_length + first + i))));
  }
  return stored_scale(amax);
}`;
  const bytes = [0, 1, 2, 3].map((byte) => `(scale_at(4u * item + ${byte}u) << ${8 * byte}u)`).join(' | ');
  const word = rule === 'int4' ? 'scale_at(item)' : bytes;
  return elementwise(
    `${blockDeclarations(distribution, rule)}\n${scale}`,
    `  if (item < fill.words) { target_words[item] = ${word}; }`,
  );
}
