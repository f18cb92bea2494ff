/** A synthetic store: every file as a run writes it, and changes of kernels, drivers and machines at known commits. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ceilings } from '../../src/record/ceilings.ts';
import { CSV_COLUMNS, csvText } from '../../src/record/csv.ts';
import { machineOf } from '../../src/record/machine.ts';
import type { Row } from '../../src/record/row.ts';
import type { RunRecord } from '../../src/record/schema.ts';
import { exampleRecord, rowBase } from '../../src/record/testdata/example.ts';
import { median } from '../../src/stats/centre.ts';
import { gaussian, type Random, seededRandom } from '../../src/stats/random.ts';
import { summarize } from '../../src/stats/summary.ts';
import { hash, type SyntheticCase, secondsOf, tileOf, workOf } from './cases.ts';
import { round, type SyntheticMachine } from './machines.ts';

export interface StoreSize {
  readonly machines: readonly SyntheticMachine[];
  readonly cases: readonly SyntheticCase[];
  readonly runs: number;
}

const FIRST_DAY = Date.UTC(2026, 2, 1);
const HOUR = 3_600_000;
/** A machine gets hot; a driver makes some kernels slower; a commit makes one kernel faster everywhere. Shares of the runs. */
const EVENTS = { hot: 0.4, driver: 0.7, kernel: 0.93 } as const;

/** Writes the records of all machines; the newest of each has six processes, those before it one. */
export function writeStore(folder: string, size: StoreSize): void {
  for (const [index, machine] of size.machines.entries()) {
    const home = join(folder, machine.machine);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'machine.json'), `${JSON.stringify(machineOf(machine.environment), null, 2)}\n`);
    const units = index % 3 === 0 ? [unitOf(index, 0), unitOf(index, 1)] : [unitOf(index, 0)];
    const random = seededRandom(1, index);
    for (let run = 0; run < size.runs; run++)
      // The second unit measures now and then.
      for (const unit of units.slice(0, run >= size.runs - 2 ? 2 : 1))
        writeRun(home, { size, machine, index, run, unit, random });
  }
}

const unitOf = (machine: number, unit: number) => hash(`unit ${machine} ${unit}`).toString(16).padStart(16, '0');

interface Moment {
  readonly size: StoreSize;
  readonly machine: SyntheticMachine;
  readonly index: number;
  readonly run: number;
  readonly unit: string;
  readonly random: Random;
}

function writeRun(home: string, moment: Moment): void {
  const { size, machine, index, run, unit } = moment;
  const second = unit === unitOf(index, 0) ? 0 : 1;
  const startedAt = new Date(FIRST_DAY + run * 30 * HOUR + index * 60_000 + second * 30 * 60_000).toISOString();
  const sha = hash(`commit ${run}`).toString(16).padStart(8, '0').repeat(5);
  const id = `${startedAt.replace(/[-:]|\.\d+/g, '')}-${sha.slice(0, 8)}`;
  const driver = run >= EVENTS.driver * size.runs ? '575.51' : '570.86';
  const { environment } = machine;
  const processes = run === size.runs - 1 ? 6 : 1;
  const isBrowser = index % 17 === 16;
  const head = exampleRecord([], {
    ...{ id, machine: machine.machine, unit, startedAt, commit: { sha, dirty: false } },
    environment: { ...environment, adapter: { ...environment.adapter, driver } },
    peaks: machine.peaks,
  });
  const rows = rowsOf(moment, processes);
  const record: RunRecord = {
    ...head,
    processes: Array.from({ length: processes }, (_, i) => ({
      ...{ index: i, orderSeed: i, startedAt, seconds: 20, sentinel: [] },
      replication: isBrowser ? ('device' as const) : ('process' as const),
    })),
    cases: [],
  };
  const { cases: _, ...rest } = record;
  const text = `${JSON.stringify(rest).slice(0, -1)},\n "cases":[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`;
  writeFileSync(join(home, `${id}.json`), text);
  writeFileSync(join(home, `${id}.csv`), csvOf(rows, record));
}

