/**
 * A WebGPU device that reports all errors: those outside any promise (validation, memory, a lost device) are kept and thrown by
 * the next operation as an EngineError.
 */
import { bindableBytes, USABLE_MEMORY } from '../../kernel/device.ts';
import { EngineError } from '../port.ts';
import { MAP_READ, USAGE } from './usage.ts';

/** Optional features that are requested if the adapter has them. */
const USEFUL_FEATURES = [
  'timestamp-query',
  'shader-f16',
  'subgroups',
  'subgroup-size-control',
  'chromium-experimental-subgroup-matrix',
] as const;

/** Features of WGSL that kernels may require as they do those of a device. A page or Dawn has them for every device, or not at all. */
const LANGUAGE_FEATURES = ['packed_4x8_integer_dot_product'] as const;

/** More than the cases of a suite use, and little memory where a search compiles hundreds. */
const KEPT_PIPELINES = 64;

/** Facts that the caller knows and the adapter does not report. */
export interface DeviceOrigin {
  /** Limits to use instead of the device's, to test on small problems what happens beyond them. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
  /** Bytes of the memory that holds buffers, if known. */
  readonly memoryBytes?: number | undefined;
  /** Where the adapter comes from. */
  readonly instance: Pick<GPU, 'wgslLanguageFeatures'>;
}

export class Device {
  readonly gpu: GPUDevice;
  /** Of the device, and of WGSL those that kernels may require. */
  readonly features: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number>>;
  readonly memoryBytes: number | undefined;
  /** Resolves with the reason when the device is lost; never after `destroy()`. */
  readonly lost: Promise<string>;
  #failure: EngineError | null = null;
  #lostReason: string | null = null;
  #destroyed = false;
  /** The most recent ones are kept, so that the next case with the same text needs no compilation. */
  readonly #pipelines = new Set<GPUComputePipeline>();

