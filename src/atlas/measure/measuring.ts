/** A run in a browser, from cases to a record: everything but the page itself. */
import type { DeviceFacts } from '../../engine/port.ts';
import { bytes, flop } from '../../gemm/shape.ts';
import { enterRun } from '../../measure/parent/enter.ts';
import type { Host } from '../../measure/parent/host.ts';
import { measure } from '../../measure/parent/measure.ts';
import type { Attention, Measurement, MeasureRequest } from '../../measure/parent/measurement.ts';
import { Interrupted } from '../../measure/parent/process.ts';
import type { Settings } from '../../measure/parent/settings.ts';
import { wholeRecord } from '../../measure/parent/whole-record.ts';
import type { Case } from '../../plan/case/case.ts';
import type { Environment } from '../../record/environment.ts';
import { machineName } from '../../record/machine.ts';
import { recordId } from '../../record/record-id.ts';
import type { RunRecord } from '../../record/schema.ts';
import type { MeasureData } from './data.ts';

export interface MeasuringRequest extends Pick<MeasureRequest, 'onVisit' | 'onProgress' | 'order'> {
  readonly data: MeasureData;
  readonly cases: readonly Case[];
  readonly settings: Settings;
  readonly withoutPeaks?: boolean;
  /** As `--adapter`; a browser has one. */
  readonly adapter?: string;
  readonly host: Host;
  readonly attention: Attention;
  readonly signal: AbortSignal;
}

export interface Measured {
  readonly measurement: Measurement;
  readonly startedAt: Date;
  /** The host's clock at that time. */
  readonly hostStartSeconds: number;
}

/** @returns what was measured until it was cancelled; null if that is nothing */
export async function measured(request: MeasuringRequest): Promise<Measured | null> {
  const { data, cases, settings, host, attention, signal, onVisit, onProgress } = request;
  const { withoutPeaks = false, adapter = 'auto', order = 'seeded' } = request;
  const began = { startedAt: new Date(), hostStartSeconds: host.clock.now() };
  let soFar: Measurement | null = null;
  try {
    const measurement = await measure({
      ...{ cases, settings, host, attention, signal, onVisit, onProgress, withoutPeaks, order },
      open: { engine: 'webgpu', adapter, yieldCpu: false },
      enter: enterRun(data.kernels, data.kernels),
      finished: [],
      onOpen: () => {},
      onProcess: () => {},
      onCutShort: (measurement) => {
        soFar = measurement;
      },
    });
    return { measurement, ...began };
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const left = soFar as Measurement | null;
    return left?.cases.some(({ visits }) => visits.length > 0) ? { measurement: left, ...began } : null;
  }
}

export interface RecordOf {
  readonly data: MeasureData;
  readonly measured: Measured;
  readonly settings: Settings;
  readonly environment: Environment;
  /** Random, kept by the browser. */
  readonly unit: string;
}

export function browserRecord({ data, measured: of, settings, environment, unit }: RecordOf): RunRecord {
  const { measurement, startedAt, hostStartSeconds } = of;
  const { commit, kernels, suite } = data;
  return wholeRecord(
    {
      ...{ id: recordId(startedAt, commit), machine: machineName(environment), unit },
      ...{ startedAt: startedAt.toISOString(), commit, environment },
    },
    {
      ...settings,
      ...{ suites: [suite], filter: [], adapter: 'auto', shard: null, tuning: null },
      kernels: { from: 'kernels', hash: data.kernelsHash },
    },
    measurement,
    { kernels, startedAt, hostStartSeconds, replication: 'device', wanted: settings.processes },
  );
}

/** Seconds that the first two numbers may take. */
const GLANCE_SECONDS = 15;
/** Work of a launch that takes about a second at most. */
const GLANCE_FLOP: Readonly<Record<DeviceFacts['source'], number>> = {
  gpu: 2e10,
  'system-software': 3e9,
  'embedded-software': 3e9,
  scripted: Number.POSITIVE_INFINITY,
};
/** At fewer FLOP per byte, memory is the limit of any device. */
const MEMORY_BOUND = 4;

/** The cases of the first two numbers. */
export interface Glance {
  /** Matmuls that arithmetic limits, the one with the least work and the largest that is short here: the second counts if it fits. */
  readonly rates: readonly Case[];
  /** The most memory traffic of one token. */
  readonly bandwidth: Case | undefined;
}

export function glance(data: MeasureData, facts: DeviceFacts): Glance {
  const enter = enterRun(data.kernels, data.kernels);
  const short = data.cases
    .filter(({ problem }) => flop(problem) <= GLANCE_FLOP[facts.source])
    .filter((item) => !('status' in enter(item, facts)));
  const isMemoryBound = ({ problem }: Case) => flop(problem) / bytes(problem) < MEMORY_BOUND;
  const plain = short.filter((item) => !item.problem.scale && !isMemoryBound(item));
  const work = ({ problem }: Case) => flop(problem);
  const ends = [most(plain, (item) => -work(item)), most(plain, work)];
  return {
    rates: [...new Set(ends)].filter((item) => item !== undefined),
    bandwidth: most(short.filter(isMemoryBound), ({ problem }) => bytes(problem)),
  };
}

/** The first of those with the highest value. */
function most(cases: readonly Case[], of: (item: Case) => number): Case | undefined {
  return cases.reduce<Case | undefined>((best, item) => (best && of(best) >= of(item) ? best : item), undefined);
}

export function glanceSettings(settings: Settings): Settings {
  return { ...settings, processes: 1, looks: [1], budgetSeconds: GLANCE_SECONDS };
}
