/** What is fast on a machine, in a line for each phase of each suite: the first thing that its page says. */

import type { MeasuredRow } from '../../record/row.ts';
import type { Child } from '../../report/document/markup.ts';
import { formatText } from '../../report/labels.ts';
import { bytesPerSecond, counted, percent } from '../../report/si.ts';
import { median } from '../../stats/centre.ts';
import { byProblem, fastestFirst, kernelOf, type Latest, type Place } from '../atlas.ts';
import { machinePath, machineSuitePath } from '../paths.ts';
import { rateText } from '../rows.ts';
import { section, type View } from '../view.ts';

type Measured = Latest<MeasuredRow>;

export interface PhaseRows {
  readonly suite: string;
  readonly phase: string;
  /** The fastest kernel of each problem. */
  readonly best: readonly Measured[];
}

/** In the order in which suites were measured. */
export function byPhase(rows: readonly Measured[]): PhaseRows[] {
  const phases = new Map<string, { suite: string; phase: string; best: Measured[] }>();
  for (const all of byProblem(rows).values()) {
    const [best] = fastestFirst(all);
    if (!best) continue;
    const { suite, phase } = best.row;
    const known = phases.get(`${suite}/${phase}`) ?? { suite, phase, best: [] };
    phases.set(`${suite}/${phase}`, known);
    known.best.push(best);
  }
  return [...phases.values()];
}

/** Where a phase's table is on its page. */
export const anchorOf = ({ suite, phase }: Pick<PhaseRows, 'suite' | 'phase'>): string =>
  `${suite}-${phase}`.replace(/[^A-Za-z0-9-]+/g, '-');

/** @param isSplit whether each suite has a page of its own */
export function fastSection({ machine }: Place, rows: readonly Measured[], isSplit: boolean, view: View): Child {
  const phases = byPhase(rows);
  if (phases.length === 0) return undefined;
  const pathOf = (suite: string) => (isSplit ? machineSuitePath(machine, suite) : machinePath(machine));
  return section(
    'What is fast',
    view.table<PhaseRows>(
      [
        {
          title: 'suite and phase',
          row: true,
          cell: (one) => view.link(`${pathOf(one.suite)}#${anchorOf(one)}`, `${one.suite} ${one.phase}`),
        },
        { metric: 'usual', text: true, cell: ({ best }) => usual(best) },
        { metric: 'rate', cell: ({ best }) => rateText(highest(best, ({ summary }) => summary.flopPerSecond).row) },
        {
          metric: 'bandwidth',
          cell: ({ best }) =>
            bytesPerSecond(highest(best, ({ summary }) => summary.bytesPerSecond).row.summary.bytesPerSecond),
        },
        { metric: 'roofline', cell: ({ best }) => rooflineText(best) },
        { title: 'shapes', cell: ({ best }) => counted(best.length, 'shape') },
      ],
      phases,
      { caption: 'Highest rate and bandwidth, median share of the roofline; all shapes behind the link', stack: true },
    ),
  );
}

/** `mxfp4-gemv for mxfp4·f32`: the kernel that is most often the fastest, in the format in which it is. */
function usual(best: readonly Measured[]): string {
  const counts = new Map<string, Measured[]>();
  for (const one of best) counts.set(kernelOf(one.row), [...(counts.get(kernelOf(one.row)) ?? []), one]);
  const [[name, own] = ['–', []]] = [...counts].sort(([, a], [, b]) => b.length - a.length);
  const formats = new Set(own.map(({ row }) => formatText(row)));
  const where = formats.size === 1 ? ` for ${[...formats][0]}` : '';
  if (own.length * 2 < best.length) return `none of ${counts.size}`;
  return best.length === own.length ? `${name}${where}` : `${name}${where}, ${own.length} of ${best.length}`;
}

function highest(best: readonly Measured[], of: (row: MeasuredRow) => number): Measured {
  return best.reduce((top, one) => (of(one.row) > of(top.row) ? one : top));
}

function rooflineText(best: readonly Measured[]): string {
  const shares = best.flatMap(({ row }) => row.summary.ofRoofline ?? []);
  return shares.length === 0 ? '–' : percent(median(shares));
}
