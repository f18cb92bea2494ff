/**
 * WGSL that fills operands on the device, bit for bit what gemm/ computes on the CPU. Every value drawn is an exact
 * f32, and rounding is integer arithmetic: a device's own f32 → f16 conversion may round as it likes.
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

/** Every j is an f32, and so is its product with a power of two: nothing rounds here. */
const VALUE = 'let value = f32(j) * bitcast<f32>(u32(fill.exponent + 127) << 23u);';

/** `encode(j)`: the bits of j · 2^exponent, rounded to nearest even by integer arithmetic on the bits of an exact f32. */
const ENCODERS: Readonly<Record<ElementFill['format'], string>> = {
  f32: `
fn encode(j: i32) -> u32 {
  ${VALUE}
  return bitcast<u32>(value);
}`,
  bf16: `
fn encode(j: i32) -> u32 {
  ${VALUE}
  let bits = bitcast<u32>(value);
  return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
}`,
  // Below the smallest normal f16, 2^-14, the bits count 2^-24, of which every value drawn is a whole number.
  f16: `
fn encode(j: i32) -> u32 {
  ${VALUE}
  let bits = bitcast<u32>(value);
  let size = bits & 0x7fffffffu;
  let normal = ((size + 0x0fffu + ((size >> 13u) & 1u)) >> 13u) - (112u << 10u);
  let subnormal = u32(abs(value) * 16777216.0);
  return ((bits >> 16u) & 0x8000u) | select(normal, subnormal, size < 0x38800000u);
}`,
};

/** What both fills have at the head of their uniform. */
const HEAD = 'words: u32, key0: u32, key1: u32, key2: u32, exponent: i32';

/** Words that one item of an element fill writes: a thread costs more than a word, on a CPU most of all. */
export const WORDS_PER_ITEM = 4;

/**
 * Single elements in storage order, one or two to a word, zero beyond the last. Uniform: head, count, origin.
 *
 * @param runs whether the elements are not consecutive in the whole operand, but runs of `width` every `stride`
 */
export function elementFillCode(format: ElementFill['format'], distribution: Distribution, runs: boolean): string {
  const index = runs ? '(i / fill.width) * fill.stride + i % fill.width' : 'i';
  const declarations = `
struct Fill { ${HEAD}, count: u32, first: u32, width: u32, stride: u32 }
@group(0) @binding(0) var<uniform> fill: Fill;
@group(0) @binding(1) var<storage, read_write> target_words: array<vec4u>;
${generator(distribution)}
${ENCODERS[format]}
fn element(i: u32) -> u32 {
  if (i >= fill.count) { return 0u; }
  return encode(draw(fill.first + ${index}));
}
fn word(at: u32) -> u32 {
  return ${format === 'f32' ? 'element(at)' : 'element(2u * at) | (element(2u * at + 1u) << 16u)'};
}`;
  return elementwise(
    declarations,
    `
  let at = ${WORDS_PER_ITEM}u * item;
  if (at < fill.words) { target_words[item] = vec4u(word(at), word(at + 1u), word(at + 2u), word(at + 3u)); }`,
  );
}

/** How a block's largest |j| becomes its scale, and |j| a magnitude code. */
export type BlockRule = 'tables' | 'int4';

const QUANTIZE: Record<BlockRule, string> = {
  // Tables: scale thresholds, stored scales, then seven code thresholds a scale, held in registers for the whole block.
  tables: `
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
}`,
  // Scale amax·2^exponent / 7 by one integer division; code 8 ± round(7·|j| / amax), ties to even.
  int4: `
fn begin_block(amax: u32) -> u32 {
  if (amax == 0u) { return 0u; }
  var shift = 26u - (31u - countLeadingZeros(amax));
  if ((amax << shift) >= (${CODES}u << 24u)) { shift -= 1u; }
  let quotient = (2u * (amax << shift) + ${CODES}u) / ${2 * CODES}u;
  return (u32(fill.exponent - i32(shift) + 150) << 23u) | (quotient & 0x7fffffu);
}
fn code_of(j: i32, amax: u32) -> u32 {
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

/** Head, first row, rows, row length, blocks a row, words a row, padding code, scales in the tables. */
const BLOCK_FIELDS =
  'first_row: u32, rows: u32, row_length: u32, blocks_per_row: u32, words_per_row: u32, padding: u32, scales_in_use: u32';

/**
 * Codes of A or B, one block an item: eight to a word, the ends of rows padded. The block's scale goes to a word of its own, so
 * that its elements are drawn only once; `packScalesCode` gathers the bytes.
 */
export function blockFillCode(distribution: Distribution, rule: BlockRule, block: number): string {
  const declarations = `
struct Fill { ${HEAD}, ${BLOCK_FIELDS} }
@group(0) @binding(0) var<uniform> fill: Fill;
@group(0) @binding(1) var<storage, read_write> target_words: array<u32>;
@group(0) @binding(2) var<storage, read_write> scale_words: array<u32>;
${generator(distribution)}
${QUANTIZE[rule]}`;
  return elementwise(
    declarations,
    `
  let groups_per_row = fill.words_per_row / ${block / 8}u;
  let row = item / groups_per_row;
  if (row >= fill.rows) { return; }
  let group_of_row = item % groups_per_row;
  let first = group_of_row * ${block}u;
  var drawn: array<i32, ${block}>;
  var amax = 0u;
  for (var i = 0u; i < ${block}u && first + i < fill.row_length; i += 1u) {
    drawn[i] = draw((fill.first_row + row) * fill.row_length + first + i);
    amax = max(amax, u32(abs(drawn[i])));
  }
  let scale = begin_block(amax);
  if (group_of_row < fill.blocks_per_row) { scale_words[row * fill.blocks_per_row + group_of_row] = scale; }
  for (var w = 0u; w < ${block / 8}u; w += 1u) {
    var word = 0u;
    for (var i = 0u; i < 8u; i += 1u) {
      var code = fill.padding;
      if (first + 8u * w + i < fill.row_length) { code = code_of(drawn[8u * w + i], amax); }
      word |= code << (4u * i);
    }
    target_words[row * fill.words_per_row + first / 8u + w] = word;
  }`,
  );
}

/** One byte a scale, four to a word; zero beyond the last. Uniform: words, scales. */
export function packScalesCode(): string {
  return elementwise(
    `
struct Pack { words: u32, scales: u32 }
@group(0) @binding(0) var<uniform> pack: Pack;
@group(0) @binding(1) var<storage, read_write> target_words: array<u32>;
@group(0) @binding(2) var<storage, read> scale_words: array<u32>;
fn scale_at(index: u32) -> u32 {
  if (index >= pack.scales) { return 0u; }
  return scale_words[index];
}`,
    `
  if (item >= pack.words) { return; }
  let at = 4u * item;
  target_words[item] = scale_at(at) | (scale_at(at + 1u) << 8u) | (scale_at(at + 2u) << 16u) | (scale_at(at + 3u) << 24u);`,
  );
}
