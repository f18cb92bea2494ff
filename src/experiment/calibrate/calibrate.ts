/** Measures kernels against themselves and stores the A/A floors. */

import { resolve } from 'node:path';
import { floorOf, minimalDetectableEffect } from '../../judge/ab/floor.ts';
import { setHash } from '../../kernel/set/set.ts';
import { enterRun } from '../../measure/parent/enter.ts';
import { type CaseOutcome, type Measurement, served, unserved } from '../../measure/parent/measurement.ts';
import { pairedSettings } from '../../measure/parent/settings.ts';
import { writeCalibration } from '../../record/beside/calibration.node.ts';
import { CALIBRATION_SCHEMA, type Calibration } from '../../record/beside/calibration.ts';
import type { JournalHeader } from '../../record/journal/journal.ts';
import { scrubbed } from '../../record/privacy.ts';
import { STEP, walkBounds } from '../../stats/binomial.ts';
import type { Io } from '../io.ts';
import { experiment, type Follower, stored } from '../session/experiment.ts';
import { journalFor, type Resumable } from '../session/run-journal.ts';
import { offeredMatmuls } from '../setup/engine.ts';
import { hostFor } from '../setup/host.ts';
import { asKernels, expansions, filtered, kernelsFrom, shippedKernels } from '../setup/selection.ts';
import { settingsFor } from '../setup/settings.ts';
import { enterTwice, ratiosOf } from './twice.ts';

/** The rules of `compare` for which detectable effects are stated. */
const ERROR = 0.01;
const MINIMUM_EFFECT = 0.02;

export interface CalibrateRequest extends Resumable {
  readonly kernel: readonly string[];
  readonly kernels: string | undefined;
  readonly scenario: string | undefined;
  readonly processes: number;
  readonly 'cold-bytes': number | undefined;
  readonly seed: number;
}

export interface Calibrated {
  readonly calibration: Calibration;
  readonly file: string;
  /** Whether a kernel gave a wrong answer or did not run. */
  readonly broken: boolean;
}

/** @returns null when interrupted */
export async function calibrateKernels(
  request: CalibrateRequest,
  io: Io,
  { again, cutShort }: Follower<Calibration>,
): Promise<Calibrated | null> {
  const { set, from } = await kernelsFrom(request.kernels, io.cwd);
  const expanded = await expansions(request.suite, set, io);
  const asked = expanded.flatMap((expansion) => expansion.cases);
  const cases = await filtered(asKernels(asked, request.kernel, set), request.filter, set, io);
  const { host, scenarioHash } = await hostFor(request, io.cwd);
  const { processes, engine, adapter } = request;
  const settings = pairedSettings({ ...settingsFor({ ...request, budget: undefined }, expanded), looks: [processes] });
  const journal = journalFor(request, io, {
    experiment: 'calibrate',
    settings,
    kernels: { from: scrubbed(from), hash: setHash(set) },
    scenario: scenarioHash,
    cases,
  });
  const enter = enterTwice(enterRun(set, await shippedKernels(), { matmuls: offeredMatmuls(engine) }));
  const measurement = await experiment(
    io,
    {
      ...{ cases, host, enter, settings },
      open: { engine, adapter, yieldCpu: true },
      onCutShort: (soFar, by) => cutShort(calibrationOf(soFar, journal.header, request), by),
    },
    { journal, again },
  );
  if (measurement === null) return null;
  const calibration = calibrationOf(measurement, journal.header, request);
  const write = () => writeCalibration(resolve(io.cwd, request.results), calibration);
  const file = await stored(io, { journal, again }, write);
  journal.discard();
  const broken = measurement.cases.some((outcome) => outcome.refusal?.status === 'failed');
  return { calibration, file, broken };
}

function calibrationOf(measurement: Measurement, header: JournalHeader, request: CalibrateRequest): Calibration {
  const { id, machine, unit, startedAt, commit, environment } = header;
  const { suite, processes, seed } = request;
  const { blocks, minSamples } = pairedSettings(settingsFor({ processes, budget: undefined, seed }, [])).sampling;
  const cases: Calibration['cases'][number][] = [];
  const skips: Calibration['skips'][number][] = [];
  for (const outcome of served(measurement.cases)) {
    const row = rowOf(outcome);
    if (row) cases.push(row);
    else skips.push({ id: outcome.case.id, reason: outcome.refusal?.detail ?? 'not measured' });
  }
  return {
    schema: CALIBRATION_SCHEMA,
    ...{ id, machine, unit, startedAt, commit, environment },
    settings: { suites: [...suite], processes, seed, blocks, minSamples },
    cases,
    skips,
    notServed: unserved(measurement.cases),
  };
}

/** Null if there is no ratio. */
function rowOf(outcome: CaseOutcome): Calibration['cases'][number] | null {
  const { id, series } = outcome.case;
  const ratios = ratiosOf(outcome);
  const processes = ratios.length;
  const source = outcome.entry?.contenders[0]?.source;
  if (processes === 0 || outcome.refusal || source?.kind !== 'wgsl') return null;
  const floor = floorOf(ratios, processes);
  const [bound = 0] = walkBounds([processes], ERROR, [1], STEP.ofThree);
  const { kernel: name, kernelHash: hash } = source.program;
  const detectable = { processes, bound, floor, minimumEffect: MINIMUM_EFFECT, twins: true };
  return {
    id,
    series,
    kernel: { name, hash },
    floor,
    minimalDetectableEffect: minimalDetectableEffect(ratios, detectable),
    ratios,
  };
}
