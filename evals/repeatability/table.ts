/** What `npm run eval repeatability` prints. */
import { lines, type Section, section, text } from '../../src/report/document/document.ts';
import { type ColumnOf, column, tableOf } from '../../src/report/document/table.ts';
import { FIGURES, SHARE, TEXT } from '../../src/report/quantities.ts';
import { share } from '../../src/report/si.ts';

export interface Disagreement {
  readonly method: string;
  /** Share of pairs of runs whose intervals do not overlap. */
  readonly apart: number;
  /** Median over runs of the interval's relative half-width. */
  readonly halfWidth: number;
}

export interface Repeatability {
  readonly adapter: string;
  readonly runs: number;
  /** Over all cases. */
  readonly methods: readonly Disagreement[];
  readonly cases: readonly (Disagreement & { readonly name: string })[];
}

const COLUMNS: readonly ColumnOf<Disagreement>[] = [
  column('method', TEXT, ({ method }) => method),
  column('pairs of intervals that do not overlap', SHARE, ({ apart }) => apart),
  column('median half-width', FIGURES, ({ halfWidth }) => `±${share(halfWidth)}`),
];

export function repeatabilitySections({ adapter, runs, methods, cases }: Repeatability): Section[] {
  const byCase: ColumnOf<Repeatability['cases'][number]>[] = [column('case', TEXT, ({ name }) => name), ...COLUMNS];
  return [
    ...section(
      undefined,
      text(
        `${runs} whole runs of six short cases with hot operands. The naive protocol is the mean of the samples of one process ± 1.96 standard ` +
          'errors. Intervals of one and the same time should overlap.',
      ),
      tableOf(COLUMNS, methods),
    ),
    ...section('By case', tableOf(byCase, cases)),
    ...section(undefined, lines([`adapter: ${adapter}`])),
  ];
}
