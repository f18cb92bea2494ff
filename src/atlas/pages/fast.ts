/** What is fast on a machine, in few lines for each phase of each suite: the first thing that its page says. */

import type { MeasuredRow } from '../../record/row.ts';
import type { Child } from '../../report/document/markup.ts';
import { formatText } from '../../report/labels.ts';
import { bytesPerSecond, counted, percent } from '../../report/si.ts';
import { byProblem, fastestFirst, kernelOf, type Latest, type Place } from '../atlas.ts';
import { wrongMark } from '../failures.ts';
import { filterField, wordsFor } from '../filter-field.ts';
import { isCold, isOneRow, ONE_ROW_TEXT, rowsOf } from '../one-row.ts';
import { machinePath, machineSuitePath } from '../paths.ts';
import { problemLink, rateText, spreadText } from '../rows.ts';
import { quiet, sectionAt, type View } from '../view.ts';

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
  /** The kernel that is most often the fastest; null where none is in half of the cases. */
  readonly kernel: string | null;
  /** The same in words, with the format and the number of cases. */
  readonly usual: string;
  /** The best case: of one row by bandwidth, of more by rate. */
  readonly top: Measured;
}

/** One row is limited by memory, so each format of weights has a line of its own. What caches may hold is apart. */
function linesOf(phase: PhaseRows): Line[] {
  return [true, false].flatMap((cold) => {
    const best = phase.best.filter(({ row }) => isCold(row) === cold);
    return linesOfAlike({ ...phase, best }, cold ? '' : ', hot');
  });
}

function linesOfAlike(phase: PhaseRows, about: string): Line[] {
  const one = phase.best.filter(({ row }) => isOneRow(row));
  const formats = new Set(one.map(({ row }) => row.format.w));
  const ofOne = [...formats].map((w) => ({
    what: `1 row, ${w} weights${about}`,
    best: one.filter(({ row }) => row.format.w === w),
    of: ({ row }: Measured) => row.summary.bytesPerSecond,
  }));
  const more = phase.best.filter(({ row }) => !isOneRow(row));
  const counts = more.map(({ row }) => rowsOf(row));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const ofMore = {
    what: `${least === most ? most : `${least} to ${most}`} rows${about}`,
    best: more,
    of: ({ row }: Measured) => row.summary.flopPerSecond,
  };
  return [...ofOne, ...(more.length > 0 ? [ofMore] : [])].map(({ what, best, of }) => ({
    ...{ ...phase, what, best, ...usualOf(best), top: highest(best, of) },
  }));
}

/** @param isSplit whether each suite has a page of its own */
export function fastSection(place: Place, rows: readonly Measured[], isSplit: boolean, view: View): Child {
  const { machine } = place;
  const lines = byPhase(rows).flatMap(linesOf);
  if (lines.length === 0) return undefined;
  const pathOf = (suite: string) => (isSplit ? machineSuitePath(machine, suite) : machinePath(machine));
  return sectionAt(
    view.alone ? undefined : 'fast',
    'What is fast',
    !view.alone && lines.length > 5 && filterField('fast', 'decode 4-bit …', suitesText(lines)),
    view.table<Line>(
      [
        {
          title: 'suite, phase, rows',
          row: true,
          cell: (one) => [view.link(`${pathOf(one.suite)}#${anchorOf(one)}`, phaseTitle(one)), `: ${one.what}`],
        },
        {
          metric: 'usual',
          text: true,
          cell: ({ usual, kernel }) => [usual, kernel !== null && wrongMark(place, kernel, view)],
        },
        { title: 'best shape', wide: true, cell: (one) => topCell(one, place, view) },
        { metric: 'rate', cell: ({ top }) => rateText(top.row) },
        { metric: 'bandwidth', cell: ({ top }) => bytesPerSecond(top.row.summary.bytesPerSecond) },
        { metric: 'interval', cell: ({ top }) => spreadText(top.row) },
        { metric: 'roofline', cell: ({ top }) => shareText(top.row.summary.ofRoofline) },
        { title: 'shapes', cell: ({ best }) => counted(best.length, 'shape') },
      ],
      lines,
      {
        caption: `Rate, bandwidth, interval and share of the roofline are those of the best shape: by bandwidth for one row, by rate for more`,
        rowAttributes: ({ best }) => ({ 'data-words': wordsFor(best.map(({ row }) => row.format.w)) }),
      },
    ),
    quiet(ONE_ROW_TEXT),
  );
}

/** `the suites gate, quick`. */
const suitesText = (lines: readonly Line[]): string =>
  `the suites ${[...new Set(lines.map(({ suite }) => suite))].join(', ')}`;

const shareText = (share: number | undefined): string => (share === undefined ? '–' : percent(share));

/** The case whose numbers the line has, with its kernel where that is another than the usual. */
function topCell({ top, kernel }: Line, place: Place, view: View): Child {
  const name = kernelOf(top.row);
  const other = name === kernel ? [] : [`, ${name}`, wrongMark(place, name, view)];
  return [problemLink(view, top.row, place.machine), ` ${formatText(top.row)}`, ...other];
}

export const phaseTitle = ({ suite, phase }: Pick<PhaseRows, 'suite' | 'phase'>): string =>
  suite === phase ? suite : `${suite} ${phase}`;

/** `mxfp4-gemv for mxfp4·f32`: with the format in which it is the fastest, if that is one. */
function usualOf(best: readonly Measured[]): Pick<Line, 'usual' | 'kernel'> {
  const counts = new Map<string, Measured[]>();
  for (const one of best) counts.set(kernelOf(one.row), [...(counts.get(kernelOf(one.row)) ?? []), one]);
  const [[name, own] = ['–', []]] = [...counts].sort(([, a], [, b]) => b.length - a.length);
  if (own.length * 2 < best.length) return { usual: `none of ${counts.size}`, kernel: null };
  const formats = new Set(own.map(({ row }) => formatText(row)));
  const where = formats.size === 1 ? ` for ${[...formats][0]}` : '';
  const share = best.length === own.length ? '' : `, ${own.length} of ${best.length}`;
  return { usual: `${name}${where}${share}`, kernel: name };
}

function highest(best: readonly Measured[], of: (one: Measured) => number): Measured {
  return best.reduce((top, one) => (of(one) > of(top) ? one : top));
}
