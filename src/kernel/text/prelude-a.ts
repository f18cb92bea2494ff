/**
 * WGSL access to A: `[rows][k]`, or `[matrices][k][m]` where A is transposed; scaled formats are never transposed. Rows count
 * over all matrices.
 */

import type { ScaledFormat } from '../../gemm/formats/format.ts';
import { formatOf } from '../../gemm/formats/registry.ts';
import { activationScale } from '../../gemm/formats/scale.ts';
import type { BlockScale, Problem } from '../../gemm/problem.ts';
import { isTransposedA } from '../../gemm/problem.ts';
import type { Access, Fragment, Mentions } from './prelude.ts';
import { type Bound, type Elements, elements, fourOf, type Walk, type Width, walked } from './prelude-elements.ts';
import { scaledAccess } from './prelude-scaled.ts';
import { sideA } from './prelude-sides.ts';

export function accessA(problem: Problem, mentions: Mentions, native: boolean, bound: Bound = 'buffer'): Access {
  const format = formatOf(problem.format.a);
  if (format.kind === 'scaled') return codes(problem, format, activationScale(problem) ?? format.scale, bound);
  const alongK = !isTransposedA(problem.layout);
  const contiguous = alongK ? problem.shape.k : problem.shape.m;
  const width = loadWidth(mentions, contiguous);
  const buffer = elements('A', format, width, native, bound);
  const functions = [
    ...buffer.functions,
    INDEX[alongK ? 'alongK' : 'alongM'],
    one(buffer),
    fourOf('four_a', buffer, width),
    ...wide(buffer, width, alongK),
    ...walked('a', buffer, width, walk(width, alongK)),
    ...(alongK && width === 8 ? walkedByEight(buffer, walk(width, alongK)) : []),
  ];
  return { type: buffer.type, vector: width > 1, functions };
}

function loadWidth(mentions: Mentions, contiguous: number): Width {
  if (['load_a8', 'eight_at_a'].some(mentions) && contiguous % 8 === 0) return 8;
  const vector = ['load_a8', 'load_a4', 'patch_a', 'four_a', 'spot_a'].some(mentions);
  return vector && contiguous % 4 === 0 ? 4 : 1;
}

const INDEX = {
  alongK: {
    name: 'a_index',
    code: `fn a_index(matrix: u32, row: u32, k: u32) -> u32 {
  return row * problem.k + k;
}`,
  },
  alongM: {
    name: 'a_index',
    code: `fn a_index(matrix: u32, row: u32, k: u32) -> u32 {
  return (matrix * problem.k + k) * problem.m + (row - matrix * problem.m);
}`,
  },
} as const;

/** Where a patch begins. Of one that reaches beyond the operand, what lies outside may be anything. */
function walk(width: Width, alongK: boolean): Walk {
  const parameters = 'matrix: u32, row: u32, row_end: u32, k: u32';
  const last = !alongK && width > 1 ? 4 : 1;
  const first = `a_index(matrix, min(row, row_end - ${last}u), k)`;
  return { parameters, first, along: alongK, stride: alongK ? 'problem.k' : 'problem.m' };
}

/** As `walked`, in eights of elements along k. */
function walkedByEight(buffer: Elements, { parameters, first }: Walk): Fragment[] {
  return [
    { name: 'eight_spot_a', code: `fn eight_spot_a(${parameters}) -> u32 {\n  return ${first} / 8u;\n}` },
    { name: 'eight_at_a', code: `fn eight_at_a(spot: u32) -> Eight {\n  ${buffer.pair('spot')}\n}` },
  ];
}

function one(buffer: Elements): Fragment {
  return {
    name: 'load_a',
    code: `fn load_a(matrix: u32, row: u32, k: u32) -> In {
  let e = a_index(matrix, row, k);
  return ${buffer.one('e')};
}`,
  };
}

function wide(buffer: Elements, width: Width, alongK: boolean): Fragment[] {
  const single = alongK && width > 1;
  const patch = !alongK && width > 1 ? patchAlongM(buffer) : PATCH_BY_ROWS;
  const eight = alongK && width === 8 ? eightAtOnce(buffer) : EIGHT_OF_FOURS;
  return [single ? fourAtOnce(buffer) : FOUR_BY_ONE, EIGHT, eight, ...patch];
}

/**
 * k is a multiple of 4, so four elements are inside A or outside it together. No branch: a software device executes branches lane
 * by lane, and sixteen of them in a row took half of a kernel's time.
 */
function fourAtOnce(buffer: Elements): Fragment {
  return {
    name: 'load_a4',
    code: `fn load_a4(matrix: u32, row: u32, k: u32) -> vec4<In> {
  let e = a_index(matrix, row, min(k, problem.k - 4u));
  return select(vec4<In>(), ${buffer.four('e')}, k < problem.k);
}`,
  };
}

