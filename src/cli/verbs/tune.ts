/** `tune`: search kernel, tile and thread for the shape classes of suites on this adapter, and remember. */
import { resolve } from 'node:path';
import { type Io, printJson, printWritten } from '../../experiment/io.ts';
import { experiment } from '../../experiment/session/experiment.ts';
import { journalFor, type RunJournal } from '../../experiment/session/run-journal.ts';
import { hostFor } from '../../experiment/setup/host.ts';
import { expansions, filtered, kernelsFrom, shippedKernels } from '../../experiment/setup/selection.ts';
import { setHash } from '../../experiment/setup/settings.ts';
import type { Candidate } from '../../experiment/tune/candidate.ts';
import type { Standing } from '../../experiment/tune/tournament-rules.ts';
import { brokenIn, type ClassCases, classesOf, Tuner, tuneSettings } from '../../experiment/tune/tune.ts';
import type { Measurement } from '../../measure/parent/measurement.ts';
import type { Case } from '../../plan/case/case.ts';
import { formatId, parseId } from '../../plan/case/id.ts';
import { seriesOf } from '../../plan/case/series.ts';
import { scrubbed } from '../../record/privacy.ts';
import { writeTuning } from '../../record/tuning.node.ts';
import { TUNING_SCHEMA, type TunedClass, type Tuning, type TuningChoice } from '../../record/tuning.ts';
import { tuningDocument } from '../../report/tuning.ts';
import { EXIT, type ExitCode, worst } from '../exit.ts';
import { printDocument, printSoFar } from '../print.ts';
import type { Verb } from '../verb.ts';
import { checkTuneNumbers, resumeTuneCommand, type TuneOptions, tuneOptions } from './tune-options.ts';

export const tune: Verb<TuneOptions> = {
  command: 'tune [suite..]',
  describe: 'Find the fastest kernel, tile and thread for each class of shapes on this adapter, and remember',
  lists: ['suite', 'filter'],
  options: tuneOptions,
  run: async (options, io) => {
    checkTuneNumbers(options);
    return new TuneCommand(options, io).run();
  },
};

class TuneCommand {
  readonly #options: TuneOptions;
  readonly #io: Io;

  constructor(options: TuneOptions, io: Io) {
    this.#options = options;
    this.#io = io;
  }

  async run(): Promise<ExitCode> {
    const options = this.#options;
    const io = this.#io;
    const { set, from } = await kernelsFrom(options.kernels, io.cwd);
    const expanded = await expansions(options.suite, set, io);
    const all = expanded.flatMap((expansion) => expansion.cases);
    const classes = classesOf(problemsOf(filtered(all, options.filter)));
    const { host, scenarioHash } = await hostFor(options, io.cwd);
    const settings = { ...tuneSettings(options.seed), coldBytes: options['cold-bytes'] ?? 0 };
    const cases = classes.map(({ representative }) => representative);
    const journal = journalFor(options, io, {
      experiment: 'tune',
      settings: { ...settings, budgetSeconds: options.budget },
      kernels: { from: scrubbed(from), hash: setHash(set) },
      scenario: scenarioHash,
      cases,
    });
    const tuner = new Tuner({
      set,
      trusted: await shippedKernels(),
      classes: classes.length,
      seed: options.seed,
      budgetSeconds: options.budget,
      clock: host.clock,
    });
    const found = (measured: Measurement) => tuningOf(measured, { tuner, classes, journal, options });
    const measurement = await experiment(
      io,
      {
        cases,
        host,
        onCutShort: (soFar, by) =>
          printSoFar(io, { found: found(soFar), by, json: options.json, documentOf: tuningDocument }),
        open: { engine: options.engine, adapter: options.adapter, yieldCpu: true },
        enter: (item, facts) => tuner.enter(item, facts),
        heat: (outcome) => tuner.heat(outcome),
        settled: (outcome) => tuner.settled(outcome),
        settings,
      },
      { journal, again: resumeTuneCommand(options) },
    );
    if (measurement === null) return EXIT.interrupted;
    return this.#finish(journal, found(measurement));
  }

  #finish(journal: RunJournal, tuning: Tuning): ExitCode {
    const io = this.#io;
    const stored = tuning.classes.length > 0 ? writeTuning(resolve(io.cwd, this.#options.results), tuning) : null;
    journal.discard();
    if (this.#options.json) printJson(io, { ...(stored?.tuning ?? tuning), hash: stored?.hash ?? null });
    else {
      printDocument(io, tuningDocument(tuning));
      if (stored) printWritten(io, [stored.file]);
    }
    const broken = tuning.classes.some((item) => item.broken.length > 0);
    const failed = tuning.skips.some(({ reason }) => !['budget', 'unsupported', 'unverifiable'].includes(reason));
    return worst([...(broken || failed ? [EXIT.broken] : []), ...(stored ? [] : [EXIT.nothing])]);
  }
}

/** Each problem once, whatever kernels a suite asks for: which is the fastest is the question here. */
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
    readonly options: TuneOptions;
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
    settings: { suites, filter, adapter, kernels, budgetSeconds: parts.options.budget, seed },
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
