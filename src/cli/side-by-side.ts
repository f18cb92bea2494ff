/** Two kernel sets side by side on the same operands: what `compare` prints, and what `bisect` steps by. */
import { resolve } from 'node:path';
import type { DeviceFacts } from '../engine/port.ts';
import type { AbRules } from '../judge/ab.ts';
import {
  BASE,
  enterPair,
  HEAD,
  type Pairing,
  pairedTimes,
  pairing,
  type Sides,
  sideError,
  sideFailure,
  TWIN,
} from '../measure/compare.ts';
import type { CaseOutcome, Entry, Measurement } from '../measure/experiment.ts';
import type { Refusal } from '../measure/progress.ts';
import { DEFAULT_SETTINGS, pairedSettings } from '../measure/settings.ts';
import type { Case } from '../plan/case/case.ts';
import { latestCalibration } from '../record/calibration.node.ts';
import type { Calibration } from '../record/calibration.ts';
import { unitId } from '../record/machine.node.ts';
import { machineName } from '../record/machine.ts';
import { type ComparedCase, worstFirst } from '../report/comparison.ts';
import { type Decided, decided } from './ab.ts';
import { experiment, type Kept } from './experiment.ts';
import { hostFor } from './host.ts';
import type { Io } from './io.ts';
import type { ExperimentIdentity } from './run-journal.ts';
import { placeFacts, settingsFor } from './settings.ts';

/** Options of the command line that every A/B obeys. */
export interface AbOptions {
  readonly engine: 'webgpu' | 'scripted';
  readonly adapter: string;
  readonly scenario: string | undefined;
  readonly seed: number;
  /** Seconds after which no further look is waited for. */
  readonly budget: number | undefined;
  readonly results: string;
}

export interface AbRequest {
  readonly sides: Sides;
  readonly cases: readonly Case[];
  readonly options: AbOptions;
  readonly rules: Omit<AbRules, 'cases'>;
  /** Cases that are identical on both sides and measured all the same: if they move, the machine did. */
  readonly controls: number;
  /** Where finished visits go, by what decides how they are measured; nowhere when absent. */
  readonly keep?: (of: Pick<ExperimentIdentity, 'settings' | 'scenario'>) => Kept;
  /** The command that measures a case again. */
  readonly reproduce: (id: string) => string;
}

export interface AbOutcome {
  readonly machine: string;
  readonly facts: DeviceFacts;
  readonly processes: number;
  /** Worst first. Cases that neither side serves are left out: there is nothing to compare. */
  readonly cases: readonly ComparedCase[];
  /** Names of the kernels that some case runs on either side. */
  readonly ran: ReadonlySet<string>;
}

/** @returns null when interrupted */
export async function sideBySide(request: AbRequest, io: Io): Promise<AbOutcome | null> {
  return new SideBySide(request, io).run();
}

class SideBySide {
  readonly #request: AbRequest;
  readonly #io: Io;
  readonly #pairings = new Map<string, Pairing>();
  readonly #noise = new Map<string, readonly number[]>();
  #controls: ReadonlySet<string> = new Set();
  #machine = '';
  #rules: AbRules;

  constructor(request: AbRequest, io: Io) {
    this.#request = request;
    this.#io = io;
    this.#rules = { ...request.rules, cases: 1 };
  }

