/**
 * The scripted device: plays a scenario on a virtual clock. It computes nothing; times, clock readings and correctness of results
 * come from the scenario, so that a whole protocol can be tested against known truth.
 */

import type { Problem } from '../../gemm/problem.ts';
import { bytes, flop } from '../../gemm/shape.ts';
import type { Fields } from '../../plan/case/predicate.ts';
import { EngineError } from '../port.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { type CostRule, holds, type Scenario, type ScenarioEvent } from './scenario.ts';

/** State that outlives a worker: how often a process was visited, how busy the device was. */
export class ScriptedDevice {
  readonly scenario: Scenario;
  readonly clock: VirtualClock;
  readonly #visits = new Map<number, number>();
  #busySeconds = 0;
  #idleSince = 0;

  constructor(scenario: Scenario, clock: VirtualClock) {
    this.scenario = scenario;
    this.clock = clock;
  }

  /** Number of this visit within its process, counted over all of its workers. */
  nextVisit(process: number): number {
    const visit = this.#visits.get(process) ?? 0;
    this.#visits.set(process, visit + 1);
    return visit;
  }

  /** Lets `seconds` of undisturbed device time pass; returns what it took under drift, steps and throttling. */
  run(seconds: number, wallOverheadSeconds: number): number {
    const taken = seconds * this.#weather();
    this.clock.advance(taken + wallOverheadSeconds);
    this.#busySeconds += taken;
    this.#idleSince = this.clock.now();
    return taken;
  }

  #weather(): number {
    const { drift, steps, throttle } = this.scenario;
    const now = this.clock.now();
    let factor = drift ? 1 + drift.perSecond * Math.min(now, drift.untilSeconds ?? Number.POSITIVE_INFINITY) : 1;
    for (const step of steps) {
      const since = now - step.afterSeconds;
      if (since >= 0 && since < (step.forSeconds ?? Number.POSITIVE_INFINITY)) factor *= step.factor;
    }
    if (throttle) {
      if (now - this.#idleSince >= throttle.recoverSeconds && throttle.recoverSeconds > 0) this.#busySeconds = 0;
      if (this.#busySeconds >= throttle.afterBusySeconds) factor *= throttle.factor;
    }
    return factor;
  }
}

/** True seconds per launch by the first cost rule that applies. */
export function trueSeconds(scenario: Scenario, problem: Problem, fields: Fields): number {
  const rule = scenario.cost.find((candidate) => holds(candidate.when, fields));
  if (!rule) throw new EngineError('unsupported', 'no cost rule of the scenario covers this launch');
  return costOf(rule, problem, fields);
}

function costOf(rule: CostRule, problem: Problem, fields: Fields): number {
  let seconds =
    rule.seconds ??
    Math.max(
      flop(problem) / (rule.flopPerSecond ?? Number.POSITIVE_INFINITY),
      bytes(problem) / (rule.bytesPerSecond ?? Number.POSITIVE_INFINITY),
    );
  for (const penalty of rule.penalties) {
    const applies = penalty.when !== undefined ? holds(penalty.when, fields) : !holds(penalty.unless, fields);
    if (applies) seconds *= penalty.factor;
  }
  for (const slope of rule.slopes) seconds *= 1 + slope.perUnit * (problem.shape[slope.of] - slope.from);
  return Math.max(seconds, rule.floorSeconds);
}

/** Where a launch stands, for events that happen at one moment. */
export interface Moment {
  readonly process: number;
  readonly visit: number;
  readonly launch: number;
}

/** Whether an event of this kind happens now. Events without `at` happen at a visit's first launch. */
export function eventAt(
  scenario: Scenario,
  kinds: readonly ScenarioEvent['kind'][],
  moment: Moment,
  fields: Fields,
): ScenarioEvent | undefined {
  return scenario.events.find(
    (event) =>
      kinds.includes(event.kind) &&
      holds(event.when, fields) &&
      (event.process ?? moment.process) === moment.process &&
      (event.visit ?? moment.visit) === moment.visit &&
      (event.at ?? 0) === moment.launch,
  );
}
