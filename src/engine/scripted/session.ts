/** A session on the scripted device: implements the engine interface with values of the scenario. */

import { operandBytes } from '../../gemm/shape.ts';
import type { Fields } from '../../plan/case/predicate.ts';
import { type Random, seededRandom } from '../../stats/random.ts';
import type { PlayedSession, ProcessControl } from '../engine.ts';
import {
  type DeviceFacts,
  type Difference,
  EngineError,
  type Launchable,
  type Operands,
  type OperandsRequest,
  type Point,
  type Prepared,
  type Probe,
  type Source,
  sourceName,
  type Timing,
} from '../port.ts';
import { eventAt, type Moment, type ScriptedDevice, trueSeconds } from './device.ts';
import { betweenProcesses, withinProcess } from './noise.ts';
import { probeSeconds, whenFields } from './scenario.ts';

const LIMITS: Readonly<Record<string, number>> = {
  maxBufferSize: 2 ** 40,
  maxStorageBufferBindingSize: 2 ** 40,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeWorkgroupSizeY: 1024,
  maxComputeWorkgroupSizeZ: 64,
  maxComputeWorkgroupStorageSize: 65_536,
  maxStorageBuffersPerShaderStage: 16,
};

/** Probe times vary slightly; otherwise the clock's step could not be distinguished from theirs. */
const PROBE_JITTER = 1e-3;

/** A launch that never ends, or whose process is gone. */
const NEVER = new Promise<never>(() => {});

export function scriptedFacts({ scenario }: ScriptedDevice): DeviceFacts {
  const { device, timer } = scenario;
  const timestamps = timer.timestamps !== 'none';
  return {
    source: 'scripted',
    vendor: device.vendor,
    architecture: device.architecture,
    device: device.device,
    description: device.description,
    backend: 'scripted',
    driver: device.driver,
    features: device.features,
    limits: { ...LIMITS, ...device.limits },
    ...(device.subgroupSize && { subgroupSize: device.subgroupSize }),
    toggles: [],
    timestamps,
    simulated: true,
  };
}

export class ScriptedSession implements PlayedSession {
  readonly facts: DeviceFacts;
  readonly lost: Promise<string>;
  readonly #device: ScriptedDevice;
  readonly #process: number;
  readonly #control: ProcessControl;
  #lose: (message: string) => void = () => {};
  #visit = -1;
  #launch = 0;
  #pipelines = 0;
  #isOver = false;

  constructor(device: ScriptedDevice, process: number, control: ProcessControl) {
    this.#device = device;
    this.#process = process;
    this.#control = control;
    this.facts = scriptedFacts(device);
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    device.clock.advance(device.scenario.processStartSeconds);
  }

  now(): number {
    return this.#device.clock.now();
  }

  end(): void {
    this.#isOver = true;
  }