/** The loop bound depends on k, so that compilers do not unroll it: unaligned rows would expand to a page of code per load. */
const FOUR_BY_ONE: Fragment = {
  name: 'load_a4',
  code: `fn load_a4(matrix: u32, row: u32, k: u32) -> vec4<In> {
  var four = vec4<In>();
  for (var i = 0u; i < min(4u, problem.k - min(k, problem.k)); i++) { four[i] = load_a(matrix, row, k + i); }
  return four;
}`,
};

const EIGHT: Fragment = {
  name: 'Eight',
  code: `struct Eight {
  lo: vec4<In>,
  hi: vec4<In>,
}`,
};

const EIGHT_OF_FOURS: Fragment = {
  name: 'load_a8',
  code: `fn load_a8(matrix: u32, row: u32, k: u32) -> Eight {
  return Eight(load_a4(matrix, row, k), load_a4(matrix, row, k + 4u));
}`,
};

const eightAtOnce = (buffer: Elements): Fragment => ({
  name: 'load_a8',
  code: `fn load_a8(matrix: u32, row: u32, k: u32) -> Eight {
  if (k >= problem.k) { return Eight(); }
  let e = a_index(matrix, row, k);
  ${buffer.eight('e')}
}`,
});

const PATCH_BY_ROWS: Fragment[] = [
  {
    name: 'patch_a_row',
    code: `fn patch_a_row(matrix: u32, row: u32, row_end: u32, k: u32) -> vec4<In> {
  return load_a4(matrix, min(row, row_end - 1u), k);
}`,
  },
  {
    name: 'patch_a',
    code: `fn patch_a(matrix: u32, row: u32, row_end: u32, k: u32) -> mat4x4<In> {
  return mat4x4<In>(
    patch_a_row(matrix, row, row_end, k),
    patch_a_row(matrix, row + 1u, row_end, k),
    patch_a_row(matrix, row + 2u, row_end, k),
    patch_a_row(matrix, row + 3u, row_end, k),
  );
}`,
  },
];

/** Rows are contiguous and m is a multiple of 4: four loads along m, turned. */
function patchAlongM(buffer: Elements): Fragment[] {
  return [
    {
      name: 'patch_a_step',
      code: `fn patch_a_step(matrix: u32, row: u32, k: u32) -> vec4<In> {
  if (k >= problem.k) { return vec4<In>(); }
  let e = a_index(matrix, row, k);
  return ${buffer.four('e')};
}`,
    },
    {
      name: 'patch_a',
      code: `fn patch_a(matrix: u32, row: u32, row_end: u32, k: u32) -> mat4x4<In> {
  let first = min(row, row_end - 4u);
  return transpose(mat4x4<In>(
    patch_a_step(matrix, first, k),
    patch_a_step(matrix, first, k + 1u),
    patch_a_step(matrix, first, k + 2u),
    patch_a_step(matrix, first, k + 3u),
  ));
}`,
    },
  ];
}

const DECODED_BY_ONE: readonly Fragment[] = [FOUR_BY_ONE, EIGHT_OF_FOURS];

/** Four and eight values of 8-bit codes at once, for kernels that know only values of A. Those that follow each other share a scale. */
function decoded({ wgsl }: ScaledFormat): Fragment[] {
  const load = (width: 4 | 8, code: string): Fragment => ({
    name: `load_a${width}`,
    code: `fn load_a${width}(matrix: u32, row: u32, k: u32) -> ${width === 4 ? 'vec4<In>' : 'Eight'} {
  let first = min(k, problem.k - 1u);
  let scale = select(0.0, a_block_scale(matrix, row, first), k < problem.k);
  ${code}
}`,
  });
  return [
    load(4, `return scale * ${wgsl.eight}(vec2<u32>(word_a(matrix, row, first), 0u)).lo;`),
    load(
      8,
      `let eight = ${wgsl.eight}(vec2<u32>(word_a(matrix, row, first), word_a(matrix, row, first | 4u)));
  return Eight(scale * eight.lo, scale * eight.hi);`,
    ),
  ];
}

/** As the codes of B. The tensor scale is the product of both operands' and part of `load_b`. */
function codes(problem: Problem, format: ScaledFormat, scale: BlockScale, bound: Bound): Access {
  const operand = { format, scale, bound, both: true, tensorScale: false };
  const { side, constants } = sideA(scale, problem.scale);
  const { type, functions } = scaledAccess(side, operand);
  return {
    type,
    vector: true,
    functions: [
      ...constants,
      ...functions,
      EIGHT,
      ...(format.beside ? decoded(format) : DECODED_BY_ONE),
      ...PATCH_BY_ROWS,
    ],
  };
}
