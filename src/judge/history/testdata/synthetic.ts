/**
 * Synthetic histories with known truth: several machines measure the same cases commit after commit, with noise of several kinds
 * and scripted changes of kernels, drivers and machines. For tests, and to fill a store of any size.
 */
import type { RunRow } from '../../../record/store/history-store.ts';
import { gaussian, type Random, seededRandom } from '../../../stats/random.ts';
import type { RunFacts } from '../runs.ts';

export interface SyntheticMachine {
  readonly machine: string;
  readonly unit: string;
  readonly family: string;
  /** Scatter of a case from run to run, of all cases together, and the share of points that are outliers. ln of time. */
  readonly noise: number;
  readonly runNoise: number;
  readonly outliers: number;
}

/** What happens from a commit on (and, with `until`, no longer from another). Factors multiply times. */
export interface SyntheticEvent {
  readonly at: number;
  readonly until?: number;
  readonly factor: number;
  /** Commits over which the factor builds up; at once without. */
  readonly ramp?: number;
  /** Units it happens on; all without. */
  readonly units?: readonly string[];
  /** Cases it happens to, by index; all without. */
  readonly cases?: (index: number) => boolean;
  /** Share of runs in which it shows; always without. One draw a case and run. */
  readonly share?: number;
  /** What the environment says from then on. */
  readonly surroundings?: Readonly<Record<string, string>>;
  /** Hash of the kernel's source from then on. */
  readonly kernelHash?: string;
}

export interface SyntheticHistory {
  readonly seed: number;
  readonly commits: number;
  readonly cases: number;
  readonly machines: readonly SyntheticMachine[];
  readonly events: readonly SyntheticEvent[];
  /** Share of rows that are missing. */
  readonly missing: number;
}

export interface SyntheticRun {
  readonly facts: RunFacts;
  readonly rows: RunRow[];
}

const KERNELS = ['register-tile', 'shared-tile', 'gemv'];
const FIRST_DAY = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

export const MACHINES: readonly SyntheticMachine[] = [
  { machine: 'discrete-a', unit: 'unit-a', family: 'vendor one', noise: 0.006, runNoise: 0.01, outliers: 0.01 },
  { machine: 'discrete-b', unit: 'unit-b', family: 'vendor one', noise: 0.01, runNoise: 0.02, outliers: 0.02 },
  { machine: 'integrated', unit: 'unit-c', family: 'vendor two', noise: 0.015, runNoise: 0.03, outliers: 0.03 },
];

/** Name of the kernel that a case runs. */
export function kernelOf(index: number): string {
  return KERNELS[index % KERNELS.length] as string;
}

export function commitOf(index: number): string {
  return (0xa000000 + index).toString(16);
}

/** Runs in the order of time. */
export function* syntheticRuns(history: SyntheticHistory): Generator<SyntheticRun> {
  const { commits, machines, seed } = history;
  const randoms = machines.map((_, i) => seededRandom(seed, i));
  for (let commit = 0; commit < commits; commit++) {
    for (const [i, machine] of machines.entries()) {
      const startedAt = new Date(FIRST_DAY + (commit * 12 + i) * HOUR).toISOString();
      yield runOf(history, { machine, commit, startedAt, random: randoms[i] as Random });
    }
  }
}

interface Moment {
  readonly machine: SyntheticMachine;
  readonly commit: number;
  readonly startedAt: string;
  readonly random: Random;
}

function runOf(history: SyntheticHistory, moment: Moment): SyntheticRun {
  const { machine, commit, startedAt, random } = moment;
  const common = machine.runNoise * gaussian(random);
  const active = history.events.filter(({ at, until, units }) => {
    return commit >= at && commit < (until ?? Number.POSITIVE_INFINITY) && (units?.includes(machine.unit) ?? true);
  });
  const rows: RunRow[] = [];
  for (let index = 0; index < history.cases; index++) {
    const mine = active.filter(({ cases }) => cases?.(index) ?? true);
    const outlier = random() < machine.outliers ? Math.abs(0.2 * gaussian(random)) : 0;
    const ln = common + machine.noise * gaussian(random) + outlier + sum(mine, moment);
    if (random() < history.missing) continue;
    rows.push({
      ...identityOf(index),
      status: 'measured',
      seconds: Number((1e-4 * (1 + index) * Math.exp(ln)).toPrecision(5)),
      kernel: kernelOf(index),
      kernelHash: mine.findLast(({ kernelHash }) => kernelHash !== undefined)?.kernelHash ?? '0000000000',
    });
  }
  const surroundings = Object.assign(
    { driver: '1.0', Dawn: '0.6.2' },
    ...active.map((event) => event.surroundings ?? {}),
  );
  return { facts: factsOf(moment, startedAt, surroundings), rows };
}

function factsOf({ machine, commit }: Moment, startedAt: string, surroundings: Record<string, string>): RunFacts {
  const sha = commitOf(commit);
  const id = `${startedAt.replace(/[-:]|\.\d+/g, '')}-${sha}`;
  const { machine: name, unit, family } = machine;
  return {
    ...{ id, machine: name, unit, startedAt, commit: sha, family, surroundings },
    dirty: false,
    isPart: false,
    replication: 'process',
  };
}

export function identityOf(index: number): { id: string; series: string } {
  const n = 256 * (1 + index);
  return {
    id: `synthetic/ladder/n-${n}/m=16/n=${n}/k=1024/layout=nn/w=f32/a=f32/acc=f32/out=f32/kernel=${kernelOf(index)}`,
    series: `series-${index}`,
  };
}

function sum(events: readonly SyntheticEvent[], { commit, random }: Moment): number {
  return events.reduce((total, { at, factor, ramp = 0, share }) => {
    if (share !== undefined && random() >= share) return total;
    return total + Math.log(factor) * (ramp === 0 ? 1 : Math.min(1, (commit - at + 1) / ramp));
  }, 0);
}
