/** Tables of typed columns: a column knows how its values read and how they are set; a cell keeps the value beside its text. */
import type { Figure, Group, Inline, Table, Tone } from './document.ts';
import { plain } from './document.ts';

/** A kind of value. */
export interface Quantity<V> {
  readonly align: 'left' | 'right';
  readonly show: (value: V) => Inline;
}

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

export interface Cell {
  readonly text: Inline;
  /** As it was before it became text; null where there is none. */
  readonly value: unknown;
  readonly figure?: Figure;
}

/** What a row says besides its cells. */
export interface Remarks {
  readonly tone?: Tone;
  /** A word or two, shown at the end of the row. */
  readonly flags?: readonly string[];
  /** Sentences, shown below it. */
  readonly details?: readonly Inline[];
  /** The command that does it again, shown below it. */
  readonly command?: string;
  /** What a page shows on request: the row's full name, and the command that does it again. */
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
  const cell = (row: R): Cell => {
    const value = of(row) ?? null;
    return { text: value === null ? '' : show(value), value };
  };
  return { title, align, cell };
}

/** Pictures, one a row. */
export function figureColumn<R>(title: string, of: (row: R) => Figure | null): ColumnOf<R> {
  const cell = (row: R): Cell => {
    const figure = of(row);
    return { text: '', value: null, ...(figure && { figure }) };
  };
  return { title, align: 'left', cell };
}

export function tableOf<R>(
  columns: readonly ColumnOf<R>[],
  rows: readonly R[],
  remarks: (row: R) => Remarks = () => ({}),
): Table {
  return groupedTable(columns, [{ rows }], remarks);
}

export function groupedTable<R>(
  columns: readonly ColumnOf<R>[],
  groups: readonly { readonly title?: string; readonly rows: readonly R[] }[],
  remarks: (row: R) => Remarks = () => ({}),
): Table {
  return {
    kind: 'table',
    columns: columns.map(({ title, align }) => ({ title, align })),
    groups: groups.map((group): Group => {
      const rows = group.rows.map((row) => ({ cells: columns.map(({ cell }) => cell(row)), ...remarks(row) }));
      return { ...(group.title !== undefined && { title: group.title }), rows };
    }),
  };
}

/** Whether there is anything to see in a cell. */
export function isEmpty({ text, figure }: Cell): boolean {
  return plain(text) === '' && figure?.svg === undefined;
}

/** The table without the columns that no row has anything in. */
export function withoutEmptyColumns(table: Table): Table {
  const rows = table.groups.flatMap((group) => group.rows);
  const kept = table.columns.map((_, i) => rows.some(({ cells }) => cells[i] !== undefined && !isEmpty(cells[i])));
  const only = <T>(list: readonly T[]) => list.filter((_, i) => kept[i]);
  return {
    ...table,
    columns: only(table.columns),
    groups: table.groups.map((group) => ({
      ...group,
      rows: group.rows.map((row) => ({ ...row, cells: only(row.cells) })),
    })),
  };
}
