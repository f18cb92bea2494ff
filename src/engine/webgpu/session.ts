/** The WebGPU engine: a Session over any GPUAdapter, Dawn's in Node or a browser's. */
import {
  type AdapterSource,
  type DeviceFacts,
  EngineError,
  type Launchable,
  type Operands,
  type OperandsRequest,
  type Prepared,
  type Probe,
  type ProgramText,
  type Session,
  type Source,
  sourceName,
} from '../port.ts';
import { readNames, readSubgroupMatrices, readSubgroupSize } from './adapter-info.ts';
import { textFault } from './compile.ts';
import { Device } from './device.ts';
import { ElementwisePrograms } from './elementwise.ts';
import { PassTimer } from './launch.ts';
import { allocateOperands, DeviceOperands } from './operands.ts';
import { prepareProbe, prepareProgram, type Workbench } from './prepare.ts';

/** Facts about the adapter that only the host knows. */
export interface AdapterOrigin {
  readonly adapter: GPUAdapter;
  readonly source: AdapterSource;
  /** Dawn's backend, or `browser`. */
  readonly backend: string;
  readonly toggles: readonly string[];
  /** What the adapter was asked of, which knows the features of its WGSL. */
  readonly instance: Pick<GPU, 'wgslLanguageFeatures'>;
  /** Bytes of the memory that holds buffers, if known. */
  readonly memoryBytes?: number | undefined;
  /** Limits to use instead of the device's. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
}

export class WebGpuSession implements Session {
  readonly facts: DeviceFacts;
  readonly lost: Promise<string>;
  /** For engines that share the device. */
  readonly bench: Workbench;

  private constructor(bench: Workbench, facts: DeviceFacts) {
    this.bench = bench;
    this.facts = facts;
    this.lost = bench.device.lost;
  }

  /** @throws EngineError `device-error` when the adapter gives no device */
  static async open(origin: AdapterOrigin): Promise<WebGpuSession> {
    const device = await Device.open(origin.adapter, origin);
    const timer = await PassTimer.create(device);
    const bench = { device, timer, programs: new ElementwisePrograms(device) };
    return new WebGpuSession(bench, deviceFacts(device, origin));
  }

  now(): number {
    return performance.now() / 1e3;
  }

  allocate(request: OperandsRequest): Promise<Operands> {
    return allocateOperands(this.bench.device, this.bench.programs, request);
  }

  async prepare(source: Source, operands: Operands): Promise<Prepared> {
    if (source.kind !== 'wgsl')
      throw new EngineError('unsupported', `the webgpu engine runs WGSL, not ${sourceName(source)}`);
    return prepareProgram(this.bench, source.program, this.own(operands));
  }

  probe(probe: Probe): Promise<Launchable> {
    return prepareProbe(this.bench, probe);
  }

  faultIn({ kernel, code, written }: ProgramText): Promise<string | null> {
    return textFault(this.bench.device, { label: kernel, code, ...(written && { written }) });
  }

  /** Operands as this session allocated them. */
  own(operands: Operands): DeviceOperands {
    if (operands instanceof DeviceOperands && operands.device === this.bench.device) return operands;
    throw new EngineError('device-error', 'these operands were allocated by another session');
  }

  async dispose(): Promise<void> {
    this.bench.timer?.dispose();
    this.bench.device.destroy();
  }
}

/** @throws EngineError `device-error` if the adapter's description has unexpected fields */
export function deviceFacts(
  { features, limits, memoryBytes }: Device,
  { adapter, source, backend, toggles }: AdapterOrigin,
): DeviceFacts {
  const names = readNames(adapter.info);
  const subgroupSize = features.has('subgroups') ? readSubgroupSize(adapter.info) : undefined;
  return {
    source,
    ...names,
    backend,
    driver: names.description,
    features: [...features].sort(),
    limits,
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(subgroupSize && { subgroupSize }),
    ...(features.has(SUBGROUP_MATRIX) && { subgroupMatrices: readSubgroupMatrices(adapter.info) }),
    toggles,
    timestamps: features.has('timestamp-query'),
    simulated: false,
  };
}

const SUBGROUP_MATRIX = 'chromium-experimental-subgroup-matrix';
