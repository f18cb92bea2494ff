/** A small store with all that the site shows: machines of each tier, a slowdown, a failure, a search, a tuning, an inspection, notices. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeTuning } from '../../record/beside/tuning.node.ts';
import { machineName } from '../../record/machine.ts';
import type { Row } from '../../record/row.ts';
import type { RunRecord } from '../../record/schema.ts';
import { writeRecord } from '../../record/store/store.node.ts';
import { ENVIRONMENT, exampleRecord, measuredRow, rowBase } from '../../record/testdata/example.ts';

/** What a driver may claim to be called. */
export const HOSTILE = '<img src=x onerror=alert(1)> "quoted" & co';

const KERNELS = ['gemv', 'naive'];
const SHAPES = [
  { m: 1, n: 2880, k: 4096 },
  { m: 64, n: 512, k: 512 },
  { m: 64, n: 512, k: 500 },
];
const FORMATS = [
  { w: 'f32', a: 'f32', acc: 'f32', out: 'f32' },
  { w: 'f16', a: 'f16', acc: 'f32', out: 'f16' },
  { w: 'mxfp4', a: 'f16', acc: 'f32', out: 'f16' },
] as const;

export interface StoreMachine {
  readonly device: string;
  readonly units: readonly string[];
  readonly runs: number;
  readonly speed: number;
  readonly replication?: 'device';
}

export const STORE: readonly StoreMachine[] = [
  { device: 'Example GPU One', units: ['1111111111111111'], runs: 40, speed: 1 },
  { device: 'Example GPU Two', units: ['2222222222222222', '3333333333333333'], runs: 4, speed: 1.7 },
  { device: HOSTILE, units: ['4444444444444444'], runs: 2, speed: 0.4 },
  { device: 'Page GPU', units: ['5555555555555555'], runs: 1, speed: 0.8, replication: 'device' },
];

/** Fills a folder. */
export function writeExampleStore(folder: string): void {
  for (const [index, machine] of STORE.entries()) {
    for (let run = 0; run < machine.runs; run++)
      for (const unit of machine.units) writeRecord(folder, recordOf(machine, index, run, unit));
  }
  const name = nameOf(STORE[0] as StoreMachine);
  writeFileSync(join(folder, 'ci.yaml'), `units: ['${STORE[0]?.units[0]}']\n`);
  writeFileSync(
    join(folder, 'notices.yaml'),
    `notices:\n  - { machine: ${name}, kernel: gemv, text: "gemv is wrong here before driver 2 <b>" }\n`,
  );
  const search = join(folder, name, 'search');
  mkdirSync(search, { recursive: true });
  writeFileSync(join(search, '20261124T101530Z-831ef61a.json'), JSON.stringify(searchAnswer(name)));
  writeExampleTuning(folder, name);
  mkdirSync(join(folder, 'inspections'), { recursive: true });
  writeFileSync(join(folder, 'inspections', '20261124T101530Z-831ef61a.json'), JSON.stringify(inspection()));
}

export function nameOf({ device }: StoreMachine): string {
  return machineName(environmentOf(device));
}

function environmentOf(device: string): RunRecord['environment'] {
  const adapter = { ...ENVIRONMENT.adapter, source: 'gpu' as const, device, description: device, driver: HOSTILE };
  return { ...ENVIRONMENT, adapter };
}

function recordOf(machine: StoreMachine, index: number, run: number, unit: string): RunRecord {
  const startedAt = new Date(
    Date.UTC(2026, 8, 1, 2 * machine.units.indexOf(unit), index) + run * 86_400_000,
  ).toISOString();
  const sha = (0xabc0000 + run).toString(16).padEnd(40, '0');
  const record = exampleRecord(rowsOf(machine, index, run), {
    ...{ unit, startedAt, machine: nameOf(machine), environment: environmentOf(machine.device) },
    id: `${startedAt.replace(/[-:]|\.\d+/g, '')}-${sha.slice(0, 8)}`,
    commit: { sha, dirty: false },
  });
  const { replication = 'process' } = machine;
  return { ...record, processes: record.processes.map((one) => ({ ...one, replication })) };
}

function rowsOf({ speed }: StoreMachine, index: number, run: number): Row[] {
  const cases = SHAPES.flatMap((shape) =>
    FORMATS.flatMap((format) => KERNELS.map((kernel) => ({ shape, format, kernel }))),
  );
  return cases.map(({ shape, format, kernel }, i): Row => {
    const { m, n, k } = shape;
    const slow = kernel === 'gemv' && i < 6 && run >= 30 ? 1.3 : 1;
    const seconds = ((2e-3 * slow) / speed) * (1 + i / 10) * (kernel === 'naive' ? 3 : 1) * (1 + (run % 5) / 1000);
    const key = Object.entries(format).map(([name, value]) => `${name}=${value}`);
    const id = [
      'contribution',
      m === 1 ? 'decode' : 'compute',
      `case-${n}`,
      `m=${m}`,
      `n=${n}`,
      `k=${k}`,
      'layout=nt',
      ...key,
      `kernel=${kernel}`,
    ];
    const own = {
      ...{
        id: id.join('/'),
        series: `${i}`.padStart(16, '0'),
        suite: 'contribution',
        phase: id[1] ?? '',
        name: id[2] ?? '',
      },
      ...{ shape: { batch: 1, m, n, k }, format, bias: false, flop: 2 * m * n * k, bytes: 4 * (m * k + n * k + m * n) },
      kernel: { ...rowBase().kernel, requested: kernel, name: kernel },
    };
    if (index === 2 && i === 1)
      return { ...rowBase(), ...own, status: 'failed', reason: 'wrong-answer', detail: HOSTILE };
    const row = measuredRow(
      [0, 1, 2, 3, 4, 5].map((p) => [0.99, 1, 1.01].map((jitter) => seconds * jitter * (1 + p / 900))),
    );
    if (row.status !== 'measured') throw new Error('expected a measured row');
    const { summary } = row;
    const rates = {
      flopPerSecond: own.flop / summary.medianSeconds,
      bytesPerSecond: own.bytes / summary.medianSeconds,
    };
    return { ...row, ...own, summary: { ...summary, ...rates } };
  });
}

