/** Machines with a few rows, for tests of single tables. */
import type { WeightFormat } from '../../gemm/formats/registry.ts';
import { routeRows } from '../../gemm/groups.ts';
import type { MeasuredRow, Row } from '../../record/row.ts';
import { exampleRecord, measuredRow, rowBase } from '../../record/testdata/example.ts';
import type { ReportedSeries } from '../../report/check-report.ts';
import type { Atlas, Place } from '../atlas.ts';
import type { Made } from '../shell.ts';

export interface MadeRow {
  readonly suite?: string;
  /** Shared out among the experts of a mixture, 4 of 128 for each. */
  readonly tokens?: number;
  readonly operands?: 'cold' | 'hot';
  readonly name?: string;
  readonly phase?: string;
  readonly m?: number;
  readonly w?: WeightFormat;
  readonly kernel?: string;
  readonly seconds?: number;
}

function common({ suite = 'quick', name = 'o_proj', phase = 'decode', w = 'f16', kernel = 'gemv', ...made }: MadeRow) {
  const base = rowBase();
  const { tokens, operands = 'cold' } = made;
  const m = tokens === undefined ? (made.m ?? 1) : 4 * tokens;
  const label = tokens === undefined ? '' : `groups=128x4t${tokens}/`;
  const hot = operands === 'hot' ? '/operands=hot' : '';
  const routing = { experts: 128, topK: 4, tokens: tokens ?? 1, routing: 'uniform' as const, seed: 0 };
  const format = { w, a: 'f32', acc: 'f32', out: 'f32' } as const;
  const [n, k] = [2880, 4096];
  return {
    ...base,
    ...(tokens === undefined ? {} : { groups: { experts: 128, rows: routeRows(routing) } }),
    ...{ suite, phase, name, format, layout: 'nt' as const, bias: false, shape: { batch: 1, m, n, k } },
    ...{ flop: 2 * m * n * k, bytes: 4 * (m * k + n * k + m * n), series: `${label}${name} ${m} ${w} ${kernel}${hot}` },
    operands: { ...base.operands, mode: operands },
    id: `${suite}/${phase}/${name}/${label}m=${m}/n=${n}/k=${k}/layout=nt/w=${w}/a=f32/acc=f32/out=f32${hot}/kernel=${kernel}`,
    kernel: { ...base.kernel, requested: kernel, name: kernel },
  };
}

export function measured(made: MadeRow): MeasuredRow {
  const { seconds = 1e-3 } = made;
  const row = measuredRow([1, 2, 3, 4, 5, 6].map((i) => [seconds * (1 + i / 1e4)]));
  if (row.status !== 'measured') throw new Error('expected a measured row');
  const own = common(made);
  const rates = { flopPerSecond: own.flop / seconds, bytesPerSecond: own.bytes / seconds };
  return { ...row, ...own, summary: { ...row.summary, ...rates } };
}

export function failed(made: MadeRow, reason: string, detail: string): Row {
  return { ...common(made), status: 'failed', reason, detail } as Row;
}

export function placeOf(title: string, rows: readonly Row[]): Place {
  const machine = title.toLowerCase().replace(/ /g, '-');
  const { cases: _, ...head } = exampleRecord([], { machine });
  return {
    ...{ machine, title, where: 'Vulkan · Linux', tier: 'single', head, records: 1, units: [head.unit] },
    latest: rows.map((row) => ({ row, head })),
    ...{ tuning: null, searches: [] },
  };
}

export function atlasOf(places: readonly Place[], series: readonly ReportedSeries[] = []): Atlas {
  const check = { series, machineShifts: [], context: [] } as never as Atlas['check'];
  return { places, judged: [], check, inspections: [], notices: [], records: places.length };
}

export const MADE: Made = { text: 'Made from records.', isInspected: true };

/** What the history of a row says. */
export function seriesOf({ machine }: Place, row: Row, told: Partial<ReportedSeries>): ReportedSeries {
  return {
    ...{ id: row.id, series: row.series, machine, unit: '0123456789abcdef', points: 30, verdict: 'same' },
    ...{ reason: 'within the noise', changes: [], minimalDetectableEffect: 0.02, evidence: null, reproduce: '' },
    ...told,
  } as ReportedSeries;
}

/** A move of a history. */
export function changeOf(run: string, ratio: number, told: Partial<ReportedSeries['changes'][number]> = {}) {
  return {
    ...{
      run,
      ratio,
      direction: ratio > 1 ? ('slower' as const) : ('faster' as const),
      at: 'a'.repeat(40),
      after: null,
    },
    ...{ confirmedBy: run, interval: [ratio, ratio] as const, threshold: 1.02, causes: [], agree: [], disagree: [] },
    ...told,
  };
}

/** Cells of a table's rows in words, by its caption. */
export function rowsIn(html: string, caption: string): string[][] {
  const table = html.split('<table').find((part) => part.includes(`<caption>${caption}`)) ?? '';
  const body = /<tbody>(.*?)<\/tbody>/s.exec(table)?.[1] ?? '';
  return body
    .split('<tr')
    .slice(1)
    .map((row) => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => plain(cell)));
}

const plain = (markup: string) =>
  markup.replace(/<[^>]*>/g, '').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
