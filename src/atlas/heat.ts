/** Tables of machines, kernels and shapes against each other: each cell says a number, and its colour repeats the share it has. */
import { type Child, element, type Markup } from '../report/document/markup.ts';
import { percent } from '../report/si.ts';
import { scroll } from './view.ts';

/** Where the classes of colour 1 to 8 begin. */
export interface HeatScale {
  readonly from: readonly number[];
  /** What class 0 is called; undefined for its share, which is nothing. */
  readonly least?: string;
}

/** Rates relative to the highest: most of what is worth telling apart is near it. */
export const OF_FASTEST: HeatScale = { from: [0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.97] };
/** Errors relative to the budget: what is near it is dark. */
export const OF_BUDGET: HeatScale = { from: [1e-12, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9], least: 'exact' };

/** Classes of colour, from 0 to 8. */
export function heatClass({ from }: HeatScale, share: number): string {
  return `q${from.filter((least) => share >= least).length}`;
}

/** What the classes stand for, and cells that have none. */
export function heatLegend({ from, least = '0 %' }: HeatScale): Markup {
  const starts = from.map((share) => (share < 0.001 ? '> 0' : `≥ ${percent(share)}`));
  const steps = [least, ...starts].map((text, i) => element('li', { class: `q${i}` }, text));
  return element(
    'ul',
    { class: 'legend', 'aria-label': 'Scale of colours' },
    steps,
    element('li', { class: 'x' }, '✕ failed'),
    element('li', { class: 'none' }, '· not measured'),
  );
}

/** A cell with a share, or one that has none. */
export type HeatCell =
  | { readonly share: number; readonly text: Child }
  | { readonly failed: Child }
  | { readonly none: true };

export interface HeatTable {
  readonly name: string;
  readonly caption: Child;
  readonly scale: HeatScale;
  /** Of the first column. */
  readonly corner: string;
  /** Heads of the others; in words where rows are blocks. */
  readonly heads: readonly { readonly head: Child; readonly title: string }[];
  readonly rows: readonly { readonly head: Child; readonly cells: readonly HeatCell[] }[];
}

export function heatTable({ name, caption, scale, corner, heads, rows }: HeatTable): Markup {
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, row.head),
      row.cells.map((cell, i) => cellOf(cell, heads[i]?.title ?? '', scale)),
    ),
  );
  return scroll(
    name,
    element(
      'table',
      { class: 'heat stack sortable' },
      element('caption', {}, caption),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, corner),
          heads.map(({ head }) => element('th', { scope: 'col' }, head)),
        ),
      ),
      element('tbody', {}, body),
    ),
  );
}

function cellOf(cell: HeatCell, title: string, scale: HeatScale): Markup {
  if ('none' in cell) return element('td', { class: 'none' }, '·');
  if ('failed' in cell) return element('td', { class: 'x', 'data-title': title }, cell.failed);
  return element('td', { class: heatClass(scale, cell.share), 'data-title': title }, cell.text);
}