function searchAnswer(machine: string) {
  const rows = [248, 252, 256, 260, 264].map((dFf) => {
    const rate = dFf % 8 === 0 ? 1e11 : 8e10;
    const [up, down] = [(4 * dFf * 96) / rate, (2 * dFf * 96) / rate];
    const around = (value: number) => [value * 0.99, value * 1.02];
    return {
      ...{ dFf, parameters: 288 * dFf, divisor: dFf % 8 === 0 ? 8 : 4, seconds: { up, down, mlp: up + down } },
      ...{ interval: around(up + down), intervals: { up: around(up), down: around(down) } },
      flopPerSecond: { up: rate, down: rate, mlp: rate },
      ...{
        slower: dFf % 8 === 0 ? 0 : 0.25,
        group: dFf % 8 === 0 ? 0 : 1,
        processes: 6,
        confirmed: true,
        kernels: ['direct'],
      },
    };
  });
  return {
    ...{ schema: 'shapemark-search/1', id: '20261124T101530Z-831ef61a', machine, hidden: 96, tokens: 8, gated: true },
    gemms: [{ name: 'gate_up', role: 'up', times: 1 }],
    ...{
      format: FORMATS[1],
      experts: null,
      baseline: rows[1],
      candidates: rows,
      groups: [
        [248, 256, 264],
        [252, 260],
      ],
    },
    ...{ winner: { group: [248, 256, 264], cheapest: 248 }, resolution: 0.01, told: true, reason: 'they differ' },
    ...{ processes: 6, screened: 3, cost: 0.6, ended: 'target', unmeasured: [] },
  };
}

function writeExampleTuning(folder: string, machine: string): void {
  const choice = {
    kernel: { name: 'register-tile', hash: 'ab' },
    tile: { m: 64, n: 64, k: 16 },
    thread: { m: 8, n: 8 },
  };
  writeTuning(folder, {
    ...{ schema: 'shapemark-tuning/1', machine, unit: '1111111111111111', startedAt: '2026-11-24T10:15:30.000Z' },
    ...{ commit: null, environment: environmentOf('Example GPU One'), processes: 9, skips: [] },
    settings: {
      ...{ suites: ['quick'], filter: [], adapter: 'auto', kernels: { from: 'kernels', hash: 'cd' } },
      ...{ budgetSeconds: 60, seed: 1 },
    },
    classes: [
      {
        ...{
          class: 'many rows, f32',
          id: 'a/b/c/m=1',
          cases: ['a/b/c/m=1'],
          best: choice,
          rule: choice,
          ratios: [0.8, 0.81, 0.79],
        },
        ...{ medianSeconds: 1e-3, tried: 9, complete: true, finalists: [], broken: [] },
      },
    ],
  });
}

function inspection() {
  const mix = {
    valu: 80,
    salu: 10,
    memory: 6,
    shared: 4,
    multiplyAdds: 64,
    packed: 0,
    dot: 0,
    matrix: 0,
    loads: { 16: 6 },
  };
  const about = {
    gpu: 'navi31',
    kernel: 'direct',
    case: 'a/b/c/m=64',
    shape: { batch: 1, m: 64, n: 64, k: 64 },
    layout: 'nn',
    format: FORMATS[0],
    bias: false,
  };
  const sizes = { tile: { m: 64, n: 64, k: 16 }, thread: { m: 8, n: 8 } };
  return {
    ...{
      schema: 'shapemark-inspection/1',
      id: '20261124T101530Z-831ef61a',
      startedAt: '2026-11-24T10:15:30.000Z',
      commit: null,
    },
    ...{ gpu: 'navi31', driver: 'RADV', counts: { compiled: 1, refused: 1 } },
    gpus: [
      {
        ...{
          name: 'navi31',
          product: 'Radeon RX 7900 XTX',
          vendor: 'AMD',
          hardware: false,
          driver: 'RADV',
          compiler: 'ACO',
        },
        units: { registers: 'VGPRs', occupancy: 'waves' },
      },
    ],
    kernels: [
      {
        ...{
          ...about,
          ...sizes,
          hash: 'ab',
          status: 'compiled',
          subgroup: 64,
          registers: 96,
          spills: 0,
          scratchBytes: 0,
        },
        ...{ sharedBytes: 4096, occupancy: 10, instructions: { total: 400, ...mix } },
        loop: { instructions: 120, ...mix, loops: 1, unknownTripCounts: 0 },
      },
      {
        ...about,
        kernel: 'subgroup-matrix',
        hash: null,
        tile: null,
        thread: null,
        status: 'refused',
        reason: 'needs matrix units',
      },
    ],
  };
}
