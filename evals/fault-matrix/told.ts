/** What became of a run: its rows, what it said, what it left, and what resuming it gives. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, CASES, type Ended, type Start } from './bench.ts';
import type { Outcome } from './scenario.ts';

export function told(bench: Bench, ended: Ended, results = bench.results): Omit<Outcome, 'fault' | 'after'> {
  const cases = bench.records(results).flatMap((record) => record.cases);
  const rows = [
    ...new Set(cases.map((row) => ('reason' in row && row.reason ? `${row.status}: ${row.reason}` : row.status))),
  ];
  const message = /^\s+at /m.test(ended.out + ended.err) ? 'a stack trace' : bench.said(ended);
  return { rows: rows.sort().join(', '), message, exit: ended.exit, left: bench.left(results) };
}

/** Whether each record has each case once, with one visit. */
export function everyCaseIn(bench: Bench, results: string): string {
  const isWhole = bench.records(results).every(({ cases }) => {
    const ids = new Set(cases.map(({ id }) => id));
    return ids.size === CASES && cases.length === CASES && cases.every(({ visits }) => visits.length === 1);
  });
  return isWhole ? 'every case is measured' : 'cases are missing';
}

export const whole = async (bench: Bench, ended: Ended, results = bench.results) => ({
  ...told(bench, ended, results),
  after: everyCaseIn(bench, results),
});

/** A run that was ended so once a visit was on disk, and the processes that outlived it. */
export async function interrupted(bench: Bench, by: (pid: number) => void, how: Start = {}): Promise<Ended> {
  const { child, ended } = bench.start(how);
  await bench.visited();
  by(child.pid as number);
  const outcome = await ended;
  await gone(child.pid as number);
  return outcome;
}

/** Waits until no process of the group is left. */
export async function gone(group: number): Promise<void> {
  for (let tries = 0; isAlive(group); tries++) {
    if (tries > 200) throw new Error('its workers go on');
    await sleep(50);
  }
}

export async function signalled(
  bench: Bench,
  by: (pid: number) => void,
  how: Start = {},
): Promise<Omit<Outcome, 'fault'>> {
  const ended = await interrupted(bench, by, how);
  return { ...told(bench, ended), after: await resumed(bench) };
}

/** Whether any process of the group is left. */
function isAlive(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

/** Resumes the run and says what became of it. */
export async function resumed(bench: Bench, results = bench.results): Promise<string> {
  const visits = bench.visitsOnDisk(results);
  const { exit, err } = await bench.start({ results, more: ['--resume'] }).ended;
  const kept = / (\d+) visits are done/.exec(err)?.[1];
  if (Number(kept) !== visits) return `\`--resume\` keeps ${kept} of ${visits} visits`;
  if (exit !== '0' || bench.left(results) !== 'record')
    return `\`--resume\` exits with ${exit}, ${bench.left(results)}`;
  return `\`--resume\` continues; ${everyCaseIn(bench, results)}`;
}
