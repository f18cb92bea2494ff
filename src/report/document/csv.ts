/** A table as CSV: the values behind its cells. */
import { csvText } from '../../record/csv.ts';
import type { Table } from './document.ts';

/** RFC 4180, with a header line. Empty where there is no value. */
export function renderCsv({ columns, groups }: Table): string {
  const rows = groups.flatMap((group) => group.rows);
  return csvText([
    columns.map(({ title }) => title),
    ...rows.map(({ cells }) => cells.map(({ value }) => (value === null ? '' : String(value)))),
  ]);
}
