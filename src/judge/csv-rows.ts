/** The few columns of a record's CSV that judging needs, without taking the rest apart. */
import type { RowStatus, RunRow } from './runs.ts';

const WANTED = ['record', 'series', 'id', 'status', 'medianSeconds', 'kernel', 'kernelHash'] as const;
const STATUSES: Readonly<Record<string, RowStatus>> = { measured: 'measured', skipped: 'skipped', failed: 'failed' };

/** Reads the CSV of a record; see `toCsv` for what it writes. */
export class CsvRows {
  private at = 0;

  private constructor(private readonly text: string) {}

  /** The rows; null when this is not the CSV of that record. */
  static parse(text: string, record: string): RunRow[] | null {
    return new CsvRows(text).read(record);
  }

  private read(record: string): RunRow[] | null {
    const header = this.line(Number.POSITIVE_INFINITY);
    const at = WANTED.map((name) => header.indexOf(name));
    if (at.includes(-1)) return null;
    const last = Math.max(...at);
    const rows: RunRow[] = [];
    while (this.at < this.text.length) {
      const cells = this.line(last);
      const [owner, series, id, status, seconds, kernel, kernelHash] = at.map((i) => cells[i]) as (
        | string
        | undefined
      )[];
      const known = STATUSES[status ?? ''];
      if (owner !== record || series === undefined || id === undefined || known === undefined) return null;
      const time = known === 'measured' ? Number(seconds) : Number.NaN;
      rows.push({ series, id, status: known, seconds: time, kernel: kernel ?? '', kernelHash: kernelHash ?? '' });
    }
    return rows;
  }

  /** The cells of the next line up to one index; the rest of the line is passed over. */
  private line(last: number): string[] {
    const cells: string[] = [];
    for (;;) {
      cells.push(this.text[this.at] === '"' ? this.quoted() : this.plain());
      if (this.text[this.at] !== ',') break;
      this.at++;
      if (cells.length > last) {
        this.skipLine();
        return cells;
      }
    }
    this.at += this.text[this.at] === '\r' ? 2 : 1;
    return cells;
  }

  private plain(): string {
    const start = this.at;
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      // Comma, line feed, carriage return, or the end of the text.
      if (code === 44 || code === 10 || code === 13 || Number.isNaN(code)) return this.text.slice(start, this.at);
      this.at++;
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
      if (this.text[this.at] !== '"') return this.text.slice(start, quote).replaceAll('""', '"');
      this.at++;
    }
  }

  private skipLine(): void {
    for (;;) {
      const feed = this.text.indexOf('\n', this.at);
      const quote = this.text.indexOf('"', this.at);
      if (quote < 0 || (feed >= 0 && feed < quote)) {
        this.at = feed < 0 ? this.text.length : feed + 1;
        return;
      }
      this.at = quote;
      this.quoted();
    }
  }
}
