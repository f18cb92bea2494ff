/** Measures two kernel sets side by side on the same operands, for `compare` and `bisect`. */
import { resolve } from 'node:path';
import type { DeviceFacts } from '../../engine/port.ts';
import { type ComparedCase, worstFirst } from '../../judge/ab/comparison.ts';
import { type AbRules, rulesFor } from '../../judge/ab/rules.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { deviceFacts, textFaults } from '../../measure/parent/facts.ts';
import type { Host } from '../../measure/parent/host.ts';
import type { CaseOutcome, Entry, Heat, Measurement } from '../../measure/parent/measurement.ts';
import { pairedSettings, type Settings } from '../../measure/parent/settings.ts';
import type { Case } from '../../plan/case/case.ts';
import { latestCalibration } from '../../record/beside/calibration.node.ts';
import { machineName } from '../../record/machine.ts';
import type { Io } from '../io.ts';
import { experiment, type Kept } from '../session/experiment.ts';
import { unitOf } from '../setup/engine.ts';
import { hostFor } from '../setup/host.ts';
import { placeFacts, settingsFor } from '../setup/settings.ts';
import type { AbOutcome, AbRequest, Undecided } from './ab-request.ts';
import { brokenBy, calibratedNoise, comparedCase, kernelsOf, unmeasured } from './compared-case.ts';
import { type Decided, decided } from './decided.ts';
import { Pairings } from './pairings.ts';
import { brokenHeads } from './preflight.ts';
import { Shares } from './shares.ts';
import { type Broken, enterPair, excessOf, type Pairing, pairedTimes, pairing } from './sides.ts';

/** @returns null when interrupted */
export async function sideBySide(request: AbRequest, io: Io): Promise<AbOutcome | null> {
  const { host, scenarioHash } = await hostFor(request.options, io.cwd);
  const facts = await deviceFacts(host, openOf(request.options));
  const cases = request.cases.filter((item) => request.fits?.(item, facts) ?? true);
  const sides = { ...request.sides, ...(await request.programs?.(cases, facts)) };
  const pairs = new Map(cases.map((item) => [item.id, pairing(item, sides, facts)]));
  const broken = await brokenHeads(pairs, (texts) => textFaults(host, openOf(request.options), texts), io);
  await request.onPaired?.(new Set([...broken.values()].flatMap(({ kernels: { head } }) => head ?? [])));
  const pairings = new Pairings(cases, new Map<string, Pairing | Broken>([...pairs, ...broken]), request.controls);
  return new SideBySide({ ...request, cases, sides }, io, { host, scenarioHash, facts, pairings }).run();
}

/** How every process of a comparison opens its device. */
function openOf({ engine, adapter, robustness }: AbRequest['options']) {
  return { engine, adapter, yieldCpu: true, ...(robustness === 'off' && { robustness }) };
}

interface Place {
  readonly host: Host;
  readonly scenarioHash: string | undefined;
  readonly facts: DeviceFacts;
  readonly pairings: Pairings;
}

class SideBySide {
  readonly #request: AbRequest;
  readonly #io: Io;
  readonly #place: Place;
  readonly #machine: string;
  readonly #pairings: Pairings;
  readonly #noise = new Map<string, readonly number[]>();
  readonly #rules: AbRules;
  #shares: Shares | null = null;
  #kept: Kept | undefined;
  /** What goes on after the latest look. */
  #going: { readonly processes: number; readonly ids: ReadonlySet<string> } = { processes: 0, ids: new Set() };
  #endedByBudget = false;
  /** State at an interruption. */
  #soFar: Measurement | null = null;

  constructor(request: AbRequest, io: Io, place: Place) {
    const { options, rules } = request;
    this.#request = request;
    this.#io = io;
    this.#place = place;
    this.#pairings = place.pairings;
    this.#rules = rulesFor(rules, this.#pairings.compared, true);
    this.#machine = machineName({ ...placeFacts(options.engine), adapter: place.facts });
    this.#readCalibration();
  }

