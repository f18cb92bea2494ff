/** A history: runs of one physical machine in time order, and one number per case and run. Read from records. */
import type { Environment } from '../../record/environment.ts';
import type { RunRecord } from '../../record/schema.ts';

export interface RunFacts {
  readonly id: string;
  readonly machine: string;
  /** One physical machine; only runs of one unit form a series. */
  readonly unit: string;
  readonly startedAt: string;
  readonly commit: string | null;
  readonly dirty: boolean;
  /** `device`: replicated by fresh devices in one process, as in a browser. Context only; such numbers never gate. */
  readonly replication: 'process' | 'device';
  /** Whether it is a shard, whose suites have cases that it was not asked for. */
  readonly isPart: boolean;
  /** Machines of one family share a driver and an architecture: `nvidia ada`. */
  readonly family: string;
  /** Environment that may explain a change, as text by name: driver, Dawn, runtime, operating system, harness … */
  readonly surroundings: Readonly<Record<string, string>>;
}

export type RowStatus = 'measured' | 'skipped' | 'failed';

/** One case of a run. */
export interface RunRow {
  readonly series: string;
  readonly id: string;
  readonly status: RowStatus;
  /** Median over processes, per launch; NaN unless measured. */
  readonly seconds: number;
  /** Name and source hash of the kernel that ran; empty where none did. */
  readonly kernel: string;
  readonly kernelHash: string;
}

/** A record without its cases: all that `factsOf` needs. */
export type RunHead = Omit<RunRecord, 'cases'>;

export function factsOf(record: RunHead): RunFacts {
  const { id, machine, unit, startedAt, commit, environment, processes, settings } = record;
  const { adapter } = environment;
  return {
    id,
    machine,
    unit,
    startedAt,
    commit: commit?.sha ?? null,
    dirty: commit?.dirty ?? false,
    replication: processes.some(({ replication }) => replication === 'device') ? 'device' : 'process',
    isPart: settings.shard !== null && settings.shard.count > 1,
    family: [adapter.vendor, adapter.architecture].filter((part) => part !== '').join(' ') || machine,
    surroundings: surroundingsOf(environment),
  };
}

export function rowsOf({ cases }: Pick<RunRecord, 'cases'>): RunRow[] {
  return cases.map((row) => ({
    series: row.series,
    id: row.id,
    status: row.status,
    seconds: row.status === 'measured' ? row.summary.medianSeconds : Number.NaN,
    kernel: row.kernel.name ?? '',
    kernelHash: row.kernel.hash ?? '',
  }));
}

function surroundingsOf(environment: Environment): Record<string, string> {
  const { adapter, os, runtime } = environment;
  return {
    driver: adapter.driver,
    Dawn: environment.dawn ?? 'none',
    runtime: `${runtime.name} ${runtime.version}`,
    'operating system': `${os.platform} ${os.release}`,
    harness: environment.shapemark,
    engine: environment.engine,
    toggles: adapter.toggles.join(' '),
    'shader cache': environment.shaderCache,
    CPU: `${environment.cpu.model}, ${environment.cpu.cores} cores`,
  };
}
