/** What can go wrong while real workers measure, made to happen, and what became of the run. */
import { spawnSync } from 'node:child_process';
import type { Bench } from './bench.ts';

/** One line of the table. */
export interface Outcome {
  readonly fault: string;
  /** In the record. */
  readonly rows: string;
  readonly message: string;
  readonly exit: string;
  readonly left: string;
  readonly after: string;
}

export interface Scenario {
  readonly title: string;
  /** Names in the table, in this order. */
  readonly faults: readonly string[];
  /** What it needs besides Node; without it, it is skipped. */
  readonly needs?: 'linux' | 'mount';
  readonly observe: (bench: Bench) => Promise<Omit<Outcome, 'fault'>[]>;
}

const canMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt'], { stdio: 'ignore' }).status === 0;

export const isPossible = ({ needs }: Scenario): boolean =>
  needs === undefined || (needs === 'linux' ? process.platform === 'linux' : canMount);

export const one = (
  fault: string,
  observe: (bench: Bench) => Promise<Omit<Outcome, 'fault'>>,
  needs?: Scenario['needs'],
) => ({
  ...{ title: fault, faults: [fault], ...(needs && { needs }) },
  observe: async (bench: Bench) => [await observe(bench)],
});
