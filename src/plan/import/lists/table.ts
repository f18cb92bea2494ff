import { parse } from 'csv-parse/browser/esm/sync';
import { addRow, columnsOf } from './columns.ts';
import type { RowReader } from './rows.ts';

/** Text in columns: CSV, TSV, semicolons, bars of markdown, or spaces. */

interface Line {
  readonly number: number;
  readonly cells: readonly string[];
}

export function readTable(text: string, reader: RowReader): void {
  const lines = linesOf(text, reader);
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

/** Comments, and the rules that markdown draws below its headings. */
const COMMENT = /^\s*(#|\/\/|$)|^[\s|:-]+$/;

function linesOf(text: string, reader: RowReader): readonly Line[] {
  // Lines that hold no row become empty ones, so that every row keeps its number.
  const rows = text.split(/\r?\n/).map((line) => (COMMENT.test(line) ? '' : line));
  const separator = separatorOf(rows.find((line) => line !== '') ?? '');
  const isMarkdown = separator === '|';
  const body = isMarkdown
    ? rows.map((line) =>
        line
          .trim()
          .replace(/^\||\|$/g, '')
          .replaceAll('*', ''),
      )
    : rows;
  try {
    const records = parse(body.join('\n'), {
      delimiter: separator === ' ' ? [' ', '\t'] : separator,
      info: true,
      trim: true,
      quote: separator === ' ' ? null : '"',
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as readonly { readonly record: string[]; readonly info: { readonly lines: number } }[];
    return records.map(({ record, info }) => ({
      number: info.lines,
      cells: separator === ' ' ? record.filter((cell) => cell !== '') : record,
    }));
  } catch (error) {
    const { lines } = error as { lines?: number };
    throw reader.error(lines, `is no table: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Separator = ',' | ';' | '\t' | '|' | ' ';

function separatorOf(line: string): Separator {
  return ([',', ';', '\t', '|'] as const).find((mark) => line.includes(mark)) ?? ' ';
}
