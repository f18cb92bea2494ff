/** WGSL access to B: `[matrices][k][n]`, or `[matrices][n][k]` where B is transposed; scaled formats are always transposed. */

import type { ElementFormat, ScaledFormat } from '../../gemm/formats/format.ts';
import { formatOf } from '../../gemm/formats/registry.ts';
import { activationScale, scaleGrid } from '../../gemm/formats/scale.ts';
import type { BlockScale, Problem } from '../../gemm/problem.ts';
import { isTransposedB } from '../../gemm/problem.ts';
import type { Access, Fragment, Mentions } from './prelude.ts';
import { decoders } from './prelude-decoders.ts';
import { type Bound, type Elements, elements, fourOf, type Walk, type Width, walked } from './prelude-elements.ts';
import { byteDecoders, integerRuns } from './prelude-integers.ts';
import { finishing, pairOfScales, scaledAccess } from './prelude-scaled.ts';
import { walkedCodes } from './prelude-scaled-walk.ts';
import { SIDE_B } from './prelude-sides.ts';
import { strips } from './prelude-strips.ts';

export function accessB(problem: Problem, mentions: Mentions, native: boolean, bound: Bound = 'buffer'): Access {
  const { shape, layout, scale } = problem;
  const format = formatOf(problem.format.w);
  if (format.kind === 'scaled') return codes(problem, format, scale ?? format.scale, mentions, bound);
  const alongK = isTransposedB(layout);
  const width = loadWidth(mentions, alongK ? shape.k : shape.n);
  const buffer = elements('B', format, width, native, bound);
  const words = mentions('words_b8')
    ? [width === 8 ? wordsAtOnce(buffer, alongK) : wordsByOne(buffer, alongK), unpacking(format)]
    : [];
  const functions = [
    ...buffer.functions,
    INDEX[alongK ? 'alongK' : 'alongN'],
    one(buffer),
    fourOf('four_b', buffer, width),
    ...words,
    ...wide(buffer, width, alongK),
    ...walked('b', buffer, width, walk(width, alongK)),
  ];
  return { type: buffer.type, vector: width > 1, functions };
}

function loadWidth(mentions: Mentions, contiguous: number): Width {
  if (mentions('words_b8')) return contiguous % 8 === 0 ? 8 : 1;
  const vector = ['load_b4', 'patch_b', 'row_b4', 'four_b', 'spot_b'].some(mentions);
  return vector && contiguous % 4 === 0 ? 4 : 1;
}

const INDEX = {
  alongK: {
    name: 'b_index',
    code: `fn b_index(matrix: u32, k: u32, col: u32) -> u32 {
  return (matrix * problem.n + col) * problem.k + k;
}`,
  },
  alongN: {
    name: 'b_index',
    code: `fn b_index(matrix: u32, k: u32, col: u32) -> u32 {
  return (matrix * problem.k + k) * problem.n + col;
}`,
  },
} as const;

/** Where a patch begins. Of one that reaches beyond the operand, what lies outside may be anything. */
function walk(width: Width, alongK: boolean): Walk {
  const parameters = 'matrix: u32, k: u32, col: u32';
  const last = !alongK && width > 1 ? 4 : 1;
  const first = `b_index(matrix, k, min(col, problem.n - ${last}u))`;
  return { parameters, first, along: alongK, stride: alongK ? 'problem.k' : 'problem.n' };
}

function one(buffer: Elements): Fragment {
  return {
    name: 'load_b',
    code: `fn load_b(matrix: u32, k: u32, col: u32) -> In {
  let e = b_index(matrix, k, col);
  return ${buffer.one('e')};
}`,
  };
}

function wide(buffer: Elements, width: Width, alongK: boolean): Fragment[] {
  const four = alongK && width > 1 ? fourAtOnce(buffer) : FOUR_BY_ONE;
  if (alongK) return [four, ROW_BY_ONE, ...PATCH_BY_COLUMNS];
  const row = width > 1 ? rowAtOnce(buffer) : ROW_BY_ONE;
  return [four, row, width > 1 ? stepAtOnce(buffer) : STEP_BY_ONE, PATCH_BY_STEPS];
}

/** k is a multiple of 4, so four elements are inside B or outside it together. */
function fourAtOnce(buffer: Elements): Fragment {
  return {
    name: 'load_b4',
    code: `fn load_b4(matrix: u32, k: u32, col: u32) -> vec4<In> {
  if (k >= problem.k) { return vec4<In>(); }
  let e = b_index(matrix, k, col);
  return ${buffer.four('e')};
}`,
  };
}

/** The loop bound depends on k, so that compilers do not unroll it: unaligned rows would expand to a page of code per load. */
const FOUR_BY_ONE: Fragment = {
  name: 'load_b4',
  code: `fn load_b4(matrix: u32, k: u32, col: u32) -> vec4<In> {
  var four = vec4<In>();
  for (var i = 0u; i < min(4u, problem.k - min(k, problem.k)); i++) { four[i] = load_b(matrix, k + i, col); }
  return four;
}`,
};

function wordsAtOnce(buffer: Elements, alongK: boolean): Fragment {
  return {
    name: 'words_b8',
    code: `fn words_b8(matrix: u32, k: u32, col: u32) -> vec4<u32> {
  if (${alongK ? 'k >= problem.k' : 'k >= problem.k || col >= problem.n'}) { return vec4<u32>(); }
  let e = b_index(matrix, k, col);
  return ${buffer.eightWords('e')};
}`,
  };
}