  async allocate({ problem, sets }: OperandsRequest): Promise<Operands> {
    if (this.#isOver) return NEVER;
    this.#visit = this.#device.nextVisit(this.#process);
    this.#launch = 0;
    this.#pipelines = 0;
    this.#device.clock.advance(this.#device.scenario.allocateSeconds);
    const { a, b, scales, aScales, bias } = operandBytes(problem);
    return { problem, sets, bytesPerSet: a + b + scales + aScales + bias, dispose: () => {} };
  }

  async prepare(source: Source, operands: Operands): Promise<Prepared> {
    if (this.#isOver) return NEVER;
    const { scenario } = this.#device;
    const fields = whenFields({
      problem: operands.problem,
      sets: operands.sets,
      ...(source.kind === 'wgsl'
        ? { kernel: source.program.kernel, hash: source.program.kernelHash, code: source.program.code }
        : { kernel: sourceName(source) }),
    });
    const seconds = trueSeconds(scenario, operands.problem, fields);
    this.#device.clock.advance(scenario.pipelineSeconds);
    await this.#play(['compile-error', 'out-of-memory'], fields);
    const scope =
      scenario.noise.betweenProcesses?.scope === 'process'
        ? [this.#process, -1, -1]
        : [this.#process, this.#visit, this.#pipelines];
    this.#pipelines++;
    const factor = betweenProcesses(scenario.noise.betweenProcesses, seededRandom(scenario.seed, ...scope));
    return new ScriptedPipeline(
      this,
      scenario.pipelineSeconds,
      seconds * factor,
      fields,
      seededRandom(scenario.seed, this.#process, this.#visit, this.#pipelines, 1),
    );
  }

  async probe(probe: Probe): Promise<Launchable> {
    const { scenario } = this.#device;
    const seconds = probeSeconds(scenario, probe.name);
    const draw = seededRandom(scenario.seed, this.#process, probe.name.length);
    return {
      pipelineSeconds: scenario.pipelineSeconds,
      launch: async ({ repeats }) =>
        this.#isOver ? NEVER : this.time(seconds * repeats * (1 + PROBE_JITTER * draw())),
      dispose: () => {},
    };
  }

  async dispose(): Promise<void> {}

  /** Advances the device, and reads its clock as the scenario specifies. */
  time(seconds: number): Timing {
    const { timer } = this.#device.scenario;
    const begin = this.now();
    const taken = this.#device.run(seconds, timer.wallOverheadSeconds);
    const wallSeconds = this.now() - begin;
    if (timer.timestamps === 'none') return { gpuSeconds: null, wallSeconds };
    if (timer.timestamps === 'zero') return { gpuSeconds: 0, ticks: [0, 0], wallSeconds };
    const quantum = Math.max(timer.quantumNanoseconds, 1);
    // A counter that started a day before the clock did, as real ones have.
    const tick = (at: number) => Math.floor(((at + 86_400) * 1e9) / quantum) * quantum;
    const ticks: [number, number] = [tick(begin), tick(begin + taken)];
    const gpuSeconds = (ticks[1] - ticks[0]) * 1e-9;
    return timer.timestamps === 'negative'
      ? { gpuSeconds: -gpuSeconds, ticks: [ticks[1], ticks[0]], wallSeconds }
      : { gpuSeconds, ticks, wallSeconds };
  }

  /** Events due at this launch; then the launch counter moves on. */
  async playLaunch(fields: Fields): Promise<void> {
    if (this.#isOver) return NEVER;
    await this.#play(['hang', 'crash', 'device-lost'], fields);
    this.#launch++;
  }

  wrongBy(fields: Fields): number {
    const { scenario } = this.#device;
    const before = scenario.events.filter((event) => event.kind === 'wrong-result');
    for (let launch = 0; launch < Math.max(this.#launch, 1); launch++) {
      const event =
        before.length > 0 ? eventAt(scenario, ['wrong-result'], { ...this.#moment(), launch }, fields) : undefined;
      if (event) return event.error;
    }
    return 0;
  }

  async #play(kinds: Parameters<typeof eventAt>[1], fields: Fields): Promise<void> {
    const event = eventAt(this.#device.scenario, kinds, this.#moment(), fields);
    switch (event?.kind) {
      case 'hang':
        this.#device.clock.hang();
        return NEVER;
      case 'crash':
        this.#control.crash('crashed as scripted');
        return NEVER;
      case 'device-lost':
        this.#lose('lost as scripted');
        return NEVER;
      case 'out-of-memory':
        throw new EngineError('out-of-memory', 'out of memory as scripted');
      case 'compile-error':
        throw new EngineError('compile-error', 'does not compile as scripted');
    }
  }

  #moment(): Moment {
    return { process: this.#process, visit: this.#visit, launch: this.#launch };
  }

  get firstDispatchSeconds(): number {
    return this.#device.scenario.firstDispatch.seconds;
  }

  get withinNoise() {
    return this.#device.scenario.noise.withinProcess;
  }
}

class ScriptedPipeline implements Prepared {
  readonly pipelineSeconds: number;
  readonly #session: ScriptedSession;
  readonly #seconds: number;
  readonly #fields: Fields;
  readonly #draw: Random;
  #dispatched = false;

  constructor(session: ScriptedSession, pipelineSeconds: number, seconds: number, fields: Fields, draw: Random) {
    this.#session = session;
    this.#seconds = seconds;
    this.#fields = fields;
    this.#draw = draw;
    this.pipelineSeconds = pipelineSeconds;
  }

  async launch({ repeats }: { readonly repeats: number; readonly firstSet: number }): Promise<Timing> {
    await this.#session.playLaunch(this.#fields);
    const seconds = this.#seconds * withinProcess(this.#session.withinNoise, this.#draw) * repeats;
    const jit = this.#dispatched ? 0 : this.#session.firstDispatchSeconds;
    this.#dispatched = true;
    return this.#session.time(seconds + jit);
  }

  async poison(): Promise<void> {}

  /** Nothing was computed, so there is nothing to read; verification asks `facts.simulated` first. */
  async read(points: readonly Point[]): Promise<Float64Array> {
    return new Float64Array(points.length);
  }

  async difference(): Promise<Difference> {
    return { maxAbs: this.#session.wrongBy(this.#fields), rms: 1, nonFinite: 0, worst: { row: 0, col: 0 } };
  }

  dispose(): void {}
}
