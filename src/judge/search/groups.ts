/** The answer of a search: candidates in groups, each the set that cannot be distinguished from the best of those that are left. */
import type { RaceRules, RaceTable } from './race.ts';
import { viewOf } from './race.ts';
import type { Chance, Standing } from './standing.ts';

export interface Placed extends Standing {
  /** From 0, the best. */
  readonly group: number;
  /** Whether it is based on fresh processes after screening. */
  readonly confirmed: boolean;
  /** 95 % interval of the total seconds relative to the other candidates; process effects cancel. */
  readonly interval: readonly [low: number, high: number];
  /** The same by GEMM. */
  readonly intervals: readonly (readonly [low: number, high: number])[];
}

export interface Answer {
  /** Best score first. */
  readonly placed: readonly Placed[];
  /** Candidates of each group, best score first. */
  readonly groups: readonly (readonly number[])[];
  /** Smallest relative difference in time per parameter that this experiment resolves among the finalists. */
  readonly resolution: number;
}

/** With fewer fresh processes than this, the answer uses all processes and is unconfirmed. */
const FEWEST_FRESH = 4;

/**
 * Groups all candidates that were measured.
 *
 * @param running the finalists; they are based on the fresh processes only, if there are enough
 * @param screened processes of the screens
 */
export function answerOf(
  table: RaceTable,
  running: readonly number[],
  screened: number,
  processes: number,
  rules: RaceRules,
): Answer {
  const everyone = viewOf(table, [...table.weights.divisors.keys()], 0, processes);
  const again = processes > screened ? viewOf(table, running, screened, processes).standings : [];
  const enough = again.length === running.length && again.every((one) => one.processes >= FEWEST_FRESH);
  const fresh = new Map((enough ? again : []).map((one) => [one.candidate, one]));
  const { chance } = everyone;
  const all = everyone.standings.map((one) => fresh.get(one.candidate) ?? one).sort((a, b) => a.score - b.score);
  const finalists = fresh.size > 0 ? all.filter(({ candidate }) => fresh.has(candidate)) : all;
  const groups = groupsOf(finalists, all, chance, rules);
  const most = Math.max(0, ...finalists.map((one) => one.processes));
  return {
    placed: all.map((one) => place(one, groups, chance, fresh.has(one.candidate))),
    groups,
    resolution: Math.max(Math.expm1(chance.range(most, finalists.length, rules.errors.end)), rules.minimumEffect),
  };
}

/** The first group contains only finalists; candidates that were dropped are known to be slower. */
function groupsOf(
  finalists: readonly Standing[],
  all: readonly Standing[],
  chance: Chance,
  rules: RaceRules,
): number[][] {
  const groups: number[][] = [];
  const grouped = new Set<number>();
  for (let pool = finalists; pool.length > 0; pool = all.filter(({ candidate }) => !grouped.has(candidate))) {
    const [best] = pool;
    if (!best) break;
    const ties = pool.filter(
      (one) => one.score - best.score <= threshold(one, best, chance, { ...rules, candidates: pool.length }),
    );
    groups.push(ties.map(({ candidate }) => candidate));
    for (const { candidate } of ties) grouped.add(candidate);
  }
  return groups;
}

/** Between two with different numbers of processes: the root mean square of the two resolutions. */
function threshold(
  one: Standing,
  best: Standing,
  chance: Chance,
  { candidates, errors, minimumEffect }: RaceRules & { candidates: number },
): number {
  const range = (processes: number) => chance.range(processes, candidates, errors.end);
  const between =
    one.processes === best.processes
      ? range(one.processes)
      : Math.hypot(range(one.processes), range(best.processes)) / Math.SQRT2;
  return Math.max(between, Math.log1p(minimumEffect));
}

function place(one: Standing, groups: readonly (readonly number[])[], chance: Chance, confirmed: boolean): Placed {
  const around = (seconds: number, [low, high]: readonly [number, number]) =>
    [seconds * Math.exp(low), seconds * Math.exp(high)] as const;
  return {
    ...one,
    group: groups.findIndex((group) => group.includes(one.candidate)),
    confirmed,
    interval: around(one.total, chance.interval(one.processes)),
    intervals: one.seconds.map((seconds, gemm) => around(seconds, chance.interval(one.processes, gemm))),
  };
}