/** Decodes the packed elements of `words_b8`. */
function unpacking({ name }: ElementFormat): Fragment {
  return {
    name: 'unpack8',
    code: `fn unpack8(words: vec4<u32>) -> Eight {
  return Eight(${name}_four(words.xy), ${name}_four(words.zw));
}`,
  };
}

/** Rows do not start on vector boundaries: eight halves, put together; those outside B are zero. */
const wordsByOne = (buffer: Elements, alongK: boolean): Fragment => ({
  name: 'words_b8',
  code: `fn words_b8(matrix: u32, k: u32, col: u32) -> vec4<u32> {
  var words = vec4<u32>();
${alongK ? '' : '  if (k >= problem.k) { return words; }\n'}  for (var i = 0u; i < min(8u, ${alongK ? 'problem.k - min(k, problem.k)' : 'problem.n - min(col, problem.n)'}); i++) {
    let e = b_index(matrix, k, col) + i;
    words[i >> 1u] |= ((${buffer.word('e')} >> (16u * (e & 1u))) & 0xffffu) << (16u * (i & 1u));
  }
  return words;
}`,
});

const PATCH_BY_COLUMNS: Fragment[] = [
  {
    name: 'patch_b_column',
    code: `fn patch_b_column(matrix: u32, k: u32, col: u32) -> vec4<In> {
  return load_b4(matrix, k, min(col, problem.n - 1u));
}`,
  },
  {
    name: 'patch_b',
    code: `fn patch_b(matrix: u32, k: u32, col: u32) -> mat4x4<In> {
  return transpose(mat4x4<In>(
    patch_b_column(matrix, k, col),
    patch_b_column(matrix, k, col + 1u),
    patch_b_column(matrix, k, col + 2u),
    patch_b_column(matrix, k, col + 3u),
  ));
}`,
  },
];

/** No branch, so that compilers may move it next to the arithmetic that needs it. */
function rowAtOnce(buffer: Elements): Fragment {
  return {
    name: 'row_b4',
    code: `fn row_b4(matrix: u32, k: u32, col: u32) -> vec4<In> {
  let e = b_index(matrix, min(k, problem.k - 1u), min(col, problem.n - 4u));
  return select(vec4<In>(), ${buffer.four('e')}, k < problem.k);
}`,
  };
}

const ROW_BY_ONE: Fragment = {
  name: 'row_b4',
  code: `fn row_b4(matrix: u32, k: u32, col: u32) -> vec4<In> {
  var four = vec4<In>();
  for (var i = 0u; i < select(0u, 4u, k < problem.k); i++) { four[i] = load_b(matrix, k, min(col + i, problem.n - 1u)); }
  return four;
}`,
};

/** Columns are contiguous and n is a multiple of 4: one load along n. */
function stepAtOnce(buffer: Elements): Fragment {
  return {
    name: 'patch_b_step',
    code: `fn patch_b_step(matrix: u32, k: u32, col: u32) -> vec4<In> {
  if (k >= problem.k) { return vec4<In>(); }
  let e = b_index(matrix, k, min(col, problem.n - 4u));
  return ${buffer.four('e')};
}`,
  };
}

const STEP_BY_ONE: Fragment = {
  name: 'patch_b_step',
  code: `fn patch_b_step(matrix: u32, k: u32, col: u32) -> vec4<In> {
  var four = vec4<In>();
  if (k >= problem.k) { return four; }
  for (var i = 0u; i < 4u; i++) { four[i] = load_b(matrix, k, min(col + i, problem.n - 1u)); }
  return four;
}`,
};

const PATCH_BY_STEPS: Fragment = {
  name: 'patch_b',
  code: `fn patch_b(matrix: u32, k: u32, col: u32) -> mat4x4<In> {
  return mat4x4<In>(
    patch_b_step(matrix, k, col),
    patch_b_step(matrix, k + 1u, col),
    patch_b_step(matrix, k + 2u, col),
    patch_b_step(matrix, k + 3u, col),
  );
}`,
};

/**
 * Rows of codes; the layout is always `nt`. Where activations are integers, their kernels multiply bytes, or values of A that are
 * loaded as those of any format.
 */
function codes(problem: Problem, format: ScaledFormat, scale: BlockScale, mentions: Mentions, bound: Bound): Access {
  const activations = formatOf(problem.format.a);
  const isScaled = activations.kind === 'scaled';
  const integers = isScaled && activations.beside !== undefined && mentions('bytes_b');
  const both = isScaled && (activations.beside === undefined || integers);
  const scaleOfA = activationScale(problem);
  const operand = { format, scale, bound, both, integers, tensorScale: format.wgsl.tensorScale };
  const { type, functions } = scaledAccess(SIDE_B, operand);
  const evenRows = scaleGrid(scale, problem.shape.k, 1, 1).perRow % 2 === 0;
  return {
    type,
    vector: true,
    functions: [
      ...decoders(format, scale),
      ...byteDecoders(format),
      ...(integers && scaleOfA ? integerRuns(scaleOfA, scale) : []),
      ...functions,
      ...pairOfScales(operand, evenRows),
      ...walkedCodes(SIDE_B, operand, evenRows),
      ...strips(SIDE_B.scales, operand),
      ...finishing(operand),
    ],
  };
}
