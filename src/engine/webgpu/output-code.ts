/**
 * WGSL of the programs that look at C: poison, gather, compare.
 *
 * WGSL lets an implementation assume that no f32 is NaN or infinite, so whether a value is finite is decided on its
 * bits alone, and values read back stay bits all the way.
 */
import type { OutputFormat } from '../../gemm/problem.ts';
import { elementwise } from './elementwise.ts';

/** Threads of one comparison; each strides through C and leaves one partial result. */
export const COMPARE_THREADS = 16_384;
/** u32 words of one partial result: max |Δ| bits, its index, non-finite count, first of them, sum of squares bits. */
export const PARTIAL_WORDS = 5;
export const NO_INDEX = 0xffff_ffff;
/** Sums are taken of (x·2^-16)², which neither overflows nor vanishes for |x| from 2^-47 to 2^79. */
export const SQUARE_SCALE = 2 ** -16;

/** A quiet NaN in every element of a word. */
export const NAN_WORD: Record<OutputFormat, number> = { f32: 0x7fc0_0000, f16: 0x7e00_7e00, bf16: 0x7fc0_7fc0 };

export function bytesPerElement(format: OutputFormat): number {
  return format === 'f32' ? 4 : 2;
}

/** `word_of`, `raw`, `is_finite`, `widen`: element → word index, its bits, a test, its f32 bits (exact). */
const ELEMENT: Record<OutputFormat, string> = {
  f32: `
fn word_of(element: u32) -> u32 { return element; }
fn raw(word: u32, element: u32) -> u32 { return word; }
fn is_finite(bits: u32) -> bool { return (bits & 0x7f800000u) != 0x7f800000u; }
fn widen(bits: u32) -> u32 { return bits; }`,
  bf16: `
fn word_of(element: u32) -> u32 { return element >> 1u; }
fn raw(word: u32, element: u32) -> u32 { return (word >> (16u * (element & 1u))) & 0xffffu; }
fn is_finite(bits: u32) -> bool { return (bits & 0x7f80u) != 0x7f80u; }
fn widen(bits: u32) -> u32 { return bits << 16u; }`,
  f16: `
fn word_of(element: u32) -> u32 { return element >> 1u; }
fn raw(word: u32, element: u32) -> u32 { return (word >> (16u * (element & 1u))) & 0xffffu; }
fn is_finite(bits: u32) -> bool { return (bits & 0x7c00u) != 0x7c00u; }
fn widen(bits: u32) -> u32 {
  let sign = (bits & 0x8000u) << 16u;
  let exponent = (bits >> 10u) & 31u;
  let fraction = bits & 0x3ffu;
  if (exponent == 31u) { return sign | 0x7f800000u | (fraction << 13u); }
  if (exponent != 0u) { return sign | ((exponent + 112u) << 23u) | (fraction << 13u); }
  // Subnormal: fraction · 2^-24, exact in f32.
  return sign | bitcast<u32>(f32(fraction) * 5.9604644775390625e-8);
}`,
};

/** Writes `uniform.value` to all words of the buffer. */
export const FILL_WORDS = elementwise(
  `
struct Fill { words: u32, value: u32 }
@group(0) @binding(0) var<uniform> fill: Fill;
@group(0) @binding(1) var<storage, read_write> target_words: array<u32>;
`,
  `
  if (item < fill.words) { target_words[item] = fill.value; }
`,
);

/** Elements at the given indices, as f32 bits. */
export function gatherCode(format: OutputFormat): string {
  return elementwise(
    `
@group(0) @binding(0) var<uniform> points: vec4u;
@group(0) @binding(1) var<storage, read> c: array<u32>;
@group(0) @binding(2) var<storage, read> elements: array<u32>;
@group(0) @binding(3) var<storage, read_write> values: array<u32>;
${ELEMENT[format]}
`,
    `
  if (item >= points.x) { return; }
  let element = elements[item];
  values[item] = widen(raw(c[word_of(element)], element));
`,
  );
}

/** Partial results of candidate against reference over `uniform.x` elements. */
export function compareCode(format: OutputFormat): string {
  return elementwise(
    `
@group(0) @binding(0) var<uniform> extent: vec4u;
@group(0) @binding(1) var<storage, read> candidate: array<u32>;
@group(0) @binding(2) var<storage, read> reference: array<u32>;
@group(0) @binding(3) var<storage, read_write> partials: array<u32>;
${ELEMENT[format]}
`,
    `
  if (item >= ${COMPARE_THREADS}u) { return; }
  var largest = 0.0;
  var worst = ${NO_INDEX}u;
  var non_finite = 0u;
  var first_non_finite = ${NO_INDEX}u;
  var squares = 0.0;
  for (var element = item; element < extent.x; element += ${COMPARE_THREADS}u) {
    let found = raw(candidate[word_of(element)], element);
    let right = raw(reference[word_of(element)], element);
    if (!is_finite(found) || !is_finite(right)) {
      non_finite += 1u;
      first_non_finite = min(first_non_finite, element);
      continue;
    }
    let expected = bitcast<f32>(widen(right));
    let difference = abs(bitcast<f32>(widen(found)) - expected);
    if (difference > largest || worst == ${NO_INDEX}u) {
      largest = difference;
      worst = element;
    }
    let scaled = expected * ${SQUARE_SCALE};
    squares += scaled * scaled;
  }
  let at = item * ${PARTIAL_WORDS}u;
  partials[at] = bitcast<u32>(largest);
  partials[at + 1u] = worst;
  partials[at + 2u] = non_finite;
  partials[at + 3u] = first_non_finite;
  partials[at + 4u] = bitcast<u32>(squares);
`,
  );
}
