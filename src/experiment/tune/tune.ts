/** A complete tuning: a tournament for each shape class of the suites, and the stored result. */

import { resolve } from 'node:path';
import { setHash } from '../../kernel/set/set.ts';
import type { Measurement } from '../../measure/parent/measurement.ts';
import type { Case } from '../../plan/case/case.ts';
import { formatId, parseId } from '../../plan/case/id.ts';
import { seriesOf } from '../../plan/case/series.ts';
import { type StoredTuning, writeTuning } from '../../record/beside/tuning.node.ts';
import { TUNING_SCHEMA, type TunedClass, type Tuning, type TuningChoice } from '../../record/beside/tuning.ts';
import { scrubbed } from '../../record/privacy.ts';
import type { Io } from '../io.ts';
import { experiment, type Follower, stored } from '../session/experiment.ts';
import { journalFor, type Resumable, type RunJournal } from '../session/run-journal.ts';
import { hostFor } from '../setup/host.ts';
import { expansions, filtered, kernelsFrom, shippedKernels } from '../setup/selection.ts';

import type { Candidate } from './candidate.ts';
import type { Standing } from './tournament-rules.ts';
import { brokenIn, type ClassCases, classesOf, Tuner, tuneSettings } from './tuner.ts';

export interface TuneRequest extends Resumable {
  readonly kernels: string | undefined;
  readonly scenario: string | undefined;
  /** Seconds it may take. */
  readonly budget: number;
  readonly 'cold-bytes': number | undefined;
  readonly seed: number;
}

export interface TuningFound {
  readonly tuning: Tuning;
  /** Null where no class was tuned. */
  readonly stored: StoredTuning | null;
}

/** @returns null when interrupted */
export async function tuneClasses(
  request: TuneRequest,
  io: Io,
  { again, cutShort }: Follower<Tuning>,
): Promise<TuningFound | null> {
  const { engine, adapter, budget, seed } = request;
  const { set, from } = await kernelsFrom(request.kernels, io.cwd);
  const expanded = await expansions(request.suite, set, io);
  const all = expanded.flatMap((expansion) => expansion.cases);
  const classes = classesOf(problemsOf(await filtered(all, request.filter, set, io)));
  const { host, scenarioHash } = await hostFor(request, io.cwd);
  const settings = { ...tuneSettings(seed), coldBytes: request['cold-bytes'] ?? 0 };
  const cases = classes.map(({ representative }) => representative);
  const journal = journalFor(request, io, {
    experiment: 'tune',
    settings: { ...settings, budgetSeconds: budget },
    kernels: { from: scrubbed(from), hash: setHash(set) },
    scenario: scenarioHash,
    cases,
  });
  const trusted = await shippedKernels();
  const clock = host.clock;
  const tuner = new Tuner({ set, trusted, classes: classes.length, seed, budgetSeconds: budget, clock });
  const found = (measured: Measurement) => tuningOf(measured, { tuner, classes, journal, budgetSeconds: budget });
  const measurement = await experiment(
    io,
    {
      ...{ cases, host, settings },
      open: { engine, adapter, yieldCpu: true },
      enter: (item, facts) => tuner.enter(item, facts),
      heat: (outcome) => tuner.heat(outcome),
      settled: (outcome) => tuner.settled(outcome),
      onCutShort: (soFar, by) => cutShort(found(soFar), by),
    },
    { journal, again },
  );
  if (measurement === null) return null;
  const tuning = found(measurement);
  const write = () => writeTuning(resolve(io.cwd, request.results), tuning);
  const written = tuning.classes.length > 0 ? await stored(io, { journal, again }, write) : null;
  journal.discard();
  return { tuning, stored: written };
}

/** Each problem once, regardless of the kernels that a suite requests. */
function problemsOf(cases: readonly Case[]): Case[] {
  const known = new Map<string, Case>();
  for (const { sizes: _, ...item } of cases) {
    const asked = { ...item, kernel: 'best', id: formatId({ ...parseId(item.id), kernel: 'best' }) };
    known.set(asked.id, { ...asked, series: seriesOf(asked) });
  }
  return [...known.values()];
}

function tuningOf(
  measurement: Measurement,
  parts: {
    readonly tuner: Tuner;
    readonly classes: readonly ClassCases[];
    readonly journal: RunJournal;
    readonly budgetSeconds: number;
  },
): Tuning {
  const { tuner, journal } = parts;
  const { machine, unit, startedAt, commit, environment, settings } = journal.header;
  const classes: TunedClass[] = [];
  const skips: Tuning['skips'][number][] = [];
  for (const found of parts.classes) {
    const { representative, members, shapeClass } = found;
    const outcome = measurement.cases.find(({ case: { id } }) => id === representative.id);
    const standing = outcome && tuner.standing(outcome);
    if (!outcome || !standing) {
      const { reason = 'budget', detail = 'nothing was measured' } = outcome?.refusal ?? {};
      skips.push({ class: shapeClass, id: representative.id, reason, detail });
      continue;
    }
    const named = { class: shapeClass, id: representative.id, cases: members.map(({ id }) => id) };
    classes.push({ ...named, ...classOf(standing), broken: brokenIn(outcome) });
  }
  const { suites, filter, adapter, kernels, seed } = settings;
  return scrubbed({
    schema: TUNING_SCHEMA,
    ...{ machine, unit, startedAt, commit, environment },
    settings: { suites, filter, adapter, kernels, budgetSeconds: parts.budgetSeconds, seed },
    processes: journal.processes().length,
    classes,
    skips,
  });
}

function classOf(standing: Standing): Omit<TunedClass, 'class' | 'id' | 'cases' | 'broken'> {
  const { winner, control, ratios, seconds, tried, complete, runnersUp } = standing;
  return {
    best: choiceOf(winner),
    rule: choiceOf(control),
    ratios,
    medianSeconds: seconds,
    tried,
    complete,
    finalists: runnersUp.map(({ candidate, ratio }) => ({ ...choiceOf(candidate), ratio })),
  };
}

function choiceOf({ kernel: { name, hash }, choice }: Candidate): TuningChoice {
  return { kernel: { name, hash }, tile: choice.tile, thread: choice.thread };
}
