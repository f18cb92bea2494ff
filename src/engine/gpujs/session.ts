/** The gpu.js engine: a WebGPU session that also runs the matmul a JavaScript user would write with gpu.js. */
import type {
  DeviceFacts,
  Launchable,
  Operands,
  OperandsRequest,
  Prepared,
  Probe,
  ProgramText,
  Session,
  Source,
} from '../port.ts';
import type { WebGpuSession } from '../webgpu/session.ts';
import { type GpuJsLibrary, loadGpuJs } from './library.ts';
import { prepareGpuJs } from './matmul.ts';
import { GPUJS } from './source.ts';

/** Everything except its own matmul is delegated to the WebGPU session, which it owns. */
export class GpuJsSession implements Session {
  readonly facts: DeviceFacts;
  readonly lost: Promise<string>;
  readonly #inner: WebGpuSession;
  #library: Promise<GpuJsLibrary> | null = null;

  constructor(inner: WebGpuSession) {
    this.#inner = inner;
    this.facts = inner.facts;
    this.lost = inner.lost;
  }

  now(): number {
    return this.#inner.now();
  }

  allocate(request: OperandsRequest): Promise<Operands> {
    return this.#inner.allocate(request);
  }

  async prepare(source: Source, operands: Operands): Promise<Prepared> {
    if (source.kind !== 'own' || source.name !== GPUJS.name) return this.#inner.prepare(source, operands);
    const { gpu, limits } = this.#inner.bench.device;
    this.#library ??= loadGpuJs(gpu, limits);
    return prepareGpuJs(await this.#library, this.#inner.bench, this.#inner.own(operands));
  }

  probe(probe: Probe): Promise<Launchable> {
    return this.#inner.probe(probe);
  }

  faultIn(text: ProgramText): Promise<string | null> {
    return this.#inner.faultIn(text);
  }

  async dispose(): Promise<void> {
    const library = await this.#library?.catch(() => null);
    await library?.gpu.destroy();
    await this.#inner.dispose();
  }
}
