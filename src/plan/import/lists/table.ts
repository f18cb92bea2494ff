import { addRow, columnsOf } from './columns.ts';
import type { RowReader } from './rows.ts';

/** Text in columns: CSV, TSV, semicolons, bars of markdown, or spaces. */

interface Line {
  readonly number: number;
  readonly cells: readonly string[];
}

export function readTable(text: string, reader: RowReader): void {
  const lines = linesOf(text);
  const [first] = lines;
  if (first === undefined) throw reader.error(undefined, 'holds no rows');
  const { columns } = reader.options;
  const isHeader = first.cells.some((cell) => /[A-Za-z]/.test(cell)) && !first.cells.some((cell) => /^\d+$/.test(cell));
  if (!isHeader && columns === undefined)
    throw reader.error(
      first.number,
      'the first line names no columns; --columns m,n,k says what they are, in their order',
    );
  const names = columns ?? first.cells;
  const meant = columnsOf(names, reader, first.number);
  for (const { number, cells } of isHeader ? lines.slice(1) : lines) {
    // A table that is repeated, or cut by other lines of a log, says its names again.
    if (isHeader && cells.join() === first.cells.join()) continue;
    if (cells.length > names.length || cells.length < Math.min(3, names.length)) {
      reader.refuse({ line: number, reason: `has ${cells.length} values for ${names.length} columns` });
      continue;
    }
    addRow(Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])), meant, { line: number }, reader);
  }
}

const COMMENT = /^\s*(#|\/\/|$)|^[\s|:-]+$/;

function linesOf(text: string): Line[] {
  const all = text.split(/\r?\n/).map((line, i) => ({ number: i + 1, line }));
  const kept = all.filter(({ line }) => !COMMENT.test(line));
  const separator = separatorOf(kept[0]?.line ?? '');
  return kept.map(({ number, line }) => ({ number, cells: cellsOf(line, separator) }));
}

type Separator = ',' | ';' | '\t' | '|' | ' ';

function separatorOf(line: string): Separator {
  return ([',', ';', '\t', '|'] as const).find((mark) => line.includes(mark)) ?? ' ';
}

function cellsOf(line: string, separator: Separator): string[] {
  if (separator === ' ') return line.trim().split(/\s+/);
  const cells: string[] = [];
  // A quoted cell may hold the separator; two quotes in it are one.
  const cell = new RegExp(`(?:^|\\${separator})\\s*(?:"((?:[^"]|"")*)"|([^\\${separator}]*))`, 'g');
  const body = separator === '|' ? line.trim().replace(/^\||\|$/g, '') : line;
  for (const { 1: quoted, 2: bare } of body.matchAll(cell))
    cells.push((quoted?.replaceAll('""', '"') ?? bare ?? '').trim());
  return separator === '|' ? cells.map((text) => text.replaceAll('*', '')) : cells;
}
