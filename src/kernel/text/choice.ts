/** Tile and thread sizes: the kernel's defaults fitted to the problem, or chosen values. */
import { asScaled } from '../../gemm/formats/registry.ts';
import type { Problem } from '../../gemm/problem.ts';
import { matrices } from '../../gemm/shape.ts';
import { deviceScope, type KernelDevice, type MatrixComponent, matrixProduct } from '../device.ts';
import type { Choice } from '../program.ts';
import { evaluate } from '../set/expression.ts';
import type { Dimension, Kernel } from '../set/kernel.ts';
import type { Specialisation } from './prelude.ts';

/** Rows of C that one B matrix produces; of the expert with most rows if grouped. */
export function longestRows(problem: Problem): number {
  return problem.groups ? Math.max(0, ...problem.groups.rows) : problem.shape.m;
}

/** Values of the shape's names in front matter expressions. */
export function shapeScope(problem: Problem): Record<string, number> {
  const { n, k } = problem.shape;
  return { m: longestRows(problem), n, k, matrices: matrices(problem) };
}

/**
 * Sizes for this problem. A default that reaches beyond the problem is replaced by the smallest allowed size that still covers
 * it, so that one row does not need a tile of 64; derived sizes and chosen sizes are used unchanged.
 *
 * @returns a reason when a chosen size is not one the kernel allows
 */
export function choose(
  kernel: Kernel,
  problem: Problem,
  device: KernelDevice,
  choice: Choice = {},
): Specialisation | { reason: string } {
  const rows = longestRows(problem);
  const { n, k } = problem.shape;
  const scope = deviceScope(device, matrixComponent(kernel));
  // Threads first, because tiles may be derived from them.
  const asked = [
    ['THREAD_M', kernel.thread.m, choice.thread?.m, rows],
    ['THREAD_N', kernel.thread.n, choice.thread?.n, n],
    ['TILE_M', kernel.tile.m, choice.tile?.m, rows],
    ['TILE_N', kernel.tile.n, choice.tile?.n, n],
    ['TILE_K', kernel.tile.k, choice.tile?.k, k],
  ] as const;
  const sizes: number[] = [];
  for (const [name, range, wanted, extent] of asked) {
    if (wanted !== undefined && !range.values.includes(wanted)) {
      const taken = range.values.join(', ');
      return { reason: `${kernel.name} takes ${name} ${taken}, not ${wanted}: ${range.because}` };
    }
    const size = wanted ?? derivedSize(range, scope) ?? covering(range, extent);
    scope[name] = size;
    sizes.push(size);
  }
  const [threadM = 1, threadN = 1, tileM = 1, tileN = 1, tileK = 1] = sizes;
  const tile = { m: tileM, n: tileN, k: tileK };
  const thread = { m: threadM, n: threadN };
  const [x, y] = kernel.workgroup;
  // Half a subgroup in one direction must not pass because there are two in the other.
  const workgroup = [evaluate(x, scope, 'exact'), evaluate(y, scope, 'exact')] as const;
  const matrix = usesMatrices(kernel) ? matrixProduct(device, matrixComponent(kernel)) : null;
  const subgroupSize = setsSubgroupSize(kernel, device) ? device.subgroupSize?.[0] : undefined;
  return { tile, thread, workgroup, ...(matrix ? { matrix } : {}), ...(subgroupSize ? { subgroupSize } : {}) };
}

/** Whether the kernel sets the size of its subgroups: the smallest of the device, which every device that has a choice has. */
function setsSubgroupSize({ requires, uses }: Kernel, { features }: KernelDevice): boolean {
  const control = 'subgroup-size-control';
  return requires.includes(control) || (uses.includes(control) && features.includes(control));
}

/** Whether the kernel uses subgroup matrices. */
export function usesMatrices({ requires }: Kernel): boolean {
  return requires.includes('chromium-experimental-subgroup-matrix');
}

/** What its matrices are of: bytes, where its activations are integers. */
export function matrixComponent({ formats }: Kernel): MatrixComponent {
  return formats.a.every((name) => asScaled(name)?.beside) ? 'i8' : 'f16';
}

function derivedSize({ derived, values }: Dimension, scope: Readonly<Record<string, number>>): number | undefined {
  const size = derived && evaluate(derived, scope);
  return values.find((value) => value === size);
}

function covering({ default: usual, values }: Dimension, extent: number): number {
  return Math.min(usual, values.find((value) => value >= extent) ?? usual);
}

/** Values of the tile names in front matter expressions. */
export function tileScope({ tile, thread }: Pick<Specialisation, 'tile' | 'thread'>): Record<string, number> {
  return { TILE_M: tile.m, TILE_N: tile.n, TILE_K: tile.k, THREAD_M: thread.m, THREAD_N: thread.n };
}
