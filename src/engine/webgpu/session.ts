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
  type Session,
  type Source,
} from '../port.ts';
import { Device } from './device.ts';
import { ElementwisePrograms } from './elementwise.ts';
import { PassTimer } from './launch.ts';
import { allocateOperands, DeviceOperands } from './operands.ts';
import { prepareProbe, prepareProgram, type Workbench } from './prepare.ts';

/** What only the host knows about the adapter. */
export interface AdapterOrigin {
  readonly adapter: GPUAdapter;
  readonly source: AdapterSource;
  /** Dawn's back end, or `browser`. */
  readonly backend: string;
  readonly toggles: readonly string[];
  /** Bytes of the memory that buffers live in, where the host knows. */
  readonly memoryBytes?: number | undefined;
  /** Limits to keep to instead of the device's. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
}

export class WebGpuSession implements Session {
  readonly facts: DeviceFacts;
  readonly lost: Promise<string>;
  /** For engines that run on the same device. */
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
    return new WebGpuSession(bench, describe(device, origin));
  }

  now(): number {
    return performance.now() / 1e3;
  }

  allocate(request: OperandsRequest): Promise<Operands> {
    return allocateOperands(this.bench.device, this.bench.programs, request);
  }

  async prepare(source: Source, operands: Operands): Promise<Prepared> {
    if (source.kind !== 'wgsl') throw new EngineError('unsupported', `the webgpu engine runs WGSL, not ${source.kind}`);
    return prepareProgram(this.bench, source.program, this.own(operands));
  }

  probe(probe: Probe): Promise<Launchable> {
    return prepareProbe(this.bench, probe);
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

function describe(
  { gpu, features, limits, memoryBytes }: Device,
  { adapter, source, backend, toggles }: AdapterOrigin,
): DeviceFacts {
  const { vendor, architecture, device, description, subgroupMinSize, subgroupMaxSize } = adapter.info;
  const sized = features.has('subgroups') && subgroupMinSize !== undefined && subgroupMaxSize !== undefined;
  return {
    source,
    vendor,
    architecture,
    device,
    description,
    backend,
    driver: description,
    features: [...gpu.features].sort(),
    limits,
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(sized ? { subgroupSize: [subgroupMinSize, subgroupMaxSize] as const } : {}),
    ...subgroupMatrices(adapter.info, features),
    toggles,
    timestamps: features.has('timestamp-query'),
    simulated: false,
  };
}

/** An entry of `adapter.info.subgroupMatrixConfigs`: Chromium's own, which the standard types do not name. */
interface SubgroupMatrixConfig {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly componentType: string;
  readonly resultType: string;
}

/** Empty where a driver has the feature and no shapes. */
function subgroupMatrices(info: GPUAdapterInfo, features: ReadonlySet<string>): Pick<DeviceFacts, 'subgroupMatrices'> {
  if (!features.has('chromium-experimental-subgroup-matrix') || !('subgroupMatrixConfigs' in info)) return {};
  const configs = info.subgroupMatrixConfigs as Iterable<SubgroupMatrixConfig>;
  return {
    subgroupMatrices: Array.from(configs, ({ M, N, K, componentType, resultType }) => ({
      m: M,
      n: N,
      k: K,
      component: componentType,
      result: resultType,
    })),
  };
}