function rowsOf(moment: Moment, processes: number): Row[] {
  const { machine, run, size, random, index } = moment;
  const at = run / size.runs;
  const common = machine.runNoise * gaussian(random) + (index % 11 === 3 && at >= EVENTS.hot ? Math.log(1.06) : 0);
  return size.cases.map((one, i) => {
    if (index % 7 === 2 && i % 97 === 5) return wrongRow(one);
    const isSlower = index % 4 === 1 && at >= EVENTS.driver && hash(one.runs) % 5 === 1;
    const isFaster = at >= EVENTS.kernel && one.runs === 'direct';
    const change = (isSlower ? Math.log(1.07) : 0) - (isFaster ? Math.log(1.09) : 0);
    const level = secondsOf(one, machine) * Math.exp(common + change + machine.noise * gaussian(random));
    const times = Array.from({ length: processes }, () => round(level * Math.exp(0.004 * gaussian(random))));
    return measured(one, times, moment);
  });
}

function common(one: SyntheticCase) {
  const { id, series, suite, phase, name, problem, distribution, seed, kernel, runs, from } = one;
  const base = rowBase();
  const tile = tileOf(one);
  return {
    ...base,
    ...{ id, series, suite, phase, name, ...problem, distribution, seed, flop: one.flop, bytes: one.bytes, from },
    bias: problem.bias,
    kernel: { ...base.kernel, requested: kernel, name: runs, hash: hash(runs).toString(16).repeat(8), tile },
  };
}

function wrongRow(one: SyntheticCase): Row {
  const reason = 'wrong-answer';
  const detail = 'C differs from the reference by 0.31 of its rms, beyond the budget of 9.8e-06';
  const verify = {
    kernelError: 0.31,
    formatError: null,
    budget: 9.8e-6,
    checked: 412,
    referenceDelta: 0.31,
    again: false,
  };
  return { ...common(one), status: 'failed', reason, detail, verify };
}

function measured(one: SyntheticCase, times: readonly number[], { machine }: Moment): Row {
  const { median: middle, interval, kind } = summarize(times);
  const medianSeconds = round(middle);
  const budget = 9.8e-6;
  return {
    ...common(one),
    status: 'measured',
    visits: times.map((seconds, process) => ({
      ...{ process, medianSeconds: seconds, mad: round(0.002 * seconds), count: 15, wallSeconds: seconds },
      ...{ clock: 'gpu', repeats: 1, pipelineSeconds: 0.01, firstDispatchSeconds: 0.02 },
      warmup: { launches: 9, seconds: 0.05, plateau: true },
    })),
    verify: {
      kernelError: round(budget * (0.02 + (hash(one.id + machine.machine) % 100) / 160)),
      ...{ formatError: 2.4e-4, budget, checked: 412, referenceDelta: 2.8e-7, again: true },
    },
    summary: {
      ...{ medianSeconds, intervalSeconds: [round(interval[0]), round(interval[1])], intervalKind: kind },
      ...{ processes: times.length, samples: 15 * times.length },
      flopPerSecond: round(one.flop / median(times)),
      bytesPerSecond: round(one.bytes / median(times)),
      ...sharesOf(one, medianSeconds, machine),
    },
  };
}

function sharesOf(one: SyntheticCase, seconds: number, { peaks }: SyntheticMachine) {
  const { ofPeak, ofRoofline } = ceilings({ ...workOf(one), format: one.problem.format }, seconds, peaks);
  return {
    ...(ofPeak !== undefined && { ofPeak: round(ofPeak) }),
    ...(ofRoofline !== undefined && { ofRoofline: round(ofRoofline) }),
  };
}

/** Texts as cells; few are made more than once. */
const quoted = new Map<string, string>();

/** As `toCsv` writes it, without its checks of each cell: the only text with a comma is where a shape is from. */
function csvOf(rows: readonly Row[], record: RunRecord): string {
  const columns = Object.entries(CSV_COLUMNS);
  const cell = (value: string | number | boolean | undefined) => {
    if (typeof value !== 'string') return value === undefined ? '' : String(value);
    const known = quoted.get(value) ?? csvText([[value]]).trimEnd();
    quoted.set(value, known);
    return known;
  };
  const lines = rows.map((row) => columns.map(([, of]) => cell(of(row, record))).join(','));
  return `${[columns.map(([name]) => name).join(','), ...lines].join('\r\n')}\r\n`;
}
