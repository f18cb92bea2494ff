/** What `npm run eval ab` and `ab-live` print. */
import { lines, type Section, section, text, withCode } from '../../src/report/document/document.ts';
import { type ColumnOf, column, tableOf } from '../../src/report/document/table.ts';
import { COUNT, FIGURES, SHARE, TEXT } from '../../src/report/quantities.ts';
import { share } from '../../src/report/si.ts';
import type { Head } from './pool.ts';
import { type HeadScore, QUIET_FLOOR } from './replay.ts';

export interface AbFound {
  readonly adapter: string;
  readonly cases: readonly string[];
  /** Processes in the pool, by head. */
  readonly processes: Readonly<Record<Head, number>>;
  /** Shares of processes in which a head of equal work was slower than base and twin, between them, faster than both. */
  readonly steps: { readonly slower: number; readonly between: number; readonly faster: number };
  /** Median wall seconds of a process. */
  readonly processSeconds: number;
  readonly scores: readonly HeadScore[];
  /** Median ratio over all processes of the pool, by head and case. */
  readonly truth: readonly (readonly number[])[];
}

interface Line {
  readonly score: HeadScore;
  readonly truth: readonly number[];
  readonly processSeconds: number;
}

const RIGHT = 'right where the floor is below';
const range = (values: readonly number[]) => {
  const [low, high] = [Math.min(...values) - 1, Math.max(...values) - 1];
  return `${(100 * low).toFixed(1)} … ${(100 * high).toFixed(1)} %`;
};

const HEADS: readonly ColumnOf<Line>[] = [
  column('head', TEXT, ({ score }) => score.head),
  column('true change', FIGURES, ({ truth }) => range(truth)),
  column('slower', SHARE, ({ score }) => score.total.all.slower),
  column('faster', SHARE, ({ score }) => score.total.all.faster),
  column('same', SHARE, ({ score }) => score.total.all.same),
  column('unclear', SHARE, ({ score }) => score.total.all.unclear),
  column(`${RIGHT} ${share(QUIET_FLOOR)}`, SHARE, ({ score: { head, total } }) =>
    head === 'equal' ? total.quiet.same : total.quiet.slower,
  ),
  column('any slower or faster', SHARE, ({ score }) => score.anyEither),
  column('processes', FIGURES, ({ score }) => score.processes.toFixed(1)),
  column('seconds', FIGURES, ({ score, processSeconds }) => (score.processes * processSeconds).toFixed(0)),
];

interface CaseLine {
  readonly name: string;
  readonly cells: readonly number[];
}

/** Shares of the right verdict, by case and head. */
function caseLines({ scores, cases }: AbFound): CaseLine[] {
  return cases.map((name, c) => ({
    name,
    cells: scores.map(
      ({ head, cases: own }) => (head === 'equal' ? own[c]?.all.same : own[c]?.all.slower) ?? Number.NaN,
    ),
  }));
}

export function abSections(found: AbFound): Section[] {
  const { adapter, processes, steps, scores, truth, processSeconds, cases } = found;
  const rows = scores.map((score, i) => ({ score, truth: truth[i] ?? [], processSeconds }));
  const counts = Object.entries(processes).map(([head, count]) => `${count} ${head}`);
  const columns = [
    column('case', TEXT, ({ name }: CaseLine) => name),
    ...scores.map(({ head }, i) => column(head, SHARE, ({ cells }: CaseLine) => cells[i])),
  ];
  return [
    ...section(
      undefined,
      text(
        `${scores[0]?.replays} whole comparisons of ${cases.length} cases for each head, each on consecutive processes of a recorded pool from a random one on. ` +
          'The head is a different text of equal work, or one slowed on purpose. The shares are of cases.',
      ),
      tableOf(HEADS, rows),
    ),
    ...section('Right verdicts by case', tableOf(columns, caseLines(found))),
    ...section(
      undefined,
      lines([
        `pool: ${counts.join(', ')} processes on ${adapter}`,
        `equal work was slower than base and twin in ${share(steps.slower)} of processes, between them in ${share(steps.between)}, faster in ${share(steps.faster)}; the test assumes a third each`,
      ]),
    ),
  ];
}

export interface LiveFound {
  readonly adapter: string;
  readonly heads: readonly {
    readonly head: Head;
    readonly comparisons: number;
    /** Verdicts over all cases. */
    readonly slower: number;
    readonly faster: number;
    readonly same: number;
    readonly unclear: number;
    /** Cases whose A/A floor was small, and how many of them had the right verdict. */
    readonly quiet: number;
    readonly right: number;
    /** Wall seconds of a comparison, shortest and longest. */
    readonly seconds: readonly [number, number];
  }[];
}

type LiveHead = LiveFound['heads'][number];

const LIVE: readonly ColumnOf<LiveHead>[] = [
  column('head', TEXT, ({ head }) => head),
  column('comparisons', COUNT, ({ comparisons }) => comparisons),
  ...(['slower', 'faster', 'same', 'unclear'] as const).map((verdict) =>
    column(verdict, COUNT, (one: LiveHead) => one[verdict]),
  ),
  column(`${RIGHT} ${share(QUIET_FLOOR)}`, FIGURES, ({ right, quiet }) => `${right} of ${quiet}`),
  column('seconds', FIGURES, ({ seconds: [low, high] }) => `${low} … ${high}`),
];

export function liveSections({ adapter, heads }: LiveFound): Section[] {
  return section(
    undefined,
    text(withCode('Whole `compare` commands on the same cases and heads. The counts are of cases.')),
    tableOf(LIVE, heads),
    lines([`adapter: ${adapter}`]),
  );
}
