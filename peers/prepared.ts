/** Contenders as prepared matmuls: launched, timed by wall clock, verified. */

import type { Difference, OperandsRequest, Point, Prepared, Timing } from '../src/engine/port.ts';
import type { Device } from '../src/engine/webgpu/device.ts';
import type { PipelineLaunchable } from '../src/engine/webgpu/launch.ts';
import type { Output } from '../src/engine/webgpu/output.ts';
import { type HasOutput, outputOf } from '../src/engine/webgpu/prepare.ts';
import { errorBudget } from '../src/gemm/budget.ts';
import type { Problem } from '../src/gemm/problem.ts';
import { referenceAt } from '../src/gemm/reference.ts';
import type { Multiplication } from './library.ts';

export interface Launch {
  readonly repeats: number;
  readonly firstSet: number;
}

/** Whatever writes one C and can be timed from outside. */
export interface Runner {
  readonly pipelineSeconds: number;
  /** Starts `repeats` multiplications, then waits once. */
  run(launch: Launch): Promise<void>;
  /** Copies the last result to `output` unless it is there already. */
  settle(output: Output): Promise<void>;
  /** Invalidates earlier results. */
  forget(): void;
  dispose(): void;
}

/**
 * Expected result and tolerance of a contender that differ from the visit's. A visit verifies one problem. A contender on the
 * same shape in other formats, or of lower precision, is compared with its own expected result and budget. The visit then sees
 * its own expected result plus the contender's error, in units of the visit's budget, so that one rule applies to all; the error
 * in a visit's result times `scale` is the contender's true error.
 */
export class Yardstick {
  /** The contender's budget over the visit's. */
  readonly scale: number;
  readonly #own: Problem;
  readonly #request: OperandsRequest;

  constructor(request: OperandsRequest, own: Problem, budget = errorBudget(own)) {
    this.#request = request;
    this.#own = own;
    this.scale = budget / errorBudget(request.problem);
  }

  values(points: readonly Point[], found: Float64Array): Float64Array {
    if (this.scale === 1 && this.#own === this.#request.problem) return found;
    const { seed, distribution, problem } = this.#request;
    const own = referenceAt(this.#own, seed, distribution, points).exact;
    const visits = this.#own === problem ? own : referenceAt(problem, seed, distribution, points).exact;
    return found.map((value, i) => (visits[i] ?? 0) + (value - (own[i] ?? 0)) / this.scale);
  }

  difference(found: Difference): Difference {
    return { ...found, maxAbs: found.maxAbs / this.scale };
  }
}

/** Times a runner by wall clock, like every contender of the comparison, and exposes its result. */
export class PreparedRunner implements Prepared, HasOutput {
  readonly output: Output;
  readonly pipelineSeconds: number;
  readonly #runner: Runner;
  readonly #yardstick: Yardstick;
  /** The reference result of the contender's own problem, if it is not the visit's. */
  readonly #reference: Prepared | null;

  constructor(runner: Runner, output: Output, yardstick: Yardstick, reference: Prepared | null) {
    this.#runner = runner;
    this.output = output;
    this.pipelineSeconds = runner.pipelineSeconds;
    this.#yardstick = yardstick;
    this.#reference = reference;
  }

  async launch(launch: Launch): Promise<Timing> {
    const begin = performance.now();
    await this.#runner.run(launch);
    return { gpuSeconds: null, wallSeconds: (performance.now() - begin) / 1e3 };
  }

  poison(): Promise<void> {
    this.#runner.forget();
    return this.output.poison();
  }

  async read(points: readonly Point[]): Promise<Float64Array> {
    await this.#runner.settle(this.output);
    return this.#yardstick.values(points, await this.output.read(points));
  }

  async difference(reference: Prepared): Promise<Difference> {
    await this.#runner.settle(this.output);
    return this.#yardstick.difference(await this.output.difference(outputOf(this.#reference ?? reference)));
  }

  dispose(): void {
    this.#runner.dispose();
    this.#reference?.dispose();
  }
}

/** One of our kernels, launched as a library's call would be: an encoder, a pass and a submission each time. */
export function kernelRunner(program: PipelineLaunchable, device: Device, release: () => void): Runner {
  return {
    pipelineSeconds: program.pipelineSeconds,
    run: async ({ repeats, firstSet }) => {
      for (let i = 0; i < repeats; i++) program.enqueue(firstSet + i);
      await device.submit([]);
    },
    settle: async () => {},
    forget: () => {},
    dispose: () => {
      program.dispose();
      release();
    },
  };
}

/** A library's matmul. Its result stays in the library until it is verified. */
export class LibraryRunner implements Runner {
  readonly pipelineSeconds: number;
  readonly #multiplication: Multiplication;
  readonly #device: Device;
  readonly #release: () => void;
  #fresh = false;

  constructor(multiplication: Multiplication, device: Device, pipelineSeconds: number, release: () => void) {
    this.#multiplication = multiplication;
    this.#device = device;
    this.pipelineSeconds = pipelineSeconds;
    this.#release = release;
  }

  async run({ repeats }: Launch): Promise<void> {
    this.#fresh = true;
    await this.#multiplication.run(repeats);
  }

  /** C keeps its contents (the poison) unless a multiplication has run since. */
  async settle(output: Output): Promise<void> {
    if (!this.#fresh) return;
    this.#fresh = false;
    const values = await this.#multiplication.result();
    const { rows, n } = output.shape;
    if (values.length !== rows * n) throw new RangeError(`the answer has ${values.length} elements, C has ${rows * n}`);
    this.#device.gpu.queue.writeBuffer(output.buffer, 0, Float32Array.from(values));
    await this.#device.submit([]);
  }

  forget(): void {
    this.#fresh = false;
  }

  dispose(): void {
    void this.#multiplication.dispose();
    this.#release();
  }
}
