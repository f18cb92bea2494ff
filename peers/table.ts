/** The comparison as text: every shape, the worst standing first, and in each shape the fastest first. */

import { flopPerSecond, seconds } from '../src/report/si.ts';
import { PLAIN, type Style } from '../src/report/style.ts';
import type { Document } from './document.ts';
import { type Interval, type MeasuredRow, type Row, type ShapeResult, worstFirst } from './results.ts';

const GAP = '  ';
const HEADER = ['', 'contender', 'time', 'spread', 'rate', 'best peer / this', 'error', ''] as const;
/** Columns set flush right. */
const RIGHT = new Set([2, 3, 4, 5, 6]);

export function renderTable(document: Document, style: Style = PLAIN): string {
  const rows = worstFirst(document.shapes).map((shape) => ({ shape, lines: inOrder(shape).map(cellsOf) }));
  const layout = layoutOf([HEADER, ...rows.flatMap(({ lines }) => lines)], RIGHT);
  const body = rows.flatMap(({ shape, lines }) => ['', style.bold(titleOf(shape)), ...lines.map(layout)]);
  return withFooter([style.dim(layout(HEADER)), ...body], document, style);
}

const BRIEF_HEADER = ['best peer / ours', 'shape', 'ours', 'time', 'best peer', 'time'] as const;
const BRIEF_RIGHT = new Set([3, 5]);

/** One line a shape: the best of ours beside the best peer. */
export function renderBrief(document: Document, style: Style = PLAIN): string {
  const rows = worstFirst(document.shapes).map(briefOf);
  const layout = layoutOf([BRIEF_HEADER, ...rows], BRIEF_RIGHT);
  return withFooter([style.dim(layout(BRIEF_HEADER)), ...rows.map(layout)], document, style);
}

function briefOf({ m, n, k, format, bestPeer, contenders }: ShapeResult): string[] {
  const ours = contenders.find(({ classes }) => classes.includes('best'));
  const peer = contenders.find(({ name }) => name === bestPeer);
  const time = (row: Row | undefined) => (row?.status === 'measured' ? seconds(row.medianSeconds) : '');
  const standing = ours?.status === 'measured' ? standingOf(ours) : 'not measured';
  return [standing, `${m}×${n}×${k} ${format}`, ours?.name ?? 'none', time(ours), bestPeer ?? 'none', time(peer)];
}

function layoutOf(rows: readonly (readonly string[])[], right: ReadonlySet<number>) {
  const count = Math.max(...rows.map(({ length }) => length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return (cells: readonly string[]): string =>
    cells
      .map((cell, i) => {
        const width = i === count - 1 && !right.has(i) ? 0 : (widths[i] ?? 0);
        return right.has(i) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(GAP)
      .trimEnd();
}

function withFooter(lines: readonly string[], document: Document, style: Style): string {
  return `${[...lines, '', ...geomeanLines(document), '', ...footer(document).map(style.dim)].join('\n')}\n`;
}

export function titleOf({ m, n, k, format, from }: ShapeResult): string {
  return `${m}×${n}×${k} ${format} (${from})`;
}

/** Fastest first, those without a number last. */
function inOrder({ contenders }: ShapeResult): Row[] {
  const key = (row: Row) => (row.status === 'measured' ? row.medianSeconds : Number.POSITIVE_INFINITY);
  return [...contenders].sort((a, b) => key(a) - key(b) || 0);
}

const MARKS = { ours: '*', peer: ' ', context: '~' } as const;

function cellsOf(row: Row): string[] {
  const name = row.classes.length > 0 ? `${row.name} [${row.classes.join(', ')}]` : row.name;
  if (row.status !== 'measured') return [MARKS[row.kind], name, row.status, '', '', '', '', oneLine(row.reason)];
  return [
    MARKS[row.kind],
    name,
    seconds(row.medianSeconds),
    spread(row.interval, row.medianSeconds),
    flopPerSecond(row.flopPerSecond),
    standingOf(row),
    row.error.toExponential(1),
    row.note ?? '',
  ];
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

function geomeanLines({ geomean, shapes }: Document): string[] {
  const lines = Object.entries(geomean).flatMap(([format, classes]) => {
    const all = shapes.filter((shape) => shape.format === format).length;
    return Object.entries(classes).map(
      ([name, { ratio, interval, shapes: count }]) =>
        `${GAP}${`${format} shapes,`.padEnd(13)}${name.padEnd(16)}${ratio.toFixed(2).padStart(6)} ${between(interval)} over ${count} of ${all} shapes`,
    );
  });
  return lines.length === 0 ? [] : ['geometric mean of best peer’s time / our time, by class of kernel:', ...lines];
}

function footer({ environment: { adapter, processes, blocks, intervalKind, libraries } }: Document): string[] {
  const spreadText =
    intervalKind === 'range'
      ? `± and [ ] are ranges over ${processes} ${processes === 1 ? 'process' : 'processes'}; 95 % intervals need 6`
      : `± and [ ] are 95 % intervals of the median over ${processes} processes`;
  return [
    `* ours; ~ context, another kind of thing and never a claim. ${spreadText}, ${blocks} interleaved blocks in each`,
    'time: wall clock from the first enqueue to the end of the last, one copy of the operands, upload and read-back outside',
    `adapter: ${adapter.description || adapter.device} (${adapter.source}); ${libraries.map(({ name, version }) => `${name} ${version}`).join(', ')}`,
  ];
}
