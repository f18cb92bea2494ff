/** The few columns of a record's CSV that judging needs, without taking the rest apart. */
import type { RowStatus, RunRow } from './history-store.ts';

const WANTED = ['record', 'series', 'id', 'status', 'medianSeconds', 'kernel', 'kernelHash'] as const;
const STATUSES: Readonly<Record<string, RowStatus>> = { measured: 'measured', skipped: 'skipped', failed: 'failed' };

const [COMMA, FEED, RETURN, QUOTE] = [44, 10, 13, 34] as const;

/** A line's text between the columns that only its record determines and those of its time, and what it says. */
interface Known {
  readonly body: Uint8Array;
  readonly row: RunRow;
}

interface Layout {
  /** Where each column's cell goes, −1 for one not wanted. */
  readonly slots: readonly number[];
  /** Columns: the first of the body, the one after it, and the time. Null when they have another order. */
  readonly body: { readonly first: number; readonly end: number; readonly time: number } | null;
}

/**
 * Reads CSVs of records, one after another; see `toCsv` for what it writes. Runs of a machine measure the same cases in the same
 * order, so that most lines differ from those of the run before in their numbers alone: these are compared, not taken apart.
 */
export class CsvRows {
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;
  /** The next quote at or after `at`: looked for when passed, not once a line. */
  private nextQuote = -1;
  /** Of the record read last, by line. */
  private readonly known: Known[] = [];
  /** Where cells of the line read last began. */
  private readonly starts: number[] = [];

  /** The rows; null when this is not the CSV of that record. */
  read(bytes: Buffer, record: string): RunRow[] | null {
    this.bytes = bytes;
    this.at = 0;
    this.nextQuote = -1;
    const layout = layoutOf(this.line(null));
    if (!layout) return null;
    const rows: RunRow[] = [];
    let head = bytes.subarray(0, 0);
    while (this.at < bytes.length) {
      const same = layout.body && this.sameLine(layout.body, head, this.known[rows.length]);
      if (same) {
        rows.push(same);
        continue;
      }
      const start = this.at;
      const row = rowOf(this.line(layout.slots), record);
      if (!row) return null;
      if (layout.body) {
        const [from = start, to = start] = [this.starts[layout.body.first], this.starts[layout.body.end]];
        head = bytes.subarray(start, from);
        this.known[rows.length] = { body: Uint8Array.from(bytes.subarray(from, to)), row };
      }
      rows.push(row);
    }
    return rows;
  }

  /** The row of the next line if all but its numbers is known; null, and nothing is passed, if not. */
  private sameLine(
    { end, time }: NonNullable<Layout['body']>,
    head: Uint8Array,
    known: Known | undefined,
  ): RunRow | null {
    if (!known || head.length === 0) return null;
    const { bytes } = this;
    const from = this.at + head.length;
    const to = from + known.body.length;
    if (to > bytes.length || bytes.compare(head, 0, head.length, this.at, from) !== 0) return null;
    if (bytes.compare(known.body, 0, known.body.length, from, to) !== 0) return null;
    let at = to;
    for (let column = end; column < time; at++) {
      const code = bytes[at];
      if (code === COMMA) column++;
      else if (code === QUOTE || code === FEED || code === undefined) return null;
    }
    const start = at;
    while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== FEED && bytes[at] !== RETURN) at++;
    const seconds = known.row.status === 'measured' ? Number(bytes.toString('latin1', start, at)) : Number.NaN;
    this.at = at;
    this.skipLine();
    return { ...known.row, seconds };
  }

  /**
   * The cells of the next line.
   *
   * @param slots where each column's cell goes; columns after the last slot are passed over. Null takes all.
   */
  private line(slots: readonly number[] | null): string[] {
    const cells: string[] = [];
    for (let column = 0; ; column++) {
      this.starts[column] = this.at;
      if (slots !== null && column === slots.length) {
        this.skipLine();
        return cells;
      }
      const slot = slots === null ? column : (slots[column] as number);
      const start = this.at;
      const isQuoted = this.bytes[start] === QUOTE;
      if (isQuoted) this.skipQuoted();
      else this.skipPlain();
      if (slot >= 0) cells[slot] = this.cell(start, isQuoted);
      if (this.bytes[this.at] !== COMMA) break;
      this.at++;
    }
    this.at += this.bytes[this.at] === RETURN ? 2 : 1;
    return cells;
  }

  private cell(start: number, isQuoted: boolean): string {
    if (!isQuoted) return this.bytes.toString('utf8', start, this.at);
    return this.bytes.toString('utf8', start + 1, this.at - 1).replaceAll('""', '"');
  }

  private skipPlain(): void {
    for (; this.at < this.bytes.length; this.at++) {
      const code = this.bytes[this.at];
      if (code === COMMA || code === FEED || code === RETURN) return;
    }
  }

  /** To the end of a quoted cell; doubled quotes stand for one. */
  private skipQuoted(): void {
    this.at++;
    for (;;) {
      const quote = this.bytes.indexOf(QUOTE, this.at);
      this.at = quote < 0 ? this.bytes.length : quote + 1;
      if (quote < 0 || this.bytes[this.at] !== QUOTE) return;
      this.at++;
    }
  }

  private skipLine(): void {
    for (;;) {
      const feed = this.bytes.indexOf(FEED, this.at);
      if (this.nextQuote < this.at) {
        const quote = this.bytes.indexOf(QUOTE, this.at);
        this.nextQuote = quote < 0 ? Number.POSITIVE_INFINITY : quote;
      }
      if (feed < 0 || feed < this.nextQuote) {
        this.at = feed < 0 ? this.bytes.length : feed + 1;
        return;
      }
      this.at = this.nextQuote;
      this.skipQuoted();
    }
  }
}

/** Null when a column is missing. */
function layoutOf(header: readonly string[]): Layout | null {
  const columns = WANTED.map((name) => header.indexOf(name));
  if (columns.includes(-1)) return null;
  const [record, series, id, status, time, kernel, hash] = columns as [number, ...number[]] & number[];
  const slots = header.slice(0, Math.max(...columns) + 1).map((_, column) => columns.indexOf(column));
  const inside = [series, id, status, kernel, hash] as number[];
  const [first, end] = [Math.min(...inside), Math.max(...inside) + 1];
  return { slots, body: record < first && end <= (time as number) ? { first, end, time: time as number } : null };
}

/** Cells in the order of `WANTED`. */
function rowOf(cells: readonly string[], record: string): RunRow | null {
  const [owner, series, id, state = '', seconds, kernel = '', kernelHash = ''] = cells;
  const status = STATUSES[state];
  if (owner !== record || series === undefined || id === undefined || status === undefined) return null;
  return { series, id, status, seconds: status === 'measured' ? Number(seconds) : Number.NaN, kernel, kernelHash };
}
