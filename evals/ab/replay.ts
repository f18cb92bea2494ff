/** Whole comparisons replayed on a pool of real processes, and how often they were right. */

import { type AbDecision, type AbVerdict, decide } from '../../src/judge/ab/ab.ts';
import type { AbRules } from '../../src/judge/ab/rules.ts';
import { below, type Random } from '../../src/stats/random.ts';
import { blockOf, type Head, type Pool } from './pool.ts';

/** Cases with a lower A/A floor should be decided; noisier ones may stay unclear. */
export const QUIET_FLOOR = 0.015;

type Shares = Record<AbVerdict, number>;

/** Shares of decisions, of all and of those at quiet cases. */
export interface CaseScore {
  readonly name: string;
  readonly all: Shares;
  readonly quiet: Shares;
  /** Share of replays in which the case was quiet. */
  readonly quietShare: number;
}

export interface HeadScore {
  readonly head: Head;
  readonly replays: number;
  /** Share of whole comparisons with at least one `slower`, one `faster`. */
  readonly anySlower: number;
  readonly anyFaster: number;
  readonly anyEither: number;
  readonly total: Omit<CaseScore, 'name'>;
  readonly cases: readonly CaseScore[];
  /** Mean processes of a comparison, and the share that ended at each look. */
  readonly processes: number;
  readonly endedAt: readonly { readonly processes: number; readonly share: number }[];
}

interface Tally {
  readonly all: Shares;
  readonly quiet: Shares;
  count: number;
  quietCount: number;
}

/** Replays `replays` comparisons of base and `head`, each on processes in a row from a random one on. Throws RangeError for a pool that is too small. */
export function scoreHead(
  pool: Pool,
  head: Head,
  rules: Omit<AbRules, 'cases'>,
  replays: number,
  random: Random,
): HeadScore {
  const series = pool.series[head];
  const available = series[0]?.length ?? 0;
  const longest = rules.looks.at(-1) ?? 0;
  if (available < longest)
    throw new RangeError(`${head}: ${available} processes in the pool; a comparison takes up to ${longest}`);
  const shared = { ...rules, cases: series.length };
  const tallies = series.map(newTally);
  const ends = new Map<number, number>();
  let [slower, faster, either, processes] = [0, 0, 0, 0];
  for (let i = 0; i < replays; i++) {
    const start = below(available, random);
    const decisions = series.map((one) => decide({ processes: blockOf(one, start, longest), noise: [] }, shared));
    for (const [c, decision] of decisions.entries()) count(tallies[c] as Tally, decision);
    const has = (verdict: AbVerdict) => decisions.some((decision) => decision.verdict === verdict);
    slower += Number(has('slower'));
    faster += Number(has('faster'));
    either += Number(has('slower') || has('faster'));
    const spent = Math.max(...decisions.map((decision) => decision.processes));
    processes += spent;
    ends.set(spent, (ends.get(spent) ?? 0) + 1);
  }
  return {
    head,
    replays,
    anySlower: slower / replays,
    anyFaster: faster / replays,
    anyEither: either / replays,
    total: sharesOf(tallies.reduce(added, newTally())),
    cases: tallies.map((tally, c) => ({ name: pool.cases[c] ?? '', ...sharesOf(tally) })),
    processes: processes / replays,
    endedAt: rules.looks.map((look) => ({ processes: look, share: (ends.get(look) ?? 0) / replays })),
  };
}

function newTally(): Tally {
  const none = (): Shares => ({ slower: 0, faster: 0, same: 0, unclear: 0 });
  return { all: none(), quiet: none(), count: 0, quietCount: 0 };
}

function count(tally: Tally, { verdict, floor }: AbDecision): void {
  tally.all[verdict]++;
  tally.count++;
  if (floor === null || floor >= QUIET_FLOOR) return;
  tally.quiet[verdict]++;
  tally.quietCount++;
}

function added(a: Tally, b: Tally): Tally {
  const sum = (x: Shares, y: Shares): Shares => ({
    slower: x.slower + y.slower,
    faster: x.faster + y.faster,
    same: x.same + y.same,
    unclear: x.unclear + y.unclear,
  });
  return {
    all: sum(a.all, b.all),
    quiet: sum(a.quiet, b.quiet),
    count: a.count + b.count,
    quietCount: a.quietCount + b.quietCount,
  };
}

function sharesOf({ all, quiet, count: of, quietCount }: Tally): Omit<CaseScore, 'name'> {
  const share = (counts: Shares, whole: number): Shares => ({
    slower: counts.slower / whole,
    faster: counts.faster / whole,
    same: counts.same / whole,
    unclear: counts.unclear / whole,
  });
  return { all: share(all, of), quiet: share(quiet, quietCount), quietShare: quietCount / of };
}
