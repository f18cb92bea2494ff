/**
 * WGSL of the programs that handle C: poison, gather, compare.
 *
 * WGSL lets an implementation assume that no f32 is NaN or infinite, so whether a value is finite is decided on its bits alone,
 * and values read back stay bits all the way.
 */
import type { ElementFormat } from '../../gemm/formats/format.ts';
import { asElements } from '../../gemm/formats/registry.ts';
import type { OutputFormat } from '../../gemm/problem.ts';
import { elementwise } from './elementwise.ts';

/** Threads of one comparison; each strides through C and leaves one partial result. */
export const COMPARE_THREADS = 16_384;
/**
 * u32 words of one partial result: max |Δ| bits, its index, non-finite count, first of them, sum of squares bits, and two sums of
 * each element's bits mixed with its index, which do not depend on the order.
 */
export const PARTIAL_WORDS = 7;
export const NO_INDEX = 0xffff_ffff;
/** Sums are taken of (x·2^-16)², which neither overflows nor vanishes for |x| from 2^-47 to 2^79. */
export const SQUARE_SCALE = 2 ** -16;

/** A quiet NaN in every element of a word. */
export function nanWord(format: OutputFormat): number {
  const { bits, nan } = stored(format);
  return bits === 32 ? nan : (nan | (nan << 16)) >>> 0;
}

export function bytesPerElement(format: OutputFormat): number {
  return stored(format).bits / 8;
}

/** C is never stored in a scaled format. */
function stored(format: OutputFormat): ElementFormat {
  const elements = asElements(format);
  if (!elements) throw new RangeError(`C cannot be stored in ${format}`);
  return elements;
}

/** `word_of`, `raw`, `is_finite`, `widen`: element → word index, its bits, a test, its f32 bits (exact). */
function elementCode(format: OutputFormat): string {
  const { bits, wgsl } = stored(format);
  const half = bits === 16;
  return `
fn word_of(element: u32) -> u32 { return ${half ? 'element >> 1u' : 'element'}; }
fn raw(word: u32, element: u32) -> u32 { return ${half ? '(word >> (16u * (element & 1u))) & 0xffffu' : 'word'}; }
fn mixed(value: u32) -> u32 {
  let first = (value ^ (value >> 16u)) * 0x7feb352du;
  let second = (first ^ (first >> 15u)) * 0x846ca68bu;
  return second ^ (second >> 16u);
}
fn is_finite(bits: u32) -> bool { ${wgsl.isFinite} }
fn widen(bits: u32) -> u32 {
  ${wgsl.widen}
}`;
}

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
${elementCode(format)}
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
${elementCode(format)}
`,
    `
  if (item >= ${COMPARE_THREADS}u) { return; }
  var largest = 0.0;
  var worst = ${NO_INDEX}u;
  var non_finite = 0u;
  var first_non_finite = ${NO_INDEX}u;
  var squares = 0.0;
  var digest = vec2u();
  for (var element = item; element < extent.x; element += ${COMPARE_THREADS}u) {
    let found = raw(candidate[word_of(element)], element);
    let right = raw(reference[word_of(element)], element);
    let bits = mixed(found + mixed(element));
    digest += vec2u(bits, mixed(bits ^ 0x9e3779b9u));
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
  partials[at + 5u] = digest.x;
  partials[at + 6u] = digest.y;
`,
  );
}
