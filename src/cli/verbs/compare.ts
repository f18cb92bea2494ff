/** `compare`: base and head kernels side by side, and a verdict for each case. */
import { resolve } from 'node:path';
import type { DeviceFacts } from '../../engine/port.ts';
import { AB_RULES, type AbRules, decide } from '../../judge/ab.ts';
import type { KernelSet } from '../../kernel/kernel.ts';
import { loadKernels } from '../../kernel/load.node.ts';
import { pairedSettings } from '../../measure/calibrate.ts';
import {
  abRatios,
  BASE,
  enterPair,
  HEAD,
  type Pairing,
  pairing,
  type Sides,
  sideError,
  sideFailure,
} from '../../measure/compare.ts';
import type { CaseOutcome, Measurement } from '../../measure/measure.ts';
import type { Case } from '../../plan/case.ts';
import { latestCalibration } from '../../record/calibration.node.ts';
import type { Calibration } from '../../record/calibration.ts';
import { unitId } from '../../record/machine.node.ts';
import { machineName } from '../../record/machine.ts';
import {
  type ComparedCase,
  type Comparison,
  countsOf,
  renderComparison,
  renderComparisonMarkdown,
  VERDICTS,
  type Verdict,
  worstFirst,
} from '../../report/comparison.ts';
import { EXIT, type ExitCode, UsageError, worst } from '../exit.ts';
import { experiment } from '../experiment.ts';
import { hostFor } from '../host.ts';
import { type Io, printJson } from '../io.ts';
import { expansions, filtered, kernelsFrom, shippedKernels } from '../selection.ts';
import { placeFacts, settingsFor } from '../settings.ts';
import type { Verb } from '../verb.ts';
import { type CompareOptions, compareOptions, failingVerdicts } from './compare-options.ts';

/** Identical cases that are measured all the same: if they move, the machine did. */
const CONTROLS = 2;

export const compare: Verb<CompareOptions> = {
  command: 'compare <base> [head]',
  describe: 'A/B of two kernel sets (folders or git refs): slower, faster, same or unclear',
  lists: ['suite', 'filter'],
  options: compareOptions,
  run: async (options, io) => new CompareCommand(options, io, failingVerdicts(options['fail-on'])).run(),
};

class CompareCommand {
  readonly #options: CompareOptions;
  readonly #io: Io;
  readonly #failOn: ReadonlySet<Verdict>;
  readonly #pairings = new Map<string, Pairing>();
  readonly #noise = new Map<string, readonly number[]>();
  #controls: ReadonlySet<string> = new Set();
  #machine = '';
  #rules: AbRules;

  constructor(options: CompareOptions, io: Io, failOn: ReadonlySet<Verdict>) {
    this.#options = options;
    this.#io = io;
    this.#failOn = failOn;
    const minimumEffect = options['minimum-effect'];
    if (!(minimumEffect > 0 && minimumEffect < 1))
      throw new UsageError(`--minimum-effect ${minimumEffect}: expected a share between 0 and 1`);
    this.#rules = { ...AB_RULES, minimumEffect, cases: 1 };
  }

