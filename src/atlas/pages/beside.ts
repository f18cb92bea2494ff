/** All machines beside one of them: mean rates of what is limited by the same thing. */
import { formatOf } from '../../gemm/formats/registry.ts';
import type { MeasuredRow } from '../../record/row.ts';
import { type Child, element } from '../../report/document/markup.ts';
import { fastestFirst, measuredOf, type Place, problemOf } from '../atlas.ts';
import { isCold, isOneRow, ONE_ROW_TEXT } from '../one-row.ts';
import { placeName } from '../rows.ts';
import { type BesideData, geomean, workOf } from '../site/compare-data.ts';
import { type Column, p, quiet, type View } from '../view.ts';

interface Group {
  readonly title: string;
  readonly holds: (row: MeasuredRow) => boolean;
}

/** What is limited by the same thing: rows and bits of weights. */
const GROUPS: readonly Group[] = [true, false].flatMap((isOne) =>
  [4, 8, 16, 32].map((bits) => ({
    title: `${bits}-bit, ${isOne ? '1 row' : 'more'}`,
    holds: (row: MeasuredRow) => isOneRow(row) === isOne && isCold(row) && formatOf(row.format.w).bits === bits,
  })),
);

/** By work, the seconds of the fastest row. */
type Best = ReadonlyMap<string, number>;

/** A machine's fastest rows, by group. */
function bestOf(place: Place): ReadonlyMap<Group, Best> {
  const best = new Map(GROUPS.map((group) => [group, new Map<string, number>()]));
  for (const { row } of fastestFirst(measuredOf(place))) {
    const group = GROUPS.find(({ holds }) => holds(row));
    const own = group && best.get(group);
    const work = workOf(problemOf(row));
    if (own && !own.has(work)) own.set(work, row.summary.medianSeconds);
  }
  return best;
}

/** Every machine relative to any of them. */
export class Beside {
  private readonly best: ReadonlyMap<Place, ReadonlyMap<Group, Best>>;
  private readonly groups: readonly Group[];

  constructor(readonly places: readonly Place[]) {
    this.best = new Map(places.map((place) => [place, bestOf(place)]));
    this.groups = GROUPS.filter((group) => places.some((place) => this.of(place, group).size > 0));
  }

  /** Columns of the table. */
  get titles(): string[] {
    return this.groups.map(({ title }) => title);
  }

  /** The machine with the most cases. */
  get reference(): Place | undefined {
    const count = (place: Place) => GROUPS.reduce((sum, group) => sum + this.of(place, group).size, 0);
    return [...this.places].sort((a, b) => count(b) - count(a))[0];
  }

  relativeTo(reference: Place): BesideData {
    const cells = (place: Place) =>
      this.groups.map((group) => meanText(this.of(reference, group), this.of(place, group)));
    return Object.fromEntries(this.places.map((place) => [place.machine, cells(place)]));
  }

  private of(place: Place, group: Group): Best {
    return this.best.get(place)?.get(group) ?? new Map();
  }
}

function meanText(own: Best, theirs: Best): string {
  const ratios = [...own].flatMap(([work, seconds]) => {
    const other = theirs.get(work);
    return other === undefined ? [] : [seconds / other];
  });
  return ratios.length === 0 ? '–' : `${geomean(ratios).toFixed(2)}×`;
}

/** As a machine is chosen. */
export const labelOf = ({ title, where }: Place): string => `${title} · ${where}`;

/** Beside the one with the most cases; the script puts the numbers of A in. */
export function besideOne(beside: Beside, view: View): Child[] {
  const { places, reference, titles } = beside;
  if (!reference || places.length < 2) return [p('There are no two machines to compare yet.')];
  const cells = beside.relativeTo(reference);
  const columns = titles.map(
    (title, i): Column<Place> => ({ metric: 'meanRatio', title, cell: ({ machine }) => cells[machine]?.[i] ?? '–' }),
  );
  return [
    quiet(
      'The ',
      view.term('meanRatio'),
      ' of the rates of B over those of A, where A is ',
      element('span', { id: 'reference' }, labelOf(reference)),
      `; by bits of the weights and rows of activations, over the cases that both have measured, each once however many suites have it, with operands that no cache holds. ${ONE_ROW_TEXT}`,
    ),
    view.table<Place>([{ title: 'machine', row: true, cell: (place) => placeName(view, place) }, ...columns], places, {
      caption: `Rates relative to ${labelOf(reference)}`,
      rowAttributes: ({ machine }) => ({ 'data-machine': machine }),
    }),
  ];
}
