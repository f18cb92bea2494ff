/** The cases of suites as a document, by suite and phase, and the FLOP per token of models. */
import type { NotServed } from '../record/not-served.ts';
import type { Row } from '../record/row.ts';
import { type Document, type Inline, lines, section } from './document/document.ts';
import { type ColumnOf, column, groupedTable } from './document/table.ts';
import { formatText, shapeText } from './labels.ts';
import { BYTES, FIGURES, FLOP, TEXT } from './quantities.ts';
import { countNotServed, notServedSection, READING } from './run.ts';
import { counted, scaled } from './si.ts';

/** What a GPU would get for a case: kernel and sizes, null if no kernel serves it. */
interface ListedPick {
  readonly gpu: string;
  readonly kernel: string | null;
  readonly tile: { readonly m: number; readonly n: number; readonly k: number } | null;
  readonly thread: { readonly m: number; readonly n: number } | null;
}

/** A case before anything ran. */
export interface ListedCase
  extends Pick<Row, 'suite' | 'phase' | 'name' | 'shape' | 'layout' | 'groups' | 'format' | 'bias'> {
  readonly operands: string;
  readonly kernel: string;
  readonly flop: number;
  readonly bytes: number;
  readonly arithmeticIntensity: number;
  /** Times a forward pass runs it. */
  readonly count: number;
  readonly picks?: readonly ListedPick[];
}

export interface Listing {
  readonly cases: readonly ListedCase[];
  readonly notServed: NotServed;
  readonly skips: readonly { readonly id: string; readonly reason: string }[];
  readonly totals: readonly {
    readonly suite: string;
    readonly model: string;
    readonly phase: string;
    readonly flopPerToken: { readonly linear: number; readonly attentionPerKey: number };
  }[];
}

export const LIST_COLUMNS: readonly ColumnOf<ListedCase>[] = [
  column('GEMM', TEXT, ({ name }) => name),
  column('m×n×k', TEXT, shapeText),
  column('format', TEXT, (item) => formatText({ ...item, operands: { mode: item.operands } })),
  column('kernel', TEXT, ({ kernel }) => kernel),
  column('work', FLOP, ({ flop }) => flop),
  column('bytes', BYTES, ({ bytes }) => bytes),
  column('FLOP/byte', FIGURES, ({ arithmeticIntensity }) => arithmeticIntensity.toPrecision(3)),
  column('layers', FIGURES, ({ count }) => (count > 1 ? `×${count}` : null)),
];

/** `nested-tile 64×64×16 8×8`: kernel, tile and what a thread has of it. */
function pickText({ kernel, tile, thread }: ListedPick): string {
  if (kernel === null || !tile || !thread) return 'none';
  return `${kernel} ${tile.m}×${tile.n}×${tile.k} ${thread.m}×${thread.n}`;
}

function pickColumns(cases: readonly ListedCase[]): ColumnOf<ListedCase>[] {
  const gpus = cases[0]?.picks?.map(({ gpu }) => gpu) ?? [];
  return gpus.map((gpu, i) =>
    column(`on ${gpu}`, TEXT, ({ picks }) => {
      const pick = picks?.[i];
      return pick && pickText(pick);
    }),
  );
}

/** Consecutive cases of one suite and phase under one heading. */
function inOrder(cases: readonly ListedCase[]): { title: string; rows: ListedCase[] }[] {
  const groups: { title: string; rows: ListedCase[] }[] = [];
  for (const item of cases) {
    const title = `${item.suite} / ${item.phase}`;
    const open = groups.at(-1);
    if (open?.title === title) open.rows.push(item);
    else groups.push({ title, rows: [item] });
  }
  return groups;
}

export function listing({ cases, notServed, skips, totals }: Listing): Document {
  const left = countNotServed(notServed);
  const skipped = skips.map(({ id, reason }): Inline => [{ text: 'skipped', tone: 'warn' }, ` ${id}: ${reason}`]);
  const perToken = totals.map(({ suite, model, phase, flopPerToken: { linear, attentionPerKey: perKey } }) => {
    return `${suite} / ${phase}  ${model}: ${scaled(linear, 'FLOP')} linear, ${scaled(perKey, 'FLOP')} attention per key`;
  });
  return {
    summary: `${counted(cases.length, 'case')}${left > 0 ? `, ${left} not served` : ''}`,
    sections: [
      ...section(undefined, groupedTable([...LIST_COLUMNS, ...pickColumns(cases)], inOrder(cases))),
      ...notServedSection(notServed),
      ...section('cannot exist', lines(skipped)),
      ...section('FLOP per token', lines(perToken)),
      ...section(undefined, lines([READING], 'quiet')),
    ],
  };
}
