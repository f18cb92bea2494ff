/** What can go wrong while real workers measure, made to happen, and what became of the run. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { journals } from '../../src/record/journal.node.ts';
import { type Bench, CASES, type Ended, injecting, type Start } from './bench.ts';

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

const one = (fault: string, observe: (bench: Bench) => Promise<Omit<Outcome, 'fault'>>, needs?: Scenario['needs']) => ({
  ...{ title: fault, faults: [fault], ...(needs && { needs }) },
  observe: async (bench: Bench) => [await observe(bench)],
});

const OF_CASES: Scenario = {
  title: 'kernels and the device',
  faults: [
    'a kernel never ends',
    'the process beside the device aborts',
    'the device is lost during a case (`device.destroy()`)',
    'the driver refuses a pipeline',
    'the driver has no memory left for a buffer',
    'operands larger than memory',
  ],
  needs: 'linux',
  observe: async (bench) => {
    const ended = await bench.start({ suite: 'faulty.yaml', environment: injecting() }).ended;
    const [record] = bench.records();
    const rows = record?.cases ?? [];
    const others = rows.find(({ id }) => id.endsWith('/kernel=naive') && id.includes('/small/'));
    return ['/kernel=endless', '/kernel=aborting', '/kernel=destroying', '/kernel=refused', '/starved/', '/vast/'].map(
      (part) => {
        const row = rows.find(({ id }) => id.includes(part));
        const reason = row && 'reason' in row ? row : undefined;
        return {
          rows: `${row?.status}: ${reason?.reason}`,
          message: bench.plain(reason?.detail ?? ''),
          exit: ended.exit,
          left: bench.left(),
          after: others?.status === 'measured' ? 'other cases are measured' : 'other cases are lost',
        };
      },
    );
  },
};

const OF_FILES: readonly Scenario[] = [
  one('results is a file', async (bench) => {
    writeFileSync(bench.results, '');
    return refusedAtOnce(bench, await bench.start().ended, bench.left());
  }),
  one('results on a read-only disk', (bench) => mounted(bench, 'ro', ''), 'mount'),
  one('results on a full disk', (bench) => mounted(bench, 'size=16k', ''), 'mount'),
  one(
    'the disk fills during the run',
    async (bench) => {
      const fill = `(until grep -qs '"type":"visit"' "$folder"/disk/*/*.ndjson; do sleep 0.05; done; cat /dev/zero >"$folder/disk/filler") 2>/dev/null &`;
      return mounted(bench, 'size=1m', fill);
    },
    'mount',
  ),
  one('results are removed during the run', async (bench) => {
    const { ended } = bench.start();
    await bench.visited();
    rmSync(bench.results, { recursive: true });
    return whole(bench, await ended);
  }),
  one(
    'the working folder is read-only, results are elsewhere',
    async (bench) => {
      const script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1" && shift && exec "$@"';
      const results = `${bench.folder}-results`;
      const ended = await bench.start({ results, under: ['unshare', '-rm', 'sh', '-c', script, 'sh', bench.folder] })
        .ended;
      return whole(bench, ended, results);
    },
    'mount',
  ),
  one('the home folder cannot be written', async (bench) => {
    const home = { HOME: '/dev/null/home', XDG_CONFIG_HOME: '/dev/null/home', SHAPEMARK_UNIT: '' };
    return whole(bench, await bench.start({ environment: home }).ended);
  }),
];

const OF_OUTPUT: readonly Scenario[] = [
  one('standard output is closed', (bench) => redirected(bench, 'exec "$@" >&-')),
  one('the reader of standard output has gone', async (bench) => {
    const { child, ended } = bench.start();
    child.stdout?.destroy();
    return whole(bench, await ended);
  }),
  one('standard output is on a full disk', (bench) => redirected(bench, 'exec "$@" >/dev/full'), 'linux'),
];

const OF_PROCESS: readonly Scenario[] = [
  one('Ctrl-C', (bench) => signalled(bench, (pid) => process.kill(-pid, 'SIGINT'))),
  one('SIGTERM', (bench) => signalled(bench, (pid) => process.kill(pid, 'SIGTERM'))),
  one('the terminal is closed (SIGHUP)', (bench) => signalled(bench, (pid) => process.kill(-pid, 'SIGHUP'))),
  one('`kill -9`', (bench) => signalled(bench, (pid) => process.kill(pid, 'SIGKILL'))),
  one('`kill -9` while a line is written', async (bench) => {
    const found = await interrupted(bench, (pid) => process.kill(pid, 'SIGKILL'));
    const [journal = ''] = journals(bench.results);
    truncateSync(journal, readFileSync(journal).length - 20);
    return { ...told(bench, found), after: await resumed(bench) };
  }),
  one('`kill -9` while a kernel never ends', async (bench) => {
    const how = { suite: 'faulty.yaml', more: ['--filter', 'kernel=endless'] } as const;
    const { child, ended } = bench.start(how);
    // Its case has no visit; by then the kernel runs, or soon will.
    while (bench.left() !== 'journal, lock') await sleep(20);
    await sleep(8_000);
    child.kill('SIGKILL');
    const outcome = await ended;
    await gone(child.pid as number);
    return { ...told(bench, outcome), after: 'no process is left' };
  }),
  one('two runs at once in one folder', async (bench) => {
    const first = bench.start();
    await bench.visited();
    const second = await bench.start({ more: ['--resume'] }).ended;
    const { exit } = await first.ended;
    return { ...told(bench, second), exit: `${exit}, ${second.exit}`, after: everyCaseIn(bench, bench.results) };
  }),
];

const CLOCKS = { ahead: 'a year ahead', behind: 'a year behind', jumps: 'jumping by an hour' };

const OF_TIME: readonly Scenario[] = [
  ...Object.entries(CLOCKS).map(([FAULTY_CLOCK, name]) =>
    one(`the clock is wrong: ${name}`, async (bench) => {
      const found = await whole(bench, await bench.start({ environment: injecting({ FAULTY_CLOCK }) }).ended);
      const vetted = await bench.command('validate', '--json', bench.results);
      return { ...found, after: `${found.after}; \`validate\`: ${verdictOf(bench, vetted)}` };
    }),
  ),
  one('the clock is set back before a run is resumed', (bench) =>
    signalled(bench, (pid) => process.kill(pid, 'SIGINT'), { environment: injecting({ FAULTY_CLOCK: 'ahead' }) }),
  ),
  one('a suite of 10,000 cases, and time for few', async (bench) => {
    const ended = await bench.start({ suite: 'many.yaml', more: ['--budget', '40'] }).ended;
    const rows = bench.records()[0]?.cases ?? [];
    const of = (status: string) => rows.filter((row) => row.status === status).length;
    const left = rows.filter((row) => row.status === 'skipped' && row.reason === 'budget').length;
    const isWhole = new Set(rows.map(({ id }) => id)).size === 10_000 && of('measured') + left === 10_000;
    return {
      ...told(bench, ended),
      after: isWhole && of('measured') > 0 ? 'every case has a row' : 'rows are missing',
    };
  }),
];

