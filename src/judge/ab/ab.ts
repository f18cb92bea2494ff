/**
 * The decision of an A/B comparison: a pure function of the ratios of each process. It uses only orders and ranks, because
 * processes come in modes: a few differ by 20 % for their whole life, which would distort a mean.
 *
 * - `slower`, `faster`: significant by a test over planned looks, whose error is exact over all looks and divided by the number
 *   of cases; and the median ratio is beyond the minimum effect; and beyond the A/A floor of the case. Or gross: in each of the
 *   first processes further from both the base and its twin than equal pipelines ever are.
 * - `same`: the interval of the median ratio lies within ± the minimum effect.
 * - otherwise `unclear`.
 *
 * The test: base, its twin and head are three contenders of a process. If nothing changed, each is equally likely to be the
 * slowest and the fastest. So the number of processes in which the head was slower than both, minus those in which it was faster
 * than both, is a random walk with steps +1, 0, −1 of probability 1/3 each. The twin, which the floor needs anyway, gives it the
 * power of a sign test with 1.5 times the processes. Base and twin have the same text and the head another: effects of the text
 * that last for a whole process would make steps of 0 rarer. On recorded processes of equal work they are not (`npm run eval
 * ab`).
 *
 * A verdict is final at its look; later processes of that case are ignored.
 */

import { median } from '../../stats/centre.ts';
import { medianInterval } from '../../stats/summary.ts';
import { floorOf } from './floor.ts';
import { type AbRules, boundsOf, checkRules } from './rules.ts';

export type AbVerdict = 'slower' | 'faster' | 'same' | 'unclear';

/** Ratios of time in one process. */
export interface AbProcess {
  readonly headToBase: number;
  /** Null where no twin of the base ran beside it. */
  readonly headToTwin: number | null;
  readonly twinToBase: number | null;
}

export interface AbDecision {
  readonly verdict: AbVerdict;
  /** Median of head time / base time. NaN before the first process. */
  readonly ratio: number;
  /** Distribution-free interval of the median ratio; smallest and largest ratio before the first look. */
  readonly interval: readonly [low: number, high: number];
  /** A/A noise of this many processes; null when there was no A/A experiment. */
  readonly floor: number | null;
  /** Processes that the decision is based on. */
  readonly processes: number;
  /** Whether more processes cannot change it. */
  readonly final: boolean;
  readonly reason: string;
}

export interface AbCase {
  /** In order of measurement. */
  readonly processes: readonly AbProcess[];
  /** Ratios of a separate A/A experiment of this case; empty for none. */
  readonly noise: readonly number[];
}

/** Head time / base time as one process shows it: against the base, and its twin where there is one. */
export function ratioOf({ headToBase, headToTwin }: AbProcess): number {
  return headToTwin === null ? headToBase : Math.sqrt(headToBase * headToTwin);
}

/** Decides one case. Throws RangeError for inconsistent rules or invalid ratios. */
export function decide({ processes, noise }: AbCase, rules: AbRules): AbDecision {
  checkRules(rules);
  checkRatios(processes);
  const twins = haveTwins(processes);
  const bounds = boundsOf(rules, twins);
  const found = twins ? gross(processes, noise, rules) : null;
  if (found) return found;
  const reached = rules.looks.filter((look) => look <= processes.length);
  let decision = early(processes, rules);
  for (const [i, look] of reached.entries()) {
    const last = i === rules.looks.length - 1;
    decision = atLook(processes.slice(0, look), noise, {
      rules,
      twins,
      bound: bounds[i] ?? Number.POSITIVE_INFINITY,
      confidence: rules.confidence[i] ?? 0.95,
    });
    if (decision.final || last) return { ...decision, final: true };
  }
  return decision;
}

/** Null unless the first processes are decisive. */
function gross(processes: readonly AbProcess[], noise: readonly number[], { gross: rule }: AbRules): AbDecision | null {
  if (!rule || processes.length < rule.processes) return null;
  const first = processes.slice(0, rule.processes);
  const beyond = Math.log(rule.ratio);
  const excess = first.flatMap(({ headToBase, headToTwin }) => [Math.log(headToBase), Math.log(headToTwin ?? 1)]);
  const verdict = excess.every((log) => log > beyond)
    ? 'slower'
    : excess.every((log) => log < -beyond)
      ? 'faster'
      : null;
  if (verdict === null) return null;
  const ratios = first.map(ratioOf);
  return {
    verdict,
    ratio: median(ratios),
    interval: [Math.min(...ratios), Math.max(...ratios)],
    floor: floorAt(first, noise),
    processes: first.length,
    final: true,
    reason: `more than ${rule.ratio} times ${verdict} than both the base and its twin in each of ${first.length} processes`,
  };
}

