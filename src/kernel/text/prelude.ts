/**
 * The prelude: WGSL declarations prepended to a kernel's text, which is never changed (docs/kernel-abi.md). It contains
 * everything that varies between problems: tile sizes, formats, layouts, alignment. A function is declared only when the kernel's
 * text mentions it (or something it needs does), so what reaches the compiler stays short enough to read.
 */

import type { WgslFunction } from '../../gemm/formats/format.ts';
import { FORMAT_FUNCTIONS } from '../../gemm/formats/registry.ts';
import { activationScale, isFloat } from '../../gemm/formats/scale.ts';
import type { Problem } from '../../gemm/problem.ts';
import { isTransposedA, isTransposedB } from '../../gemm/problem.ts';
import type { SubgroupMatrix } from '../device.ts';
import { BINDINGS, type Binding, type TexturedOperand, type Thread, type Tile } from '../program.ts';
import type { Kernel } from '../set/kernel.ts';
import { longestRows } from './choice.ts';
import { accessA } from './prelude-a.ts';
import { accessB } from './prelude-b.ts';
import { output } from './prelude-output.ts';

/** A WGSL function of the prelude. */
export type Fragment = WgslFunction;

/** Whether the kernel's text calls a function of this name. */
export type Mentions = (name: string) => boolean;

/** A storage buffer or texture as the prelude declares it, and the functions over it. */
export interface Access {
  /** WGSL type of the variable. */
  readonly type: string;
  /** Whether its elements are vectors: every row starts on a vector boundary. */
  readonly vector: boolean;
  readonly functions: readonly Fragment[];
}

export interface Specialisation {
  readonly tile: Tile;
  readonly thread: Thread;
  readonly workgroup: readonly [number, number];
  /** The device's matrix product, for a kernel made of them. */
  readonly matrix?: Pick<SubgroupMatrix, 'm' | 'n' | 'k'>;
  /** Lanes of every subgroup, for a kernel that sets them. */
  readonly subgroupSize?: number;
}

/** Whether operands reach this kernel as native f16 values instead of pairs packed in words. */
export function nativeHalf(kernel: Kernel): boolean {
  return kernel.requires.includes('shader-f16');
}

/** Bindings that a program for this problem declares, in order. */
export function bindingsOf(problem: Problem): Binding[] {
  const bindings: Binding[] = ['problem', 'a', 'b', 'c'];
  if (problem.scale) bindings.push('scales');
  if (problem.bias) bindings.push('bias');
  if (problem.groups) bindings.push('tiles');
  if (activationScale(problem)) bindings.push('aScales');
  return bindings;
}

/**
 * The prelude of `kernel` for `problem`; the program's text is this followed by the kernel's body.
 *
 * @param textures operands that reach the kernel as textures
 */
export function prelude(
  kernel: Kernel,
  problem: Problem,
  chosen: Specialisation,
  textures: readonly TexturedOperand[] = [],
): string {
  const code = stripComments(kernel.body);
  const mentions: Mentions = (name) => new RegExp(`\\b${name}\\b`).test(code);
  const native = nativeHalf(kernel);
  const bound = (name: 'a' | 'b') => textures.find(({ operand }) => operand === name) ?? 'buffer';
  const a = accessA(problem, mentions, native, bound('a'));
  const b = accessB(problem, mentions, native, bound('b'));
  const c = output(problem, mentions);
  const own = declaredIn(code);
  const decoded = [...b.functions, ...FORMAT_FUNCTIONS];
  const functions = [
    placeOf(problem, chosen),
    ...a.functions,
    ...(native && problem.scale ? inF32(decoded) : decoded),
    ...c.functions,
  ];
  return [
    ...(kernel.requires.includes('shader-f16') ? ['enable f16;'] : []),
    ...(kernel.requires.includes('subgroups') ? ['enable subgroups;'] : []),
    ...(chosen.subgroupSize ? ['enable subgroup_size_control;'] : []),
    ...(chosen.matrix ? ['enable chromium_experimental_subgroup_matrix;'] : []),
    ...constants(chosen),
    `const A_ALONG_K = ${!isTransposedA(problem.layout)};`,
    `const B_ALONG_K = ${isTransposedB(problem.layout)};`,
    `const A_VECTOR = ${a.vector};`,
    `const B_VECTOR = ${b.vector};`,
    `const HAS_BIAS = ${problem.bias};`,
    ...(mentions('K_WHOLE') ? [`const K_WHOLE = ${problem.shape.k % 32 === 0};`] : []),
    `alias In = ${native ? 'f16' : 'f32'};`,
    `alias Acc = ${native ? problem.format.acc : 'f32'};`,
    '',
    STRUCTS,
    ...variables(problem, { a: a.type, b: b.type, c: c.type }),
    '',
    ...needed(
      functions.filter(({ name }) => !own.has(name)),
      code,
    ).map((fragment) => fragment.code),
    '',
  ].join('\n');
}

/** The kernel's body. Where the device does not let it choose a subgroup size that it only uses, none is set. */
export function bodyFor({ body, uses }: Kernel, { subgroupSize }: Specialisation): string {
  const left = subgroupSize === undefined && uses.includes('subgroup-size-control');
  return left ? body.replace(/\s*@subgroup_size\(\s*SUBGROUP_SIZE\s*\)/, '') : body;
}

