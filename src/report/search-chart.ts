/** A search as a character plot: the MLP's rate over d_ff. */

import { byWidth, type SearchDocument, type SearchRow } from '../judge/search/search-document.ts';
import type { Inline, Span } from './document/document.ts';
import { flopPerSecond } from './si.ts';

const LINES = 9;

/**
 * Winners are ●, the baseline ◆, others ○. Candidates stand side by side whatever lies between their widths; where there are
 * more of them than columns, a column shows its best.
 */
export function searchChart(document: SearchDocument, width = 100): Inline[] {
  const axis = 14;
  const columns = columnsOf(byWidth(document), document, width - axis);
  if (columns.length === 0) return [];
  const rates = columns.map(({ flopPerSecond: { mlp } }) => mlp);
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  const lineOf = (rate: number) => (high === low ? 0 : Math.round(((high - rate) / (high - low)) * (LINES - 1)));
  const lines = Array.from({ length: high === low ? 1 : LINES }, (_, line) => {
    const label = line === 0 ? flopPerSecond(high) : line === LINES - 1 ? flopPerSecond(low) : '';
    const marks = columns.map((row) => (lineOf(row.flopPerSecond.mlp) === line ? mark(row, document) : ' '));
    return [`${label.padStart(axis - 2)} ┤`, ...marks];
  });
  const [first, last] = [String(columns[0]?.dFf ?? ''), String(columns.at(-1)?.dFf ?? '')];
  const gap = Math.max(1, columns.length - first.length - last.length);
  return [
    ...lines,
    `${' '.repeat(axis - 1)}└${'─'.repeat(columns.length)}`,
    `${' '.repeat(axis)}${first}${' '.repeat(gap)}${last}  d_ff`,
    [' '.repeat(axis), { text: '● cannot be distinguished from the best   ◆ baseline   ○ slower', tone: 'quiet' }],
  ];
}

function mark({ dFf, group }: SearchRow, { baseline }: SearchDocument): string | Span {
  if (dFf === baseline.dFf) return { text: '◆', tone: group === 0 ? 'good' : 'warn' };
  return group === 0 ? { text: '●', tone: 'good' } : '○';
}

/** As many neighbours to a column as it takes; the baseline is never hidden behind one. */
function columnsOf(rows: readonly SearchRow[], { baseline }: SearchDocument, most: number): SearchRow[] {
  const each = Math.max(1, Math.ceil(rows.length / Math.max(1, most)));
  const columns: SearchRow[] = [];
  for (let i = 0; i < rows.length; i += each) {
    const some = rows.slice(i, i + each);
    const shown =
      some.find(({ dFf }) => dFf === baseline.dFf) ??
      some.reduce((best, row) => (row.flopPerSecond.mlp > best.flopPerSecond.mlp ? row : best));
    columns.push(shown);
  }
  return columns;
}