  async run(): Promise<AbOutcome | null> {
    const start = this.#place.host.clock.now();
    const measurement = this.#pairings.measured.length === 0 ? NOTHING : await this.#measure();
    if (measurement === null) {
      if (this.#soFar !== null) this.#request.show?.({ ...this.#outcome(this.#soFar, start), ended: 'interruption' });
      return null;
    }
    const outcome = this.#outcome(measurement, start);
    this.#request.show?.(outcome);
    const { onEnd = ({ journal }) => journal.discard() } = this.#request;
    if (this.#kept) onEnd(this.#kept);
    return outcome;
  }

  #outcome(measurement: Pick<Measurement, 'cases' | 'processes'>, start: number): AbOutcome {
    const outcomes = new Map(measurement.cases.map((outcome) => [outcome.case.id, outcome]));
    const all = this.#request.cases.map((item) => outcomes.get(item.id) ?? unmeasured(item));
    const leftOut = this.#leftOut(all);
    const unserved = all.filter((outcome) => this.#isUnserved(outcome));
    const told = all.filter((outcome) => !leftOut.includes(outcome) && !unserved.includes(outcome));
    const cases = worstFirst(told.map((outcome) => this.#judge(outcome)));
    return {
      machine: this.#machine,
      facts: this.#place.facts,
      processes: measurement.processes.length,
      cases,
      leftOut: leftOut.map((outcome) => this.#undecided(outcome)),
      unserved: unserved.map((outcome) => this.#undecided(outcome)),
      ended: this.#ended(cases, leftOut),
      seconds: this.#place.host.clock.now() - start,
    };
  }

  async #measure(): Promise<Pick<Measurement, 'cases' | 'processes'> | null> {
    const { options, keep } = this.#request;
    const { host, scenarioHash } = this.#place;
    const { measured } = this.#pairings;
    const isNew = (item: Case) => this.#pairings.is(item, 'new');
    const looks = measured.every(isNew) ? [1] : this.#looks();
    const asked = { ...options, processes: looks[0], budget: undefined };
    const settings = { ...pairedSettings(settingsFor(asked, [])), looks };
    this.#kept = keep?.({ settings, scenario: scenarioHash, cases: measured });
    this.#shares = this.#sharesOf(this.#budgetSeconds());
    return experiment(
      this.#io,
      {
        cases: measured,
        host,
        open: openOf(options),
        enter: (item) => this.#enter(item),
        settings,
        heat: (outcome, process) => this.#heat(outcome, process, settings),
        settled: (outcome, processes, all) => this.#isSettled(outcome, processes, all),
        withoutPeaks: true,
        onVisit: (visit) => this.#shares?.learn(visit),
        onProcess: (process) => this.#shares?.learnProcess(process),
        onCutShort: (soFar) => {
          this.#soFar = soFar;
        },
      },
      this.#kept,
    );
  }

  #enter(item: Case): Entry | Refusal {
    const found = this.#pairings.of(item);
    if (found.kind === 'broken') throw new Error(`${item.id} does not compile and is not to be measured`);
    return enterPair(item, found, this.#request.sides, this.#place.facts);
  }

  #budgetSeconds(): number | undefined {
    const { options, budgetFor } = this.#request;
    return options.budget ?? budgetFor?.(this.#pairings.measured.map(({ kernel }) => kernel));
  }

  #sharesOf(budgetSeconds: number | undefined): Shares | null {
    if (budgetSeconds === undefined) return null;
    const looks = this.#looks();
    const { clock } = this.#place.host;
    const [first = 1] = looks;
    const visits = (item: Case) => (this.#pairings.is(item, 'new') ? 1 : first);
    const cases = this.#pairings.measured.map((item) => ({ id: item.id, visits: visits(item) }));
    const shares = new Shares({ cases, looks, budgetSeconds, clock });
    for (const visit of this.#kept?.journal.visits ?? []) shares.learn(visit);
    return shares;
  }

  /** A kernel that only the head has is measured once. */
  #heat(outcome: CaseOutcome, process: number, { sampling }: Settings): Heat | Refusal {
    const refused = this.#shares?.admit(outcome.case.id, process);
    if (refused) return refused;
    const found = this.#pairings.of(outcome.case);
    if (found.kind === 'new' && outcome.visits.length > 0)
      return { status: 'skipped', reason: found.kind, detail: found.detail };
    return { contenders: outcome.entry?.contenders ?? [], sampling };
  }

  /** Large differences are tested before the first planned look. */
  #looks(): number[] {
    const { gross, looks } = this.#rules;
    return [...(gross ? [gross.processes] : []), ...looks];
  }

  #isSettled(outcome: CaseOutcome, processes: number, all: readonly CaseOutcome[]): boolean {
    if (this.#decide(outcome).final) return true;
    if (this.#shares === null) return false;
    if (this.#going.processes !== processes)
      this.#going = { processes, ids: this.#shares.goOn(this.#ranked(all), processes) };
    const goesOn = this.#going.ids.has(outcome.case.id);
    this.#endedByBudget ||= !goesOn;
    return !goesOn;
  }

  /** Undecided cases that are still measured, the worst first, with one control after the first. */
  #ranked(all: readonly CaseOutcome[]): string[] {
    const { processes, ids } = this.#going;
    const goes = (id: string) => (processes === 0 || ids.has(id)) && !this.#shares?.leftOut(id);
    const open = all.filter((outcome) => goes(outcome.case.id) && !this.#decide(outcome).final);
    const ranked = open.map((outcome) => ({ outcome, excess: excessOf(outcome) })).sort((a, b) => b.excess - a.excess);
    const isControl = ({ outcome }: { outcome: CaseOutcome }) => this.#pairings.is(outcome.case, 'identical');
    const [first, ...others] = ranked.filter((one) => !isControl(one));
    const order = [...(first ? [first] : []), ...ranked.filter(isControl).slice(0, 1), ...others];
    return order.map(({ outcome }) => outcome.case.id);
  }

  #readCalibration(): void {
    const { cases, options } = this.#request;
    const unit = unitOf(options.engine, this.#io.environment);
    const calibration = latestCalibration(resolve(this.#io.cwd, options.results), this.#machine, unit);
    for (const item of cases) {
      const ratios = calibratedNoise(calibration, this.#pairings.of(item), item);
      if (ratios) this.#noise.set(item.id, ratios);
    }
  }

  #decide(outcome: CaseOutcome): Decided {
    return decided(pairedTimes(outcome), this.#noise.get(outcome.case.id) ?? [], this.#rules);
  }

  /** Cases that lack processes of the first look because of the budget, without failed ones. */
  #leftOut(outcomes: readonly CaseOutcome[]): CaseOutcome[] {
    return outcomes.filter(
      (outcome) => this.#shares?.leftOut(outcome.case.id) && !this.#isUnserved(outcome) && brokenBy(outcome) === null,
    );
  }

  #isUnserved({ case: item, entry, refusal, visits }: CaseOutcome): boolean {
    if (this.#pairings.is(item, 'neither')) return true;
    return entry === null && visits.length === 0 && refusal?.status === 'skipped' && refusal.reason === 'unverifiable';
  }

  #undecided({ case: item, refusal }: CaseOutcome): Undecided {
    const found = this.#pairings.of(item);
    const reason = refusal?.detail ?? ('detail' in found ? found.detail : 'the budget ended before it was measured');
    return { case: item, kernels: kernelsOf(found), reason };
  }

  #ended(cases: readonly ComparedCase[], leftOut: readonly CaseOutcome[]): AbOutcome['ended'] {
    if (leftOut.length > 0 || this.#endedByBudget) return 'budget';
    return cases.some(({ verdict }) => verdict === 'unclear') ? 'looks' : 'decided';
  }

  #judge(outcome: CaseOutcome): ComparedCase {
    const found = this.#pairings.of(outcome.case);
    if (found.kind === 'neither') throw new Error(`${outcome.case.id} is not served by either side`);
    const reproduce = this.#request.reproduce(outcome.case.id, found.kind === 'new' ? 'head' : 'both');
    return comparedCase(outcome, found, { decided: this.#decide(outcome), reproduce });
  }
}

const NOTHING: Pick<Measurement, 'cases' | 'processes'> = { cases: [], processes: [] };