  async run(): Promise<AbOutcome | null> {
    const measurement = await this.#measure();
    return (
      measurement && {
        machine: this.#machine,
        facts: measurement.facts,
        processes: measurement.processes.length,
        cases: worstFirst(measurement.cases.flatMap((outcome) => this.#judge(outcome) ?? [])),
        ran: new Set([...this.#pairings.values()].flatMap(kernelsOf)),
      }
    );
  }

  async #measure(): Promise<Measurement | null> {
    const { cases, options } = this.#request;
    const { engine, adapter, seed, budget } = options;
    const { host, scenarioHash } = await hostFor(options, this.#io.cwd);
    const looks = [...this.#rules.looks];
    const settings = { ...pairedSettings(settingsFor({ processes: looks[0], budget: undefined, seed }, [])), looks };
    const end = budget === undefined ? Number.POSITIVE_INFINITY : host.clock.now() + budget;
    const kept = this.#request.keep?.({ settings, scenario: scenarioHash });
    const measurement = await experiment(
      this.#io,
      {
        cases,
        host,
        open: { engine, adapter, yieldCpu: true },
        enter: (item, facts) => this.#enter(item, facts),
        settings,
        settled: (outcome) => host.clock.now() >= end || this.#decide(outcome).final,
      },
      kept,
    );
    if (measurement) kept?.journal.discard();
    return measurement;
  }

  #enter(item: Case, facts: DeviceFacts): Entry | Refusal {
    const { sides } = this.#request;
    if (this.#pairings.size === 0) this.#prepare(facts);
    const found = this.#pairings.get(item.id) ?? pairing(item, sides, facts);
    this.#pairings.set(item.id, found);
    if (found.kind === 'identical' && !this.#controls.has(item.id))
      return { status: 'skipped', reason: 'identical', detail: 'the same program reaches the device' };
    return enterPair(item, found, sides, facts);
  }

  /** Once the device is known: what each case has on either side, which calibration applies, how many verdicts share the error. */
  #prepare(facts: DeviceFacts): void {
    const { cases, sides, controls, options } = this.#request;
    for (const item of cases) this.#pairings.set(item.id, pairing(item, sides, facts));
    const of = (kind: Pairing['kind']) =>
      cases.filter((item) => this.#pairings.get(item.id)?.kind === kind).map((item) => item.id);
    this.#controls = new Set(of('identical').slice(0, controls));
    this.#rules = { ...this.#rules, cases: Math.max(1, of('changed').length + this.#controls.size) };
    this.#machine = machineName({ ...placeFacts(options.engine), adapter: facts });
    const unit = options.engine === 'scripted' ? 'scripted' : unitId(this.#io.environment);
    const calibration = latestCalibration(resolve(this.#io.cwd, options.results), this.#machine, unit);
    for (const item of cases) {
      const ratios = calibratedNoise(calibration, this.#pairings.get(item.id), item);
      if (ratios) this.#noise.set(item.id, ratios);
    }
  }

  #decide(outcome: CaseOutcome): Decided {
    return decided(pairedTimes(outcome), this.#noise.get(outcome.case.id) ?? [], this.#rules);
  }

  /** Null for cases that neither side serves. */
  #judge(outcome: CaseOutcome): ComparedCase | null {
    const { id } = outcome.case;
    const found = this.#pairings.get(id);
    if (!found || found.kind === 'neither') return null;
    const reproduce = this.#request.reproduce(id);
    if (found.kind !== 'changed' && found.kind !== 'identical')
      return { ...unmeasured(id, reproduce), verdict: found.kind, reason: found.detail };
    const kernels = { base: found.base.kernel, head: found.kind === 'changed' ? found.head.kernel : found.base.kernel };
    const broken = brokenBy(outcome);
    if (broken) return { ...unmeasured(id, reproduce), kernels, verdict: 'failed', reason: broken };
    if (found.kind === 'identical' && outcome.visits.length === 0) {
      const reason = 'the same program reaches the device';
      return { ...unmeasured(id, reproduce), kernels, verdict: 'same', reason };
    }
    const [base, head] = [sideError(outcome, BASE), sideError(outcome, HEAD)];
    const { final: _, reason, ...evidence } = this.#decide(outcome);
    const control = found.kind === 'identical' ? 'control, identical on both sides: ' : '';
    const errors = base === null || head === null ? null : { base, head };
    return { id, reproduce, kernels, ...evidence, reason: control + reason, errors };
  }
}

/** What a case without a single ratio has in common with the others. */
export function unmeasured(id: string, reproduce: string): Omit<ComparedCase, 'verdict' | 'reason'> {
  return {
    id,
    ratio: null,
    interval: null,
    floor: null,
    minimalDetectableEffect: null,
    ratios: [],
    kernels: { base: null, head: null },
    errors: null,
    reproduce,
  };
}

/** Right on base and wrong or broken on head; or broken for both, which is no verdict about the change. */
function brokenBy(outcome: CaseOutcome): string | null {
  const head = sideFailure(outcome, HEAD);
  if (head) return `head ${head}`;
  const base = sideFailure(outcome, BASE);
  if (base) return `base ${base}`;
  const twin = sideFailure(outcome, TWIN);
  if (twin) return `base, run once more, ${twin}`;
  return outcome.refusal?.status === 'failed' ? `${outcome.refusal.reason}: ${outcome.refusal.detail}` : null;
}

/** A/A ratios of this very kernel from a calibration of this unit that sampled as comparisons do. */
function calibratedNoise(
  calibration: Calibration | undefined,
  found: Pairing | undefined,
  item: Case,
): readonly number[] | undefined {
  if (!calibration || !found || !('base' in found)) return undefined;
  const { blocks, minSamples } = pairedSettings(DEFAULT_SETTINGS).sampling;
  if (calibration.settings.blocks !== blocks || calibration.settings.minSamples !== minSamples) return undefined;
  const { series } = item;
  return calibration.cases.find((known) => known.series === series && known.kernel.hash === found.base.kernelHash)
    ?.ratios;
}

function kernelsOf(found: Pairing): string[] {
  if (found.kind === 'changed') return [found.base.kernel, found.head.kernel];
  return found.kind === 'identical' ? [found.base.kernel] : [];
}