  async run(): Promise<ExitCode> {
    const { base, head, suite, filter } = this.#options;
    const io = this.#io;
    const sides: Sides = {
      base: await loadKernels(base, io.cwd),
      head: (await kernelsFrom(head, io.cwd)).set,
      trusted: await shippedKernels(),
    };
    const named = { origin: 'either side', kernels: [...sides.base.kernels, ...sides.head.kernels] };
    const cases = filtered(
      (await expansions(suite, named, io)).flatMap((expansion) => expansion.cases),
      filter,
    );
    const measurement = await this.#measure(cases, sides);
    if (measurement === null) return EXIT.interrupted;
    const compared = worstFirst(measurement.cases.flatMap((outcome) => this.#judge(outcome) ?? []));
    const comparison: Comparison = {
      base: sides.base.origin,
      head: sides.head.origin,
      machine: this.#machine,
      processes: measurement.processes.length,
      minimumEffect: this.#rules.minimumEffect,
      cases: compared,
      counts: countsOf(compared),
      unmeasured: this.#unmeasured(sides),
    };
    this.#print(comparison);
    return this.#exit(comparison);
  }

  async #measure(cases: readonly Case[], sides: Sides): Promise<Measurement | null> {
    const { engine, adapter, seed, budget } = this.#options;
    const io = this.#io;
    const { host } = await hostFor(this.#options, io.cwd);
    const looks = [...this.#rules.looks];
    const settings = { ...pairedSettings(settingsFor({ processes: looks[0], budget: undefined, seed }, [])), looks };
    const end = budget === undefined ? Number.POSITIVE_INFINITY : host.clock.now() + budget;
    return experiment(io, {
      cases,
      host,
      open: { engine, adapter, yieldCpu: true },
      enter: (item, facts) => {
        if (this.#pairings.size === 0) this.#prepare(cases, sides, facts);
        const found = this.#pairings.get(item.id) ?? pairing(item, sides, facts);
        this.#pairings.set(item.id, found);
        if (found.kind === 'identical' && !this.#controls.has(item.id))
          return { status: 'skipped', reason: 'identical', detail: 'the same program reaches the device' };
        return enterPair(item, found, sides, facts, !this.#noise.has(item.id));
      },
      settings,
      settled: (outcome) => host.clock.now() >= end || this.#decide(outcome).final,
    });
  }

  /** Once the device is known: what each case has on either side, which calibration applies, how many verdicts share the error. */
  #prepare(cases: readonly Case[], sides: Sides, facts: DeviceFacts): void {
    for (const item of cases) this.#pairings.set(item.id, pairing(item, sides, facts));
    const of = (kind: Pairing['kind']) =>
      cases.filter((item) => this.#pairings.get(item.id)?.kind === kind).map((item) => item.id);
    this.#controls = new Set(of('identical').slice(0, CONTROLS));
    this.#rules = { ...this.#rules, cases: Math.max(1, of('changed').length + this.#controls.size) };
    const { engine, results } = this.#options;
    this.#machine = machineName({ ...placeFacts(engine), adapter: facts });
    const unit = engine === 'scripted' ? 'scripted' : unitId(this.#io.environment);
    const calibration = latestCalibration(resolve(this.#io.cwd, results), this.#machine, unit);
    for (const item of cases) {
      const ratios = calibratedNoise(calibration, this.#pairings.get(item.id), item);
      if (ratios) this.#noise.set(item.id, ratios);
    }
  }

  #decide(outcome: CaseOutcome) {
    const { ratios, noise } = abRatios(outcome);
    const known = this.#noise.get(outcome.case.id) ?? noise;
    if (ratios.length === 0)
      return {
        verdict: 'unclear' as const,
        final: false,
        ratio: null,
        interval: null,
        floor: null,
        reason: 'not measured',
        ratios,
      };
    return { ...decide({ ratios, noise: known }, this.#rules), ratios };
  }

  /** Null for cases that neither side serves: there is nothing to compare. */
  #judge(outcome: CaseOutcome): ComparedCase | null {
    const found = this.#pairings.get(outcome.case.id);
    if (!found) return null;
    const common = {
      id: outcome.case.id,
      ratio: null,
      interval: null,
      floor: null,
      ratios: [],
      errors: null,
      reproduce: this.#reproduce(outcome.case.id),
    };
    if (found.kind !== 'changed' && found.kind !== 'identical') {
      if (found.kind === 'neither') return null;
      return { ...common, verdict: found.kind, reason: found.detail, kernels: { base: null, head: null } };
    }
    const kernels = { base: found.base.kernel, head: found.kind === 'changed' ? found.head.kernel : found.base.kernel };
    const broken = this.#broken(outcome);
    if (broken) return { ...common, kernels, verdict: 'failed', reason: broken };
    if (found.kind === 'identical' && outcome.visits.length === 0) {
      return { ...common, kernels, verdict: 'same', reason: 'the same program reaches the device' };
    }
    const [base, head] = [sideError(outcome, BASE), sideError(outcome, HEAD)];
    const { verdict, ratio, interval, floor, ratios, reason } = this.#decide(outcome);
    const control = found.kind === 'identical' ? 'control, identical on both sides: ' : '';
    return {
      ...common,
      kernels,
      verdict,
      ratio,
      interval,
      floor,
      ratios,
      reason: control + reason,
      errors: base === null || head === null ? null : { base, head },
    };
  }

  /** Right on base and wrong or broken on head; or broken for both, which is no verdict about the change. */
  #broken(outcome: CaseOutcome): string | null {
    const head = sideFailure(outcome, HEAD);
    if (head) return `head ${head}`;
    const base = sideFailure(outcome, BASE);
    if (base) return `base ${base}`;
    return outcome.refusal?.status === 'failed' ? `${outcome.refusal.reason}: ${outcome.refusal.detail}` : null;
  }

  #unmeasured({ base, head }: Sides): string[] {
    const ran = new Set([...this.#pairings.values()].flatMap(kernelsOf));
    return changedKernels(base, head).filter((name) => !ran.has(name));
  }

  #reproduce(id: string): string {
    const { base, head, suite, adapter } = this.#options;
    const given = [
      base,
      head,
      ...suite.flatMap((name) => ['--suite', name]),
      ...(adapter === 'auto' ? [] : ['--adapter', adapter]),
    ];
    return `shapemark compare ${given.filter((word) => word !== undefined).join(' ')} --filter '${id}'`;
  }

  #print(comparison: Comparison): void {
    const { json, format } = this.#options;
    if (json || format === 'json') printJson(this.#io, comparison);
    else if (format === 'markdown') this.#io.out(renderComparisonMarkdown(comparison));
    else this.#io.out(renderComparison(comparison, this.#io.style));
  }

  #exit({ counts, cases }: Comparison): ExitCode {
    const codes: ExitCode[] = [];
    if (counts.failed > 0) codes.push(EXIT.broken);
    if (VERDICTS.some((verdict) => verdict !== 'failed' && this.#failOn.has(verdict) && counts[verdict] > 0))
      codes.push(EXIT.regression);
    if (cases.length === 0) codes.push(EXIT.nothing);
    return worst(codes);
  }
}

/** A/A ratios of this very kernel from a calibration of this unit. */
function calibratedNoise(
  calibration: Calibration | undefined,
  found: Pairing | undefined,
  item: Case,
): readonly number[] | undefined {
  if (!calibration || !found || !('base' in found)) return undefined;
  const { series } = item;
  return calibration.cases.find((known) => known.series === series && known.kernel.hash === found.base.kernelHash)
    ?.ratios;
}

function kernelsOf(found: Pairing): string[] {
  if (found.kind === 'changed') return [found.base.kernel, found.head.kernel];
  return found.kind === 'identical' ? [found.base.kernel] : [];
}

/** Names whose text differs between the sets, or that only one of them has. */
function changedKernels(base: KernelSet, head: KernelSet): string[] {
  const hashes = (set: KernelSet) => new Map(set.kernels.map(({ name, hash }) => [name, hash]));
  const [before, after] = [hashes(base), hashes(head)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .sort();
}
