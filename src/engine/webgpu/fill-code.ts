/**
 * WGSL that fills operands on the device, bit for bit what gemm/ computes on the CPU. Every value drawn is an exact
 * f32, and rounding is integer arithmetic: a device's own f32 → f16 conversion may round as it likes.
 */
import type { ElementFormat, ScaledFormat } from '../../gemm/formats/format.ts';
import { type Distribution, type DistributionName, partsOf } from '../../gemm/problem.ts';
import { elementwise } from './elementwise.ts';

/** The counter-based generator of gemm/generator.ts; `fill.key0…2` select the stream. */
const NORMAL = (name: string) => `
fn ${name}(index: u32) -> i32 {
  let x = mix(index ^ fill.key0);
  let h1 = mix(x ^ fill.key1);
  let h2 = mix(x ^ fill.key2);
  return i32((h1 & 0xffffu) + (h1 >> 16u) + (h2 & 0xffffu) + (h2 >> 16u)) - 131070;
}`;

const DRAW: Record<DistributionName, string> = {
  normal: NORMAL('draw'),
  outliers: `${NORMAL('drawn_normal')}
fn draw(index: u32) -> i32 {
  let value = drawn_normal(index);
  let rare = (mix(mix(index ^ fill.key2) ^ fill.key0) & 127u) == 0u;
  return select(value >> 5u, value, rare);
}`,
  uniform: `
fn draw(index: u32) -> i32 { return i32(mix(mix(index ^ fill.key0) ^ fill.key1) >> 14u) - 131072; }`,
};

export function generator(distribution: Distribution): string {
  return `
fn mix(v: u32) -> u32 {
  var x = v;
  x ^= x >> 16u;
  x *= 0x7feb352du;
  x ^= x >> 15u;
  x *= 0x846ca68bu;
  return x ^ (x >> 16u);
}
${DRAW[partsOf(distribution).name]}`;
}

/** The common first fields of both fills' uniforms. */
export const HEAD = 'words: u32, key0: u32, key1: u32, key2: u32, exponent: i32';

/** Words that one item of an element fill writes, since a thread costs more than a word, especially on a CPU. */
export const WORDS_PER_ITEM = 4;

/**
 * Single elements in storage order, one or two to a word, zero beyond the last. Uniform: head, count, origin.
 *
 * @param runs whether the elements are not consecutive in the whole operand, but runs of `width` every `stride`
 */
export function elementFillCode(format: ElementFormat, distribution: Distribution, runs: boolean): string {
  const index = runs ? '(i / fill.width) * fill.stride + i % fill.width' : 'i';
  const declarations = `
struct Fill { ${HEAD}, count: u32, first: u32, width: u32, stride: u32 }
@group(0) @binding(0) var<uniform> fill: Fill;
@group(0) @binding(1) var<storage, read_write> target_words: array<vec4u>;
${generator(distribution)}
fn encode(j: i32) -> u32 {
  // Every j is an f32, and so is its product with a power of two: nothing rounds here.
  let value = f32(j) * bitcast<f32>(u32(fill.exponent + 127) << 23u);
  ${format.wgsl.encodeDrawn}
}
fn element(i: u32) -> u32 {
  if (i >= fill.count) { return 0u; }
  return encode(draw(fill.first + ${index}));
}
fn word(at: u32) -> u32 {
  return ${format.bits === 32 ? 'element(at)' : 'element(2u * at) | (element(2u * at + 1u) << 16u)'};
}`;
  return elementwise(
    declarations,
    `
  let at = ${WORDS_PER_ITEM}u * item;
  if (at < fill.words) { target_words[item] = vec4u(word(at), word(at + 1u), word(at + 2u), word(at + 3u)); }`,
  );
}

/** What the elements that share a scale say of it: the largest |j|, or with zero points how far they reach below zero and above. */
export const EXTENT = {
  amax: {
    declare: 'var amax = 0u;',
    meet: (j: string) => `amax = max(amax, u32(abs(${j})));`,
    stored: 'begin_block(amax)',
    code: (j: string) => `code_of(${j}, amax)`,
  },
  range: {
    declare: 'var below = 0u; var above = 0u;',
    meet: (j: string) => `below = max(below, u32(max(-${j}, 0))); above = max(above, u32(max(${j}, 0)));`,
    stored: 'begin_range(below, above)',
    code: (j: string) => `code_in_range(${j}, below, above)`,
  },
} as const;

/** Head, first row, rows, row length, blocks a row, words a row, padding code, scales in the tables. */
export const BLOCK_FIELDS =
  'first_row: u32, rows: u32, row_length: u32, blocks_per_row: u32, words_per_row: u32, padding: u32, scales_in_use: u32';

/**
 * Codes of A or B, one block an item: packed into words, the ends of rows padded. The block's scale goes to a word of its own, so
 * that its elements are drawn only once; `packScalesCode` gathers the bytes.
 */
export function blockFillCode(
  { bits, wgsl, zeroPoints }: ScaledFormat,
  distribution: Distribution,
  block: number,
): string {
  const perWord = 32 / bits;
  const { declare, meet, stored, code } = EXTENT[zeroPoints ? 'range' : 'amax'];
  const declarations = `
struct Fill { ${HEAD}, ${BLOCK_FIELDS} }
@group(0) @binding(0) var<uniform> fill: Fill;
@group(0) @binding(1) var<storage, read_write> target_words: array<u32>;
@group(0) @binding(2) var<storage, read_write> scale_words: array<u32>;
${generator(distribution)}
${wgsl.quantize}`;
  return elementwise(
    declarations,
    `
  let groups_per_row = fill.words_per_row / ${block / perWord}u;
  let row = item / groups_per_row;
  if (row >= fill.rows) { return; }
  let group_of_row = item % groups_per_row;
  let first = group_of_row * ${block}u;
  var drawn: array<i32, ${block}>;
  ${declare}
  for (var i = 0u; i < ${block}u && first + i < fill.row_length; i += 1u) {
    drawn[i] = draw((fill.first_row + row) * fill.row_length + first + i);
    ${meet('drawn[i]')}
  }
  let scale = ${stored};
  if (group_of_row < fill.blocks_per_row) { scale_words[row * fill.blocks_per_row + group_of_row] = scale; }
  for (var w = 0u; w < ${block / perWord}u; w += 1u) {
    var word = 0u;
    for (var i = 0u; i < ${perWord}u; i += 1u) {
      var code = fill.padding;
      if (first + ${perWord}u * w + i < fill.row_length) { code = ${code(`drawn[${perWord}u * w + i]`)}; }
      word |= code << (${bits}u * i);
    }
    target_words[row * fill.words_per_row + first / ${perWord}u + w] = word;
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
