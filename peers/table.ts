/** The comparison as a document: worst shape first, and in each shape the fastest contender first. */
import { facts, lines, type Section, type Document as Shown, section } from '../src/report/document/document.ts';
import { type ColumnOf, column, groupedTable, type Quantity, tableOf } from '../src/report/document/table.ts';
import { ERROR, FIGURES, RATE, SECONDS, TEXT } from '../src/report/quantities.ts';
import { seconds } from '../src/report/si.ts';
import type { Document } from './document.ts';
import { type Interval, type MeasuredRow, type Row, type ShapeResult, worstFirst } from './results.ts';

const MARKS = { ours: '*', peer: ' ', context: '~' } as const;

function measured<V>(title: string, quantity: Quantity<V>, of: (row: MeasuredRow) => V): ColumnOf<Row> {
  return column(title, quantity, (row: Row) => (row.status === 'measured' ? of(row) : null));
}

const COLUMNS: readonly ColumnOf<Row>[] = [
  column('', TEXT, ({ kind }) => MARKS[kind]),
  column('contender', TEXT, ({ name, classes }) => (classes.length > 0 ? `${name} [${classes.join(', ')}]` : name)),
  column('time', FIGURES, (row) => (row.status === 'measured' ? seconds(row.medianSeconds) : row.status)),
  measured('spread', FIGURES, ({ interval, medianSeconds }) => spread(interval, medianSeconds)),
  measured('rate', RATE, ({ flopPerSecond }) => flopPerSecond),
  measured('best peer / this', FIGURES, standingOf),
  measured('error', ERROR, ({ error }) => error),
  column('', TEXT, (row) => (row.status === 'measured' ? row.note : oneLine(row.reason))),
];

export function comparisonOf(document: Document): Shown {
  const groups = worstFirst(document.shapes).map((shape) => ({ title: titleOf(shape), rows: inOrder(shape) }));
  return { sections: [...section(undefined, groupedTable(COLUMNS, groups)), ...closing(document)] };
}

const BRIEF: readonly ColumnOf<ShapeResult>[] = [
  column('best peer / ours', TEXT, (shape) => {
    const ours = oursIn(shape);
    return ours?.status === 'measured' ? standingOf(ours) : 'not measured';
  }),
  column('shape', TEXT, ({ m, n, k, format }) => `${m}×${n}×${k} ${format}`),
  column('ours', TEXT, (shape) => oursIn(shape)?.name ?? 'none'),
  column('time', SECONDS, (shape) => secondsOf(oursIn(shape))),
  column('best peer', TEXT, ({ bestPeer }) => bestPeer ?? 'none'),
  column('time', SECONDS, ({ contenders, bestPeer }) => secondsOf(contenders.find(({ name }) => name === bestPeer))),
];

/** One line per shape: our best kernel and the best peer. */
export function briefly(document: Document): Shown {
  return { sections: [...section(undefined, tableOf(BRIEF, worstFirst(document.shapes))), ...closing(document)] };
}

function oursIn({ contenders }: ShapeResult): Row | undefined {
  return contenders.find(({ classes }) => classes.includes('best'));
}

function secondsOf(row: Row | undefined): number | null {
  return row?.status === 'measured' ? row.medianSeconds : null;
}

export function titleOf({ m, n, k, format, from }: ShapeResult): string {
  return `${m}×${n}×${k} ${format} (${from})`;
}

/** Fastest first, those without a time last. */
function inOrder({ contenders }: ShapeResult): Row[] {
  const key = (row: Row) => secondsOf(row) ?? Number.POSITIVE_INFINITY;
  return [...contenders].sort((a, b) => key(a) - key(b) || 0);
}

function standingOf({ ratios: { bestPeer, bestPeerInterval } }: MeasuredRow): string {
  return bestPeer === null ? '' : `${bestPeer.toFixed(2)} ${between(bestPeerInterval ?? [0, 0])}`.trim();
}

function oneLine(text: string): string {
  const [first = ''] = text.split('\n');
  return first.length > 160 ? `${first.slice(0, 159)}…` : first;
}

function spread([low, high]: Interval, middle: number): string {
  if (low === high) return '';
  return `±${(((high - low) / 2 / middle) * 100).toFixed(0)} %`;
}

/** Nothing for a single process, which has no spread. */
function between([low, high]: Interval): string {
  return low === high ? '' : `[${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function closing({ geomean, shapes, environment }: Document): Section[] {
  const { adapter, processes, blocks, intervalKind, libraries } = environment;
  const means = Object.entries(geomean).flatMap(([format, classes]) => {
    const all = shapes.filter((shape) => shape.format === format).length;
    return Object.entries(classes).map(([kernels, { ratio, interval, shapes: count }]) => {
      const mean = `${ratio.toFixed(2)} ${between(interval)}`.trim();
      return [`${format} ${kernels}`, `${mean} over ${count} of ${all} shapes`] as const;
    });
  });
  const spreadText =
    intervalKind === 'range'
      ? `± and [ ] are ranges over ${processes} ${processes === 1 ? 'process' : 'processes'}; 95 % intervals need 6`
      : `± and [ ] are 95 % intervals of the median over ${processes} processes`;
  return [
    ...section('geometric mean of best peer’s time / our time, by class of kernel', facts(...means)),
    ...section(
      undefined,
      lines(
        [
          `* ours; ~ context, another kind of thing and never a claim. ${spreadText}, ${blocks} interleaved blocks in each`,
          'time: wall clock from the first enqueue to the end of the last, one copy of the operands, upload and read-back outside',
          `adapter: ${adapter.description || adapter.device} (${adapter.source}); ${libraries.map(({ name, version }) => `${name} ${version}`).join(', ')}`,
        ],
        'quiet',
      ),
    ),
  ];
}
