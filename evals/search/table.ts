/** What `npm run eval search` prints. */
import { lines, type Section, section, text } from '../../src/report/document/document.ts';
import { type ColumnOf, column, tableOf } from '../../src/report/document/table.ts';
import { FIGURES, TEXT } from '../../src/report/quantities.ts';
import { share } from '../../src/report/si.ts';
import { mean } from '../../src/stats/centre.ts';
import type { Verdict } from './play.ts';

export type Modes = 'contender' | 'process';

/** Shares and means over many searches. */
export interface SearchScore {
  readonly modes: Modes;
  readonly runs: number;
  readonly holdsBest: number;
  /** No winner is more than 2 % slower than the true best. */
  readonly clean: number;
  readonly splitsPlateau: number;
  readonly cost: number;
  readonly winners: number;
  readonly processes: number;
  readonly classicNotBest: number;
  readonly classicSlower: number;
  readonly classicWrongOfFive: number;
  readonly classicRepeatability: number;
}

export function scoreOf(modes: Modes, verdicts: readonly Verdict[]): SearchScore {
  const shareOf = (holds: (one: Verdict) => boolean) => verdicts.filter(holds).length / verdicts.length;
  const meanOf = (of: (one: Verdict) => number) => mean(verdicts.map(of));
  return {
    modes,
    runs: verdicts.length,
    holdsBest: shareOf(({ holdsBest }) => holdsBest),
    clean: shareOf(({ worstWinner }) => worstWinner <= 0.02),
    splitsPlateau: shareOf(({ splitsPlateau }) => splitsPlateau),
    cost: meanOf(({ cost }) => cost),
    winners: meanOf(({ winners }) => winners),
    processes: meanOf(({ processes }) => processes),
    classicNotBest: shareOf(({ classicSlower }) => classicSlower > 1e-9),
    classicSlower: shareOf(({ classicSlower }) => classicSlower > 0.02),
    classicWrongOfFive: meanOf(({ classicWrongOfFive }) => classicWrongOfFive),
    classicRepeatability: meanOf(({ classicRepeatability }) => classicRepeatability),
  };
}

interface Figure {
  readonly what: string;
  readonly required?: { readonly text: string; readonly holds: (score: SearchScore) => boolean };
  readonly show: (score: SearchScore) => string;
}

const FIGURES_SHOWN: readonly Figure[] = [
  {
    what: 'the winners include a true best width',
    required: { text: '≥ 95 %', holds: ({ holdsBest }) => holdsBest >= 0.95 },
    show: ({ holdsBest }) => share(holdsBest),
  },
  {
    what: 'no winner is more than 2 % slower than the best',
    required: { text: '≥ 90 %', holds: ({ clean }) => clean >= 0.9 },
    show: ({ clean }) => share(clean),
  },
  {
    what: 'two equal widths are put into different groups',
    required: { text: '≤ 5 %', holds: ({ splitsPlateau }) => splitsPlateau <= 0.05 },
    show: ({ splitsPlateau }) => share(splitsPlateau),
  },
  {
    what: 'visits, relative to measuring all widths equally',
    required: { text: '≤ 40 %', holds: ({ cost }) => cost <= 0.4 },
    show: ({ cost }) => share(cost),
  },
  { what: 'winners', show: ({ winners }) => winners.toFixed(1) },
  { what: 'processes', show: ({ processes }) => processes.toFixed(1) },
  { what: 'classic: its best is not a true best', show: ({ classicNotBest }) => share(classicNotBest) },
  { what: 'classic: its best is more than 2 % slower', show: ({ classicSlower }) => share(classicSlower) },
  { what: 'classic: of its five best, not truly best', show: ({ classicWrongOfFive: wrong }) => wrong.toFixed(1) },
  { what: 'classic: rank correlation of two runs', show: ({ classicRepeatability: r }) => r.toFixed(2) },
];

const TITLES: Readonly<Record<Modes, string>> = {
  contender: 'modes per pipeline',
  process: 'modes per process',
};

export function searchSections(scores: readonly SearchScore[]): Section[] {
  const columns: ColumnOf<Figure>[] = [
    column('', TEXT, ({ what }) => what),
    column('required', FIGURES, ({ required }) => required?.text),
    ...scores.map((score) => column(TITLES[score.modes], FIGURES, ({ show }: Figure) => show(score))),
  ];
  const missed = scores.flatMap((score) =>
    FIGURES_SHOWN.filter(({ required }) => required && !required.holds(score)).map(
      ({ what }) => `missed with ${TITLES[score.modes]}: ${what}`,
    ),
  );
  return section(
    undefined,
    text(
      `Shares or means over ${scores[0]?.runs} searches of 51 widths on a scripted device: 30 % slower at widths not divisible by 8, seven equal ` +
        'best widths, 0.06 % more time per unit of d_ff beyond them, 2 % drift, and one in five pipelines (or processes) 20 % slower for its whole ' +
        'life. The classic method takes the mean of one run in ascending order.',
    ),
    tableOf(columns, FIGURES_SHOWN),
    lines(missed, 'bad'),
  );
}

export function meetsAll(scores: readonly SearchScore[]): boolean {
  return scores.every((score) => FIGURES_SHOWN.every(({ required }) => !required || required.holds(score)));
}
