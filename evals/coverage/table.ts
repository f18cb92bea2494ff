/** What `npm run eval coverage` prints. */
import { type Section, section, text } from '../../src/report/document/document.ts';
import { type ColumnOf, column, tableOf } from '../../src/report/document/table.ts';
import { FIGURES, SHARE, TEXT } from '../../src/report/quantities.ts';
import { share } from '../../src/report/si.ts';
import type { Coverage } from './runs.ts';

const COLUMNS: readonly ColumnOf<Coverage>[] = [
  column('noise between processes', TEXT, ({ scenario }) => scenario),
  column('interval contains the truth', SHARE, ({ covered }) => covered),
  column('median half-width', FIGURES, ({ medianHalfWidth }) => `±${share(medianHalfWidth)}`),
  column('median processes', FIGURES, ({ medianProcesses }) => String(medianProcesses)),
];

export function coverageSections(found: readonly Coverage[]): Section[] {
  return section(
    undefined,
    text(
      `${found[0]?.runs} whole runs of one case for each kind of noise, on scripted devices, with the planned looks of a run. The truth is the ` +
        'median over the processes of independent runs. A 95 % interval should contain it in 95 % of runs.',
    ),
    tableOf(COLUMNS, found),
  );
}