/** Decoders give f32 also where other operands are loaded as f16. */
function inF32(decoders: readonly Fragment[]): Fragment[] {
  const struct = { name: 'Decoded', code: 'struct Decoded {\n  lo: vec4<f32>,\n  hi: vec4<f32>,\n}' };
  return [struct, ...decoders.map(({ name, code }) => ({ name, code: code.replaceAll(/\bEight\b/g, 'Decoded') }))];
}

function constants({ tile, thread, workgroup, matrix, subgroupSize }: Specialisation): string[] {
  const values = {
    TILE_M: tile.m,
    TILE_N: tile.n,
    TILE_K: tile.k,
    THREAD_M: thread.m,
    THREAD_N: thread.n,
    WORKGROUP_X: workgroup[0],
    WORKGROUP_Y: workgroup[1],
    ...(subgroupSize && { SUBGROUP_SIZE: subgroupSize }),
    ...(matrix && { MATRIX_M: matrix.m, MATRIX_N: matrix.n, MATRIX_K: matrix.k }),
  };
  return Object.entries(values).map(([name, value]) => `const ${name} = ${value}u;`);
}

const STRUCTS = `struct Problem {
  m: u32,
  n: u32,
  k: u32,
  matrices: u32,
  tiles_m: u32,
  tiles_n: u32,
  tiles: u32,
  tensor_scale: f32,
}
struct Place {
  live: bool,
  matrix: u32,
  row: u32,
  row_end: u32,
  col: u32,
}
`;

function variables(problem: Problem, type: { a: string; b: string; c: string }): string[] {
  const declared: Record<Binding, string> = {
    problem: 'var<uniform> problem: Problem;',
    a: `${readable(type.a)} A: ${type.a};`,
    b: `${readable(type.b)} B: ${type.b};`,
    c: `var<storage, read_write> C: ${type.c};`,
    scales: `var<storage, read> scales: array<${storedScale(problem.scale)}>;`,
    bias: 'var<storage, read> bias: array<f32>;',
    tiles: 'var<storage, read> tiles: array<vec4<u32>>;',
    aScales: `var<storage, read> a_scales: array<${storedScale(activationScale(problem))}>;`,
  };
  return bindingsOf(problem).map((name) => `@group(0) @binding(${BINDINGS[name]}) ${declared[name]}`);
}

function storedScale(scale: Problem['scale']): string {
  return scale && isFloat(scale) ? 'f32' : 'u32';
}

function readable(type: string): string {
  return type.startsWith('texture') ? 'var' : 'var<storage, read>';
}

/**
 * Tiles are numbered by bands of eight m-tiles: m fastest within a band, then n, then the next band, then the next matrix. So
 * m-tiles take turns over the same columns of B, which a cache then serves to all but the first of them. Where no expert has
 * rows for a second m-tile there is nothing to share, and n is fastest. The grid is folded into x and y.
 */
function placeOf(problem: Problem, { tile }: Specialisation): Fragment {
  const numbered = problem.groups && longestRows(problem) <= tile.m ? IN_ROWS : IN_BANDS;
  return {
    name: 'place',
    code: `fn place(workgroup: vec3<u32>, workgroups: vec3<u32>) -> Place {
  let index = workgroup.y * workgroups.x + workgroup.x;
  let live = index < problem.tiles;
${numbered}
${
  problem.groups
    ? `  let tile = tiles[tile_m];
  return Place(live, tile.x, tile.y, tile.z, col);`
    : `  let matrix = tile_m / problem.tiles_m;
  let first = matrix * problem.m;
  return Place(live, matrix, first + (tile_m % problem.tiles_m) * TILE_M, first + problem.m, col);`
}
}`,
  };
}

const IN_ROWS = `  let tile_m = index / problem.tiles_n;
  let col = (index % problem.tiles_n) * TILE_N;`;

/** A band ends with its matrix, where less than a whole one is left; of the experts of a grouped GEMM it may hold several. */
const IN_BANDS = `  let inside = index % (problem.tiles_m * problem.tiles_n); // among the tiles of one matrix
  let top = inside / (8u * problem.tiles_n) * 8u; // m-tiles above the band
  let rows = min(8u, problem.tiles_m - top);
  let turn = inside - top * problem.tiles_n;
  let tile_m = (index - inside) / problem.tiles_n + top + turn % rows;
  let col = turn / rows * TILE_N;`;

/** Fragments that `code` mentions, directly or through other fragments, in declaration order. */
function needed(fragments: readonly Fragment[], code: string): Fragment[] {
  const wanted = new Set<string>();
  const visit = (text: string): void => {
    for (const fragment of fragments) {
      if (wanted.has(fragment.name) || !new RegExp(`\\b${fragment.name}\\b`).test(text)) continue;
      wanted.add(fragment.name);
      visit(fragment.code);
    }
  };
  visit(code);
  return fragments.filter((fragment) => wanted.has(fragment.name));
}

/** Names that the kernel's text declares; the prelude of a later version may use the same names. */
function declaredIn(code: string): ReadonlySet<string> {
  return new Set([...code.matchAll(/\b(?:fn|struct|alias|const)\s+(\w+)/g)].map(([, name = '']) => name));
}

function stripComments(wgsl: string): string {
  return wgsl.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ');
}
