/** A GEMM written in gpu.js's JavaScript, bound to operands that stay on the device. */

import type { Layout, Problem } from '../../gemm/problem.ts';
import { isTransposedA, isTransposedB } from '../../gemm/problem.ts';
import { matrices, rows } from '../../gemm/shape.ts';
import { type Difference, EngineError, type Point, type Prepared, type Timing } from '../port.ts';
import { messageOf } from '../webgpu/device.ts';
import type { DeviceOperands } from '../webgpu/operands.ts';
import { Output } from '../webgpu/output.ts';
import { type HasOutput, outputOf, outputShape, type Workbench } from '../webgpu/prepare.ts';
import type { GpuJsLibrary, Resident } from './library.ts';

/** Element of A in output row `thread.y`, of B in output column `thread.x`, at step i; arrays are indexed [row][column]. */
const ELEMENTS: Record<Layout, readonly [a: string, b: string]> = {
  nn: ['a[this.thread.y][i]', 'b[i][this.thread.x]'],
  nt: ['a[this.thread.y][i]', 'b[this.thread.x][i]'],
  tn: ['a[i][this.thread.y]', 'b[i][this.thread.x]'],
  tt: ['a[i][this.thread.y]', 'b[this.thread.x][i]'],
};

/** A string, because TypeScript tools would rewrite a function before gpu.js sees it. */
export function kernelSource(layout: Layout): string {
  const [a, b] = ELEMENTS[layout];
  return `function (a, b) {
  let sum = 0;
  for (let i = 0; i < this.constants.k; i++) {
    sum += ${a} * ${b};
  }
  return sum;
}`;
}

/** @throws EngineError `unsupported` for operands that gpu.js cannot hold and problems that this kernel does not compute */
export function requireServed(problem: Problem): void {
  const { format, groups, bias } = problem;
  const refused =
    format.w !== 'f32' || format.a !== 'f32' || format.acc !== 'f32' || format.out !== 'f32'
      ? 'gpu.js computes in f32 only'
      : groups || matrices(problem) !== 1
        ? 'the gpu.js kernel multiplies one pair of matrices, without batch or groups'
        : bias
          ? 'the gpu.js kernel adds no bias'
          : null;
  if (refused !== null) throw new EngineError('unsupported', refused);
}

type Kernel = (a: Resident, b: Resident) => Promise<Resident>;

/**
 * Compiles and runs once, since gpu.js compiles at the first call: `pipelineSeconds` spans that call up to its
 * submission, not its end.
 */
export async function prepareGpuJs(
  library: GpuJsLibrary,
  bench: Workbench,
  operands: DeviceOperands,
): Promise<PreparedGpuJs> {
  const { problem } = operands;
  requireServed(problem);
  const { n, k } = problem.shape;
  const m = rows(problem);
  const shortcut = library.gpu
    .createKernel(kernelSource(problem.layout), { constants: { k }, output: [n, m] })
    .setPipeline(true);
  const kernel: Kernel = async (a, b) => {
    const result: unknown = await shortcut(a, b);
    if (!library.isResident(result)) throw new EngineError('device-error', 'gpu.js gave no result on the device');
    return result;
  };
  const sets = operands.buffers.map((set) => residentSet(library, set, problem, m));
  const begin = performance.now();
  try {
    const result = await kernel(...setAt(sets, 0));
    const pipelineSeconds = (performance.now() - begin) / 1e3;
    await bench.device.submit([]);
    const output = new Output(bench.device, bench.programs, outputShape(operands), result.buffer);
    return new PreparedGpuJs({ bench, kernel, sets, output, pipelineSeconds, destroy: () => shortcut.destroy() });
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError('compile-error', `gpu.js: ${messageOf(error)}`);
  }
}

type ResidentSet = readonly [a: Resident, b: Resident];

function residentSet(
  library: GpuJsLibrary,
  set: DeviceOperands['buffers'][number],
  { layout, shape: { n, k } }: Problem,
  m: number,
): ResidentSet {
  const a = set.get('a');
  const b = set.get('b');
  if (!a || !b) throw new EngineError('unsupported', 'gpu.js needs both operands');
  return [
    isTransposedA(layout) ? library.resident(a, m, k) : library.resident(a, k, m),
    isTransposedB(layout) ? library.resident(b, k, n) : library.resident(b, n, k),
  ];
}

function setAt(sets: readonly ResidentSet[], index: number): ResidentSet {
  const set = sets[index % sets.length];
  if (set === undefined) throw new EngineError('device-error', 'no operand sets');
  return set;
}

interface GpuJsParts {
  readonly bench: Workbench;
  readonly kernel: Kernel;
  readonly sets: readonly ResidentSet[];
  readonly output: Output;
  readonly pipelineSeconds: number;
  readonly destroy: () => void;
}

/** gpu.js keeps one output buffer per kernel, so that buffer is C: poisoned, read and compared like any other. */
export class PreparedGpuJs implements Prepared, HasOutput {
  readonly output: Output;
  readonly pipelineSeconds: number;
  readonly #parts: GpuJsParts;

  constructor(parts: GpuJsParts) {
    this.output = parts.output;
    this.pipelineSeconds = parts.pipelineSeconds;
    this.#parts = parts;
  }

  /** `repeats` awaited calls, in wall time: the API hides the passes, so they cannot have timestamps. */
  async launch({ repeats, firstSet }: { readonly repeats: number; readonly firstSet: number }): Promise<Timing> {
    const { bench, kernel, sets } = this.#parts;
    bench.device.check();
    const begin = performance.now();
    let last: Resident | null = null;
    for (let i = 0; i < repeats; i++) {
      last = await kernel(...setAt(sets, firstSet + i));
    }
    await bench.device.submit([]);
    const wallSeconds = (performance.now() - begin) / 1e3;
    if (last !== null && last.buffer !== this.output.buffer) {
      throw new EngineError('device-error', 'gpu.js moved its output to another buffer');
    }
    return { gpuSeconds: null, wallSeconds };
  }

  poison(): Promise<void> {
    return this.output.poison();
  }

  read(points: readonly Point[]): Promise<Float64Array> {
    return this.output.read(points);
  }

  difference(reference: Prepared): Promise<Difference> {
    return this.output.difference(outputOf(reference));
  }

  /** gpu.js counts every returned result as a user of the output buffer and would not free it. */
  dispose(): void {
    this.#parts.destroy();
    this.output.buffer.destroy();
  }
}
