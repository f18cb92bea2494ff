/** docs/faults.md: what scenarios left, as tables. */
import { type Document, section, text, withCode } from '../../src/report/document/document.ts';
import { type ColumnOf, column, type Quantity, tableOf } from '../../src/report/document/table.ts';
import type { Outcome } from './scenario.ts';
import { GROUPS } from './scenarios.ts';

const ABOUT =
  'Faults made to happen to real runs on the embedded adapter, and what became of them. `npm run eval fault-matrix -- --write` makes ' +
  'this page, and a test compares it with what happens. Beside a record lie its CSV, its samples and the facts of its machine; ' +
  'of a run that is not finished there is a journal of finished visits.';

const PROSE: Quantity<string> = { align: 'left', show: withCode };

const COLUMNS: readonly ColumnOf<Outcome>[] = [
  column('what happens', PROSE, ({ fault }) => fault),
  column('rows in the record', PROSE, ({ rows }) => rows),
  column('first message', PROSE, ({ message }) => message),
  column('exit code', PROSE, ({ exit }) => exit),
  column('on disk', PROSE, ({ left }) => left),
  column('afterwards', PROSE, ({ after }) => after),
];

export function faultsDocument(outcomes: readonly Outcome[]): Document {
  const of = (faults: readonly string[]) => outcomes.filter(({ fault }) => faults.includes(fault));
  return {
    title: 'What happens when',
    sections: [
      ...section(undefined, text(withCode(ABOUT))),
      ...GROUPS.flatMap(({ title, about, scenarios }) => {
        const rows = of(scenarios.flatMap(({ faults }) => faults));
        return rows.length === 0 ? [] : section(title, text(withCode(about)), tableOf(COLUMNS, rows));
      }),
    ],
  };
}
