/** What is fast on a machine, in few lines for each phase of each suite: the first thing that its page says. */

import type { MeasuredRow } from '../../record/row.ts';
import type { Child } from '../../report/document/markup.ts';
import { formatText } from '../../report/labels.ts';
import { bytesPerSecond, counted, percent } from '../../report/si.ts';
import { median } from '../../stats/centre.ts';
import { byProblem, fastestFirst, kernelOf, type Latest, type Place } from '../atlas.ts';
import { filterField } from '../filter-field.ts';
import { machinePath, machineSuitePath } from '../paths.ts';
import { rateText } from '../rows.ts';
import { sectionAt, type View } from '../view.ts';

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

/** Cases of a phase that are fast for the same reason. */
interface Line extends PhaseRows {
  /** `1 row, mxfp4 weights` or `4 to 256 rows`. */
  readonly what: string;
  /** The kernel that is most often the fastest, and its cases; all cases where none is in half of them. */
  readonly usual: string;
  readonly own: readonly Measured[];
  /** Where it is fastest: of one row by bandwidth, of more by rate. */
  readonly top: Measured;
}

/** One row is limited by memory, so each format of weights has a line of its own. */
function linesOf(phase: PhaseRows): Line[] {
  const isOne = (one: Measured) => rowsOf(one) === 1;
  const formats = new Set(phase.best.filter(isOne).map(({ row }) => row.format.w));
  const ofOne = [...formats].map((w) => ({
    what: `1 row, ${w} weights`,
    best: phase.best.filter((one) => isOne(one) && one.row.format.w === w),
    of: (one: Measured) => one.row.summary.bytesPerSecond,
  }));
  const more = phase.best.filter((one) => !isOne(one));
  const counts = more.map(rowsOf);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const ofMore = {
    what: least === most ? `${most} rows` : `${least} to ${most} rows`,
    best: more,
    of: (one: Measured) => one.row.summary.flopPerSecond,
  };
  return [...ofOne, ...(more.length > 0 ? [ofMore] : [])].map(({ what, best, of }) => {
    const { usual, own } = usualOf(best);
    return { ...phase, what, best, usual, own, top: highest(own, of) };
  });
}

/** Rows of A for one matrix of weights: an expert's, where there are several. */
const rowsOf = ({ row: { shape, groups } }: Measured): number => (groups ? Math.max(...groups.rows) : shape.m);

/** @param isSplit whether each suite has a page of its own */
export function fastSection({ machine }: Place, rows: readonly Measured[], isSplit: boolean, view: View): Child {
  const lines = byPhase(rows).flatMap(linesOf);
  if (lines.length === 0) return undefined;
  const pathOf = (suite: string) => (isSplit ? machineSuitePath(machine, suite) : machinePath(machine));
  return sectionAt(
    view.alone ? undefined : 'fast',
    'What is fast',
    !view.alone && lines.length > 5 && filterField('fast', 'decode mxfp4 …'),
    view.table<Line>(
      [
        {
          title: 'suite, phase, rows',
          row: true,
          cell: (one) => [view.link(`${pathOf(one.suite)}#${anchorOf(one)}`, titleOf(one)), `: ${one.what}`],
        },
        { metric: 'usual', text: true, cell: ({ usual }) => usual },
        { metric: 'rate', cell: ({ top }) => rateText(top.row) },
        { metric: 'bandwidth', cell: ({ top }) => bytesPerSecond(top.row.summary.bytesPerSecond) },
        { metric: 'roofline', cell: ({ own }) => rooflineText(own) },
        { title: 'shapes', cell: ({ best }) => counted(best.length, 'shape') },
      ],
      lines,
      {
        caption:
          'Rate and bandwidth of the shape on which that kernel is fastest: by bandwidth for one row, by rate for more; the median share of the roofline',
      },
    ),
  );
}

const titleOf = ({ suite, phase }: PhaseRows): string => (suite === phase ? suite : `${suite} ${phase}`);

/** `mxfp4-gemv for mxfp4·f32`: with the format in which it is the fastest, if that is one. */
function usualOf(best: readonly Measured[]): Pick<Line, 'usual' | 'own'> {
  const counts = new Map<string, Measured[]>();
  for (const one of best) counts.set(kernelOf(one.row), [...(counts.get(kernelOf(one.row)) ?? []), one]);
  const [[name, own] = ['–', []]] = [...counts].sort(([, a], [, b]) => b.length - a.length);
  if (own.length * 2 < best.length) return { usual: `none of ${counts.size}`, own: best };
  const formats = new Set(own.map(({ row }) => formatText(row)));
  const where = formats.size === 1 ? ` for ${[...formats][0]}` : '';
  const share = best.length === own.length ? '' : `, ${own.length} of ${best.length}`;
  return { usual: `${name}${where}${share}`, own };
}

function highest(best: readonly Measured[], of: (one: Measured) => number): Measured {
  return best.reduce((top, one) => (of(one) > of(top) ? one : top));
}

function rooflineText(best: readonly Measured[]): string {
  const shares = best.flatMap(({ row }) => row.summary.ofRoofline ?? []);
  return shares.length === 0 ? '–' : percent(median(shares));
}
