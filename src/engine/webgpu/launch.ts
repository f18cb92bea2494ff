/** Launching and timing: one compute pass of `repeats` dispatches, in device time and wall time. */
import { EngineError, type Launchable, type Timing } from '../port.ts';
import { type Device, readMapped } from './device.ts';
import { USAGE } from './usage.ts';

/** Two timestamps of one pass. */
const TICKS_BYTES = 16;

export type Workgroups = readonly [number, number, number];

/** Begin and end of a pass on the device's clock. One for a session: launches do not overlap. */
export class PassTimer {
  readonly #device: Device;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;

  private constructor(device: Device, resolved: GPUBuffer, staging: GPUBuffer) {
    this.#device = device;
    this.#queries = device.gpu.createQuerySet({ type: 'timestamp', count: 2 });
    this.#resolved = resolved;
    this.#staging = staging;
  }

  /** Null when the device has no timestamps. */
  static async create(device: Device): Promise<PassTimer | null> {
    if (!device.features.has('timestamp-query')) return null;
    const [resolved, staging] = await device.buffers([
      { size: TICKS_BYTES, usage: USAGE.queryResolve | USAGE.copySource },
      { size: TICKS_BYTES, usage: USAGE.mapRead | USAGE.copyTarget },
    ]);
    return resolved && staging ? new PassTimer(device, resolved, staging) : null;
  }

  get writes(): GPUComputePassTimestampWrites {
    return { querySet: this.#queries, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 };
  }

  /**
   * Nanoseconds [begin, end] of the last pass, read by a separate submission after the pass, so that the pass is not affected.
   */
  async read(): Promise<[number, number]> {
    const encoder = this.#device.gpu.createCommandEncoder();
    encoder.resolveQuerySet(this.#queries, 0, 2, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, TICKS_BYTES);
    this.#device.gpu.queue.submit([encoder.finish()]);
    const [begin = 0n, end = 0n] = new BigUint64Array(await readMapped(this.#staging, TICKS_BYTES));
    // Counters run since boot: as doubles they would lose nanoseconds after 104 days, so `begin` keeps its low 52 bits.
    const origin = BigInt.asUintN(52, begin);
    return [Number(origin), Number(origin + (end - begin))];
  }

  dispose(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
    this.#staging.destroy();
  }
}

/** One dispatch of a launch. */
export interface Dispatch {
  /** One per operand set, in rotation order. */
  readonly bindGroups: readonly GPUBindGroup[];
  readonly workgroups: Workgroups;
}

export interface LaunchableParts {
  readonly device: Device;
  readonly timer: PassTimer | null;
  readonly pipeline: GPUComputePipeline;
  readonly pipelineSeconds: number;
  /** What one launch runs, in order: a dispatch, or one for each panel. */
  readonly dispatches: readonly Dispatch[];
  /** Resources that are destroyed with it. */
  readonly owned: readonly { destroy(): void }[];
}

/** A pipeline with its bind groups. */
export class PipelineLaunchable implements Launchable {
  readonly pipelineSeconds: number;
  readonly #parts: LaunchableParts;

  constructor(parts: LaunchableParts) {
    this.pipelineSeconds = parts.pipelineSeconds;
    this.#parts = parts;
  }

  /**
   * Runs `repeats` launches in one pass. All write the same C, so WebGPU orders them and none overlaps another.
   * The pass is encoded before the clock starts and its timestamps are read after it stops.
   */
  async launch({ repeats, firstSet }: { readonly repeats: number; readonly firstSet: number }): Promise<Timing> {
    requireCount('repeats', repeats, 1);
    requireCount('firstSet', firstSet, 0);
    const { device, timer } = this.#parts;
    device.check();
    const commands = this.#encode(repeats, firstSet);
    const begin = performance.now();
    await device.submit([commands]);
    const wallSeconds = (performance.now() - begin) / 1e3;
    if (timer === null) return { gpuSeconds: null, wallSeconds };
    const ticks = await timer.read();
    return { gpuSeconds: (ticks[1] - ticks[0]) / 1e9, ticks, wallSeconds };
  }

  /** Encodes and submits one launch on operand set `set` and does not wait for it: a launch as a library's call makes it. */
  enqueue(set: number): void {
    requireCount('set', set, 0);
    this.#parts.device.gpu.queue.submit([this.#encode(1, set)]);
  }

  dispose(): void {
    for (const buffer of this.#parts.owned) buffer.destroy();
  }

  #encode(repeats: number, firstSet: number): GPUCommandBuffer {
    const { device, timer, pipeline, dispatches } = this.#parts;
    const encoder = device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass(timer ? { timestampWrites: timer.writes } : {});
    pass.setPipeline(pipeline);
    let bound: GPUBindGroup | undefined;
    for (let i = 0; i < repeats; i++) {
      for (const { bindGroups, workgroups } of dispatches) {
        const wanted = bindGroups[(firstSet + i) % bindGroups.length];
        if (wanted !== bound) pass.setBindGroup(0, wanted);
        bound = wanted;
        pass.dispatchWorkgroups(...workgroups);
      }
    }
    pass.end();
    return encoder.finish();
  }
}

function requireCount(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} must be an integer of at least ${least}, got ${value}`);
  }
}

/** Refuses grids that the device's limit on workgroups per dimension does not allow. */
export function requireDispatchable(device: Device, what: string, workgroups: Workgroups): void {
  const allowed = device.limits.maxComputeWorkgroupsPerDimension ?? 0;
  const widest = Math.max(...workgroups);
  if (widest <= allowed) return;
  const message = `${what} needs ${widest} workgroups in one dimension; this device allows ${allowed}`;
  throw new EngineError('unsupported', `${message} (maxComputeWorkgroupsPerDimension)`);
}
