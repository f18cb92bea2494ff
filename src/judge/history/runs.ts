/** What judging knows of a run besides its rows. A history is the runs of one physical machine in time order. */
import type { Environment } from '../../record/environment.ts';
import type { RunHead } from '../../record/store/history-store.ts';

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