export interface Group {
  readonly title: string;
  readonly about: string;
  readonly scenarios: readonly Scenario[];
}

export const GROUPS: readonly Group[] = [
  {
    title: 'Kernels and the device',
    about: 'A fault costs its own case; a worker that ended or hung is replaced. All of these were cases of one run.',
    scenarios: [OF_CASES],
  },
  {
    title: 'Files',
    about: 'Whether results can be written is tried before anything is measured.',
    scenarios: OF_FILES,
  },
  { title: 'Output', about: 'Results are stored whether or not anybody reads what is printed.', scenarios: OF_OUTPUT },
  {
    title: 'Signals and other runs',
    about: 'No process of the run was left a few seconds later. `--resume` was given the same command.',
    scenarios: OF_PROCESS,
  },
  {
    title: 'Time',
    about: 'Samples and budgets are read from clocks that are never set. The date only names a record.',
    scenarios: OF_TIME,
  },
];

export const SCENARIOS: readonly Scenario[] = GROUPS.flatMap(({ scenarios }) => scenarios);

function told(bench: Bench, ended: Ended, results = bench.results): Omit<Outcome, 'fault' | 'after'> {
  const cases = bench.records(results).flatMap((record) => record.cases);
  const rows = [
    ...new Set(cases.map((row) => ('reason' in row && row.reason ? `${row.status}: ${row.reason}` : row.status))),
  ];
  const message = /^\s+at /m.test(ended.out + ended.err) ? 'a stack trace' : bench.said(ended);
  return { rows: rows.sort().join(', '), message, exit: ended.exit, left: bench.left(results) };
}