export function haveTwins(processes: readonly AbProcess[]): boolean {
  return processes.every(({ headToTwin }) => headToTwin !== null);
}

interface Look {
  readonly rules: AbRules;
  /** Whether every process had a twin. */
  readonly twins: boolean;
  readonly bound: number;
  readonly confidence: number;
}

function atLook(processes: readonly AbProcess[], noise: readonly number[], look: Look): AbDecision {
  const { minimumEffect } = look.rules;
  const ratios = processes.map(ratioOf);
  const ratio = median(ratios);
  const interval = medianInterval(
    [...ratios].sort((a, b) => a - b),
    look.confidence,
  );
  const floor = floorAt(processes, noise);
  const facts = { ratio, interval, floor, processes: processes.length };
  const settled = (verdict: AbVerdict, reason: string) => ({ ...facts, verdict, final: verdict !== 'unclear', reason });
  const effect = Math.abs(Math.log(ratio));
  const { lead, evidence } = tally(processes, ratio > 1 ? 1 : -1, look.twins);
  const clear = lead >= look.bound;
  if (clear && effect > Math.log1p(minimumEffect)) {
    if (floor === null) return settled('unclear', `${evidence}, but the A/A floor of this case is unknown`);
    if (effect > Math.log1p(floor)) return settled(ratio > 1 ? 'slower' : 'faster', evidence);
    return settled('unclear', `${evidence}, but within the A/A floor of ${percent(floor)}`);
  }
  const edge = Math.log1p(minimumEffect);
  if (Math.log(interval[0]) >= -edge && Math.log(interval[1]) <= edge) {
    return settled('same', `the interval lies within ±${percent(minimumEffect)}`);
  }
  const why = clear
    ? `significant, with a median within the minimum effect of ${percent(minimumEffect)} and an interval that extends beyond it`
    : unclearWhy(look.bound);
  return settled('unclear', `${evidence}: ${why}`);
}

/** The larger floor of the twins of these processes and of a separate A/A experiment; null without both. */
function floorAt(processes: readonly AbProcess[], noise: readonly number[]): number | null {
  const twins = processes.flatMap(({ twinToBase }) => twinToBase ?? []);
  const floors = [twins, noise].filter((ratios) => ratios.length > 0).map((list) => floorOf(list, processes.length));
  return floors.length > 0 ? Math.max(...floors) : null;
}

/** The sum of steps towards the side of the median. */
function tally(processes: readonly AbProcess[], side: 1 | -1, twins: boolean): { lead: number; evidence: string } {
  const steps = processes.map((one) => side * stepOf(one, twins));
  const [forward, back] = [1, -1].map((way) => steps.filter((step) => step === way).length);
  const [word, opposite] = side > 0 ? ['slower', 'faster'] : ['faster', 'slower'];
  const evidence = twins
    ? `${word} than both the base and its twin in ${forward} of ${processes.length} processes, ${opposite} in ${back}`
    : `${forward} of ${processes.length} processes ${word}`;
  return { lead: (forward ?? 0) - (back ?? 0), evidence };
}

/** A tie counts 0, and so does a head between base and twin. */
function stepOf({ headToBase, headToTwin }: AbProcess, twins: boolean): number {
  const one = Math.sign(Math.log(headToBase));
  return !twins || headToTwin === null || Math.sign(Math.log(headToTwin)) === one ? one : 0;
}

function unclearWhy(bound: number): string {
  return Number.isFinite(bound)
    ? `not significant, which needs a sum of ${bound}`
    : 'so few processes cannot be significant';
}

function early(processes: readonly AbProcess[], { looks, gross: rule }: AbRules): AbDecision {
  const ratios = processes.map(ratioOf);
  const seen =
    rule && processes.length >= rule.processes && haveTwins(processes)
      ? `not ${rule.ratio} times slower or faster in each of ${rule.processes} processes`
      : `${processes.length} ${processes.length === 1 ? 'process' : 'processes'}`;
  return {
    verdict: 'unclear',
    ratio: median(ratios),
    interval: [Math.min(...ratios), Math.max(...ratios)],
    floor: null,
    processes: ratios.length,
    final: false,
    reason: `${seen}; smaller differences are tested after ${looks[0]} processes`,
  };
}

function checkRatios(processes: readonly AbProcess[]): void {
  const ratios = processes.flatMap((one) => [one.headToBase, one.headToTwin ?? 1, one.twinToBase ?? 1]);
  const wrong = ratios.find((ratio) => !(ratio > 0 && Number.isFinite(ratio)));
  if (wrong !== undefined) throw new RangeError(`a ratio of times must be positive, got ${wrong}`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
