/** Tables of typed columns: a column formats and aligns its values; a cell keeps the value beside its text. */
import { type Inline, plain, type Table, type Tone } from './document.ts';

export type Align = 'left' | 'right';

/** A kind of value. */
export interface Quantity<V> {
  readonly align: Align;
  readonly show: (value: V) => Inline;
}

export interface Column {
  readonly title: string;
  readonly align: Align;
}

export interface Cell {
  readonly text: Inline;
  /** The unformatted value; null if none. */
  readonly value: unknown;
}

/** Remarks of a row besides its cells. */
export interface Remarks {
  readonly tone?: Tone | undefined;
  /** A word or two, shown at the end of the row. */
  readonly flags?: readonly string[];
  /** Sentences, shown below it. */
  readonly details?: readonly Inline[];
  /** The command that repeats it, shown below it. */
  readonly command?: string | undefined;
  /** Shown on demand: the full id and the command that repeats the row. */
  readonly more?: { readonly id: string; readonly command: string };
}

export interface Row extends Remarks {
  readonly cells: readonly Cell[];
}

/** A column of a table whose rows are made from `R`. */
export interface ColumnOf<R> extends Column {
  readonly cell: (row: R) => Cell;
}

/** @param of the value in a row; null or undefined leaves the cell empty */
export function column<R, V>(
  title: string,
  { align, show }: Quantity<V>,
  of: (row: R) => V | null | undefined,
): ColumnOf<R> {
  const cellOf = (value: V | null): Cell => ({ text: value === null ? '' : show(value), value });
  return { title, align, cell: (row) => cellOf(of(row) ?? null) };
}

type RemarksOn<R> = (row: R) => Remarks;

export function tableOf<R>(columns: readonly ColumnOf<R>[], rows: readonly R[], remarks?: RemarksOn<R>): Table {
  return groupedTable(columns, [{ rows }], remarks);
}

export function groupedTable<R>(
  columns: readonly ColumnOf<R>[],
  groups: readonly { readonly title?: string; readonly rows: readonly R[] }[],
  remarks: RemarksOn<R> = () => ({}),
): Table {
  const rowOf = (row: R): Row => ({ cells: columns.map(({ cell }) => cell(row)), ...remarks(row) });
  return { kind: 'table', columns, groups: groups.map(({ title, rows }) => ({ title, rows: rows.map(rowOf) })) };
}

/** The table without the columns that no row has anything in. */
export function withoutEmptyColumns(table: Table): Table {
  const rows = table.groups.flatMap((group) => group.rows);
  const isEmpty = ({ text }: Cell) => plain(text) === '';
  const kept = table.columns.map((_, i) => rows.some(({ cells }) => cells[i] && !isEmpty(cells[i])));
  const only = <T>(list: readonly T[]) => list.filter((_, i) => kept[i]);
  const groups = table.groups.map((group) => ({
    ...group,
    rows: group.rows.map((row) => ({ ...row, cells: only(row.cells) })),
  }));
  return { ...table, columns: only(table.columns), groups };
}