/** Whether each record has each case once, with one visit. */
function everyCaseIn(bench: Bench, results: string): string {
  const isWhole = bench.records(results).every(({ cases }) => {
    const ids = new Set(cases.map(({ id }) => id));
    return ids.size === CASES && cases.length === CASES && cases.every(({ visits }) => visits.length === 1);
  });
  return isWhole ? 'every case is measured' : 'cases are missing';
}

const whole = async (bench: Bench, ended: Ended, results = bench.results) => ({
  ...told(bench, ended, results),
  after: everyCaseIn(bench, results),
});

function refusedAtOnce(bench: Bench, ended: Ended, left: string): Omit<Outcome, 'fault'> {
  const isEarly = !/measuring on/.test(ended.err);
  return {
    ...{ ...told(bench, ended, '/nowhere'), left },
    after: isEarly ? 'nothing was measured yet' : 'measurements are lost',
  };
}

async function redirected(bench: Bench, script: string): Promise<Omit<Outcome, 'fault'>> {
  return whole(bench, await bench.start({ under: ['sh', '-c', script, 'sh'] }).ended);
}

/** With results on a disk of its own, of which a copy is left. */
async function mounted(bench: Bench, options: string, meanwhile: string): Promise<Omit<Outcome, 'fault'>> {
  const [disk, after] = [join(bench.folder, 'disk'), join(bench.folder, 'after')];
  for (const folder of [disk, after]) mkdirSync(folder);
  const script = `mount -t tmpfs -o ${options} none "$1/disk" && folder=$1 && shift
    ${meanwhile}
    "$@"; code=$?; rm -f "$folder/disk/filler"; cp -r "$folder/disk/." "$folder/after"; exit $code`;
  const ended = await bench.start({ results: disk, under: ['unshare', '-rm', 'sh', '-c', script, 'sh', bench.folder] })
    .ended;
  if (meanwhile === '') return refusedAtOnce(bench, ended, bench.left(after));
  return { ...told(bench, ended, after), after: `in a copy, ${await resumed(bench, bench.copied(after))}` };
}

/** A run that was ended so once a visit was on disk, and the processes that outlived it. */
async function interrupted(bench: Bench, by: (pid: number) => void, how: Start = {}): Promise<Ended> {
  const { child, ended } = bench.start(how);
  await bench.visited();
  by(child.pid as number);
  const outcome = await ended;
  await gone(child.pid as number);
  return outcome;
}

/** Waits until no process of the group is left. */
async function gone(group: number): Promise<void> {
  for (let tries = 0; isAlive(group); tries++) {
    if (tries > 200) throw new Error('its workers go on');
    await sleep(50);
  }
}

async function signalled(bench: Bench, by: (pid: number) => void, how: Start = {}): Promise<Omit<Outcome, 'fault'>> {
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
async function resumed(bench: Bench, results = bench.results): Promise<string> {
  const visits = bench.visitsOnDisk(results);
  const { exit, err } = await bench.start({ results, more: ['--resume'] }).ended;
  const kept = / (\d+) visits are done/.exec(err)?.[1];
  if (Number(kept) !== visits) return `\`--resume\` keeps ${kept} of ${visits} visits`;
  if (exit !== '0' || bench.left(results) !== 'record')
    return `\`--resume\` exits with ${exit}, ${bench.left(results)}`;
  return `\`--resume\` continues; ${everyCaseIn(bench, results)}`;
}

function verdictOf(bench: Bench, { out }: Ended): string {
  const { files = [] } = JSON.parse(out) as { files?: { verdict: string; reasons: string[] }[] };
  const [{ verdict, reasons } = { verdict: 'nothing', reasons: [] }] = files;
  const about = reasons
    .map((reason) => bench.plain(reason))
    .find((reason) => /time|clock|began|future|ago/.test(reason));
  return about === undefined ? verdict : `${verdict} (${about})`;
}
