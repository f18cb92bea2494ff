/**
 * The rules of a search: clearly slower candidates are dropped early, the rest is confirmed in fresh processes until differences
 * of the minimum effect can be resolved, or time is up. Looks are planned in advance, and the error of 5 % is split between them.
 * Stopping depends only on the noise and never on the order, so that it favours no candidate.
 */
import { seededRandom } from '../../stats/random.ts';
import { type Field, fitField, type Observation } from './field.ts';
import { Chance, type Standing, sharesOf, standings, type Weights } from './standing.ts';

export interface RaceRules {
  /** Processes after which clearly slower candidates are dropped; confirmation begins after the last of them. */
  readonly screens: readonly number[];
  /** Fresh processes after which slower candidates are dropped and the search may end. */
  readonly confirms: readonly number[];
  /** Relative difference that need not be resolved. */
  readonly minimumEffect: number;
  /** Probability of calling any of several equal candidates worse: at each screen, at each confirming look, at the end. */
  readonly errors: { readonly screen: number; readonly confirm: number; readonly end: number };
}

export const RACE_RULES: RaceRules = {
  screens: [2, 3, 4, 5, 6],
  confirms: [2, 4, 6, 9, 12, 15, 18, 21, 24, 28, 32, 36, 40],
  minimumEffect: 0.01,
  errors: { screen: 0.002, confirm: 0.0015, end: 0.02 },
};

export interface RaceState {
  /** Candidates still in it. */
  readonly running: readonly number[];
  /** Whether differences of the minimum effect can be resolved, or the last look is reached. */
  readonly done: boolean;
}

/** One measured table of candidates × GEMMs × processes. */
export interface RaceTable {
  readonly observations: readonly Observation[];
  readonly weights: Weights;
}

/** Whether processes are looked at after so many. */
export function isLook(processes: number, rules: RaceRules): boolean {
  const screened = rules.screens.at(-1) ?? 0;
  return rules.screens.includes(processes) || rules.confirms.includes(processes - screened);
}

/**
 * Selects the candidates that continue after a look. `kept`, the baseline, always continues, because the answer is compared with
 * it.
 *
 * @param running candidates that are still measured
 */
export function raceLook(
  table: RaceTable,
  running: readonly number[],
  processes: number,
  rules: RaceRules,
  kept: readonly number[] = [],
): RaceState {
  const screened = rules.screens.at(-1) ?? 0;
  const confirming = processes > screened;
  const view = viewOf(table, running, 0, processes);
  const error = confirming ? rules.errors.confirm : rules.errors.screen;
  const threshold = thresholdOf(view, error, rules);
  const best = Math.min(...view.standings.map(({ score }) => score));
  const left = new Set(
    view.standings.filter(({ score }) => score - best > threshold).map(({ candidate }) => candidate),
  );
  const going = running.filter((candidate) => !left.has(candidate) || kept.includes(candidate));
  const contesting = view.standings.filter(({ candidate }) => !left.has(candidate));
  if (!confirming) return { running: going, done: false };
  const resolution = view.chance.range(processes - screened, contesting.length, rules.errors.end);
  const last = processes - screened >= (rules.confirms.at(-1) ?? 0);
  return { running: going, done: last || resolution <= Math.log1p(rules.minimumEffect) };
}

export interface View {
  readonly field: Field;
  readonly chance: Chance;
  readonly standings: readonly Standing[];
  readonly processes: number;
}

/** The field, and the standings of `among` on processes from `from` on. */
export function viewOf(
  { observations, weights }: RaceTable,
  among: readonly number[],
  from: number,
  seed: number,
): View {
  const field = fitField(observations, weights.divisors.length, weights.times.length);
  const members = new Set(among);
  const all = standings(field, weights, (process) => process >= from).filter(({ candidate }) => members.has(candidate));
  const processes = Math.max(0, ...all.map((one) => one.processes));
  return { field, standings: all, processes, chance: new Chance(field, sharesOf(all), seededRandom(seed, all.length)) };
}

function thresholdOf({ chance, standings: all, processes }: View, error: number, { minimumEffect }: RaceRules): number {
  return Math.max(chance.range(processes, all.length, error), Math.log1p(minimumEffect));
}