  private constructor(gpu: GPUDevice, { limits = {}, memoryBytes, instance }: DeviceOrigin) {
    this.gpu = gpu;
    const language = LANGUAGE_FEATURES.filter((feature) => instance.wgslLanguageFeatures.has(feature));
    this.features = new Set([...gpu.features, ...language]);
    this.limits = { ...limitsOf(gpu.limits), ...limits };
    this.memoryBytes = memoryBytes;
    gpu.addEventListener('uncapturederror', (event) => {
      event.preventDefault(); // else Dawn prints it as well
      this.#failure ??= toEngineError(event.error);
    });
    this.lost = new Promise((resolve) => {
      gpu.lost.then(({ reason, message }) => {
        if (this.#destroyed) return;
        this.#lostReason = message || reason || 'unknown reason';
        resolve(this.#lostReason);
      });
    });
  }

  /** Opens a device with every useful feature and the adapter's own limits (the defaults are a phone's). */
  static async open(adapter: GPUAdapter, origin: DeviceOrigin): Promise<Device> {
    const features = USEFUL_FEATURES.filter((feature) => adapter.features.has(feature));
    try {
      const gpu = await adapter.requestDevice({
        // The subgroup-matrix feature is Chromium's own, so the standard type does not name it.
        requiredFeatures: features as GPUFeatureName[],
        requiredLimits: limitsOf(adapter.limits),
      });
      return new Device(gpu, origin);
    } catch (error) {
      throw new EngineError('device-error', `the adapter gives no device: ${messageOf(error)}`);
    }
  }

  /** Throws the first error since the last call. */
  check(): void {
    if (this.#lostReason !== null) throw new EngineError('device-lost', `the device was lost: ${this.#lostReason}`);
    if (this.#destroyed) throw new EngineError('device-lost', 'the session is closed');
    const failure = this.#failure;
    this.#failure = null;
    if (failure) throw failure;
  }

  /** Submits and waits for the queue; throws errors of the device. */
  async submit(commands: readonly GPUCommandBuffer[]): Promise<void> {
    this.gpu.queue.submit(commands);
    await this.gpu.queue.onSubmittedWorkDone();
    this.check();
  }

  /**
   * Creates buffers, all or none.
   * @throws EngineError `out-of-memory`
   */
  async buffers(requests: readonly GPUBufferDescriptor[]): Promise<GPUBuffer[]> {
    this.check();
    this.gpu.pushErrorScope('out-of-memory');
    const buffers = requests.map((request) => this.gpu.createBuffer(request));
    const error = await this.gpu.popErrorScope();
    if (error) {
      for (const buffer of buffers) buffer.destroy();
      const bytes = requests.reduce((sum, { size }) => sum + size, 0);
      throw new EngineError(
        'out-of-memory',
        `cannot allocate ${grouped(bytes)} bytes on the device: ${messageOf(error)}`,
      );
    }
    this.check();
    return buffers;
  }

  /** Bytes that one buffer may have and be bound as a whole. */
  get bindableBytes(): number {
    return bindableBytes({ features: [], limits: this.limits });
  }

  /**
   * Refuses what exceeds memory, if its size is known; a system that overcommits would kill the process.
   *
   * @throws EngineError `out-of-memory`
   */
  requireMemory(what: string, bytes: number): void {
    if (this.memoryBytes === undefined || bytes <= USABLE_MEMORY * this.memoryBytes) return;
    const memory = `${USABLE_MEMORY * 100} % of the ${grouped(this.memoryBytes)} bytes of memory`;
    throw new EngineError('out-of-memory', `${what} needs ${grouped(bytes)} bytes; that is more than ${memory}`);
  }

  /** Refuses what one storage binding cannot hold, naming the limit. */
  requireBindable(what: string, bytes: number): void {
    for (const limit of ['maxBufferSize', 'maxStorageBufferBindingSize'] as const) {
      const allowed = this.limits[limit] ?? 0;
      if (bytes <= allowed) continue;
      const where = limit === 'maxBufferSize' ? 'one buffer' : 'one binding';
      const message = `${what} needs ${grouped(bytes)} bytes in ${where}; this device allows ${grouped(allowed)} (${limit})`;
      throw new EngineError('unsupported', message);
    }
  }

  keep(pipeline: GPUComputePipeline): void {
    this.#pipelines.add(pipeline);
    const [oldest] = this.#pipelines;
    if (oldest && this.#pipelines.size > KEPT_PIPELINES) this.#pipelines.delete(oldest);
  }

  /** A copy of a buffer's first `bytes` bytes (a multiple of 4). */
  async download(source: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    const [staging] = await this.buffers([{ size: bytes, usage: USAGE.mapRead | USAGE.copyTarget }]);
    if (!staging) throw new EngineError('device-error', 'no staging buffer');
    const encoder = this.gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(source, 0, staging, 0, bytes);
    this.gpu.queue.submit([encoder.finish()]);
    try {
      return await readMapped(staging, bytes);
    } catch (error) {
      this.check();
      throw new EngineError('device-error', `cannot read a buffer back: ${messageOf(error)}`);
    } finally {
      staging.destroy();
    }
  }

  destroy(): void {
    this.#destroyed = true;
    this.#pipelines.clear();
    this.gpu.destroy();
  }
}

/** Maps, copies and unmaps a `mapRead` buffer. */
export async function readMapped(buffer: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
  await buffer.mapAsync(MAP_READ, 0, bytes);
  const copy = buffer.getMappedRange(0, bytes).slice(0);
  buffer.unmap();
  return copy;
}

function limitsOf(limits: GPUSupportedLimits): Record<string, number> {
  const numbers: Record<string, number> = {};
  // Limits are getters of the prototype: Object.entries would see none of them.
  for (const name in limits) {
    const value: unknown = Reflect.get(limits, name);
    if (typeof value === 'number') numbers[name] = value;
  }
  return numbers;
}

function toEngineError(error: GPUError): EngineError {
  const outOfMemory = error.constructor.name === 'GPUOutOfMemoryError';
  return new EngineError(outOfMemory ? 'out-of-memory' : 'device-error', messageOf(error));
}

/** Without the places in Dawn's own source that follow its messages. */
export function messageOf(error: unknown): string {
  const message = error instanceof Object && 'message' in error ? String(error.message) : String(error);
  return message.replace(/^\s+at \S+ \(.*\)$/gm, '').trim();
}

/** 1158266880 → `1,158,266,880`. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
