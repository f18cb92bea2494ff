/** The few columns of a record's CSV that judging needs, without taking the rest apart. */
import type { RowStatus, RunRow } from './runs.ts';

const WANTED = ['record', 'series', 'id', 'status', 'medianSeconds', 'kernel', 'kernelHash'] as const;
const STATUSES: Readonly<Record<string, RowStatus>> = { measured: 'measured', skipped: 'skipped', failed: 'failed' };

const [COMMA, FEED, RETURN, QUOTE] = [44, 10, 13, 34] as const;

/** Reads the CSV of a record; see `toCsv` for what it writes. */
export class CsvRows {
  private at = 0;
  /** The next quote at or after `at`: looked for when passed, not once a line. */
  private nextQuote = -1;

  private constructor(private readonly text: string) {}

  /** The rows; null when this is not the CSV of that record. */
  static parse(text: string, record: string): RunRow[] | null {
    return new CsvRows(text).read(record);
  }

  private read(record: string): RunRow[] | null {
    const header = this.line(null);
    const columns = WANTED.map((name) => header.indexOf(name));
    if (columns.includes(-1)) return null;
    const slots = header.slice(0, Math.max(...columns) + 1).map((_, column) => columns.indexOf(column));
    const rows: RunRow[] = [];
    while (this.at < this.text.length) {
      const row = rowOf(this.line(slots), record);
      if (!row) return null;
      rows.push(row);
    }
    return rows;
  }

  /**
   * The cells of the next line.
   *
   * @param slots where each column's cell goes, −1 for one not wanted; columns after the last slot are passed over. Null
   *   takes all.
   */
  private line(slots: readonly number[] | null): string[] {
    const cells: string[] = [];
    for (let column = 0; ; column++) {
      if (slots !== null && column === slots.length) {
        this.skipLine();
        return cells;
      }
      const slot = slots === null ? column : (slots[column] as number);
      if (this.text.charCodeAt(this.at) === QUOTE) {
        const cell = this.quoted();
        if (slot >= 0) cells[slot] = cell;
      } else {
        const start = this.at;
        this.skipPlain();
        if (slot >= 0) cells[slot] = this.text.slice(start, this.at);
      }
      if (this.text.charCodeAt(this.at) !== COMMA) break;
      this.at++;
    }
    this.at += this.text.charCodeAt(this.at) === RETURN ? 2 : 1;
    return cells;
  }

  private skipPlain(): void {
    for (; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === COMMA || code === FEED || code === RETURN) return;
    }
  }

  /** A quoted cell; doubled quotes stand for one. */
  private quoted(): string {
    const start = ++this.at;
    for (;;) {
      const quote = this.text.indexOf('"', this.at);
      if (quote < 0) {
        this.at = this.text.length;
        return this.text.slice(start);
      }
      this.at = quote + 1;
      if (this.text.charCodeAt(this.at) !== QUOTE) return this.text.slice(start, quote).replaceAll('""', '"');
      this.at++;
    }
  }

  private skipLine(): void {
    for (;;) {
      const feed = this.text.indexOf('\n', this.at);
      if (this.nextQuote < this.at) {
        const quote = this.text.indexOf('"', this.at);
        this.nextQuote = quote < 0 ? Number.POSITIVE_INFINITY : quote;
      }
      if (feed < 0 || feed < this.nextQuote) {
        this.at = feed < 0 ? this.text.length : feed + 1;
        return;
      }
      this.at = this.nextQuote;
      this.quoted();
    }
  }
}

/** Cells in the order of `WANTED`. */
function rowOf(cells: readonly string[], record: string): RunRow | null {
  const [owner, series, id, state = '', seconds, kernel = '', kernelHash = ''] = cells;
  const status = STATUSES[state];
  if (owner !== record || series === undefined || id === undefined || status === undefined) return null;
  return { series, id, status, seconds: status === 'measured' ? Number(seconds) : Number.NaN, kernel, kernelHash };
}
