/**
 * The engine of the comparison: a WebGPU session on which other libraries multiply beside our kernels.
 *
 * One clock serves all: wall time from before the first multiplication is enqueued until the queue reports the last one done.
 * Device timestamps are not used, because only our kernels could use them.
 */

import { GpuJsSession } from '../src/engine/gpujs/session.ts';
import {
  type DeviceFacts,
  EngineError,
  type Launchable,
  type Operands,
  type OperandsRequest,
  type PeerSource,
  type Prepared,
  type Probe,
  type Session,
  type Source,
} from '../src/engine/port.ts';
import { PipelineLaunchable } from '../src/engine/webgpu/launch.ts';
import type { OperandName } from '../src/engine/webgpu/operands.ts';
import { Output, outputBytes } from '../src/engine/webgpu/output.ts';
import { outputOf, outputShape, prepareProgram } from '../src/engine/webgpu/prepare.ts';
import type { WebGpuSession } from '../src/engine/webgpu/session.ts';
import { USAGE } from '../src/engine/webgpu/usage.ts';
import type { Program } from '../src/kernel/program.ts';
import type { Inputs, Library } from './library.ts';
import { kernelRunner, LibraryRunner, PreparedRunner, Yardstick } from './prepared.ts';

/** Libraries by name: loaded, or the reason why not. */
export type Libraries = ReadonlyMap<string, Library | string>;

export class PeerSession implements Session {
  readonly facts: DeviceFacts;
  readonly lost: Promise<string>;
  readonly #inner: WebGpuSession;
  readonly #gpujs: GpuJsSession;
  readonly #libraries: Libraries;
  readonly #requests = new WeakMap<Operands, OperandsRequest>();

  constructor(inner: WebGpuSession, libraries: Libraries) {
    this.#inner = inner;
    this.#gpujs = new GpuJsSession(inner);
    this.#libraries = libraries;
    this.facts = { ...inner.facts, timestamps: false };
    this.lost = inner.lost;
  }

  now(): number {
    return this.#inner.now();
  }

  async allocate(request: OperandsRequest): Promise<Operands> {
    const operands = await this.#inner.allocate(request);
    this.#requests.set(operands, request);
    return operands;
  }

  async prepare(source: Source, operands: Operands): Promise<Prepared> {
    const request = this.#requests.get(operands);
    if (!request) throw new EngineError('device-error', 'these operands were allocated by another session');
    if (source.kind === 'own') return this.#gpujs.prepare(source, operands);
    if (source.kind === 'wgsl') return this.#kernel(source.program, operands, new Yardstick(request, request.problem));
    return source.other ? this.#otherFormats(source.other, request) : this.#library(source, operands, request);
  }

  probe(probe: Probe): Promise<Launchable> {
    return this.#inner.probe(probe);
  }

  async dispose(): Promise<void> {
    await this.#gpujs.dispose();
  }

  /** Without the pass timer, whose read-back would count as the kernel's wall time. */
  async #kernel(
    program: Program,
    operands: Operands,
    yardstick: Yardstick,
    { reference = null, release = () => {} }: { reference?: Prepared | null; release?: () => void } = {},
  ): Promise<Prepared> {
    const { bench } = this.#inner;
    const prepared = await prepareProgram({ ...bench, timer: null }, program, this.#inner.own(operands));
    if (!(prepared instanceof PipelineLaunchable))
      throw new EngineError('unsupported', 'cannot be launched one by one');
    const runner = kernelRunner(prepared, bench.device, release);
    return new PreparedRunner(runner, outputOf(prepared), yardstick, reference);
  }

  /** One of our kernels on operands of its own: the same shape, seed and distribution in other formats. */
  async #otherFormats(
    { problem, program, reference }: NonNullable<PeerSource['other']>,
    request: OperandsRequest,
  ): Promise<Prepared> {
    const operands = await this.#inner.allocate({ ...request, problem });
    const release = () => operands.dispose();
    try {
      const trusted = await this.#inner.prepare({ kind: 'wgsl', program: reference }, operands);
      await trusted.launch({ repeats: 1, firstSet: 0 });
      return await this.#kernel(program, operands, new Yardstick(request, problem), { reference: trusted, release });
    } catch (error) {
      release();
      throw error;
    }
  }

  async #library(
    { name, variant, budget }: PeerSource,
    operands: Operands,
    request: OperandsRequest,
  ): Promise<Prepared> {
    const library = this.#libraries.get(name) ?? 'is not known here';
    if (typeof library === 'string') throw new EngineError('unsupported', library);
    const refusal = library.refuses(request.problem, variant);
    if (refusal !== null) throw new EngineError('unsupported', refusal);
    const { device, programs } = this.#inner.bench;
    const shape = outputShape(this.#inner.own(operands));
    const begin = performance.now();
    const multiplication = await library.multiply(this.#inputs(operands), variant).catch((error: unknown) => {
      throw new EngineError('compile-error', `${error instanceof Error ? error.message : String(error)}`);
    });
    const seconds = (performance.now() - begin) / 1e3;
    const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
    const [c] = await device.buffers([{ size: outputBytes(shape), usage, label: `C of ${name}` }]);
    if (!c) throw new EngineError('device-error', 'no buffer for C');
    const runner = new LibraryRunner(multiplication, device, seconds, () => c.destroy());
    return new PreparedRunner(
      runner,
      new Output(device, programs, shape, c),
      new Yardstick(request, request.problem, budget),
      null,
    );
  }

  #inputs(operands: Operands): Inputs {
    const { problem, buffers } = this.#inner.own(operands);
    const { m, n, k } = problem.shape;
    const { device } = this.#inner.bench;
    const read = async (name: OperandName): Promise<ArrayBuffer> => {
      const buffer = buffers[0]?.get(name);
      if (!buffer) throw new EngineError('unsupported', `this problem has no ${name}`);
      return device.download(buffer, buffer.size);
    };
    const block = problem.scale?.block ?? 'k';
    const blocks = block === 'k' ? 1 : Math.ceil(k / block);
    return {
      problem,
      a: async () => new Float32Array(await read('a')).subarray(0, m * k),
      b: async () => new Float32Array(await read('b')).subarray(0, k * n),
      codes: async () => new Uint8Array(await read('b')).subarray(0, n * Math.ceil(k / 32) * 16),
      scales: async () => new Float32Array(await read('scales')).subarray(0, n * blocks),
    };
  }
}
