/** `search`: which d_ff are fast here, which of them cannot be told apart, and what they cost. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { NothingToDo, UsageError } from '../../experiment/errors.ts';
import { type Io, printJson, printWritten } from '../../experiment/io.ts';
import { CLASSIC_RUNS, classicAnswer, classicOrder, classicSuite } from '../../experiment/search/classic.ts';
import { documentOf } from '../../experiment/search/document.ts';
import {
  rulesFor,
  type Searched,
  type SearchSession,
  search as searchFor,
  sessionSettings,
} from '../../experiment/search/session.ts';
import { identityOf, storeSearch } from '../../experiment/search/store.ts';
import { portabilityOf } from '../../experiment/search/stored.ts';
import { experiment, type Kept } from '../../experiment/session/experiment.ts';
import { type ExperimentIdentity, journalFor } from '../../experiment/session/run-journal.ts';
import { hostFor } from '../../experiment/setup/host.ts';
import { filtered, kernelsFrom, shippedKernels } from '../../experiment/setup/selection.ts';
import { setHash, settingsFor } from '../../experiment/setup/settings.ts';
import { tunedOn } from '../../experiment/setup/tuning.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { enterRun } from '../../measure/parent/enter.ts';
import type { Host } from '../../measure/parent/host.ts';
import { expand } from '../../plan/case/expand.ts';
import { loadModels, loadSuite } from '../../plan/load.node.ts';
import { planSearch, type SearchPlan, searchInSuite, suiteFromRequest, widthsOf } from '../../plan/search.ts';
import { scrubbed } from '../../record/privacy.ts';
import type { ClassicAnswer, SearchDocument, SearchRow } from '../../report/search.ts';
import { portabilitySections, searchAnswer } from '../../report/search-answer.ts';
import { renderSearchCsv } from '../../report/search-csv.ts';
import { renderSearchSvg } from '../../report/search-svg.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { printDocument } from '../print.ts';
import type { Verb } from '../verb.ts';
import { readModel } from './explain-options.ts';
import { requestFrom, resumeSearchCommand, type SearchOptions, searchOptions } from './search-options.ts';

export const search: Verb<SearchOptions> = {
  command: 'search [suite]',
  describe: 'Which d_ff is fast here: time per parameter of the whole MLP, ties as groups',
  lists: ['filter'],
  options: searchOptions,
  run: async (options, io) => new Command(options, io).run(),
};

class Command {
  readonly #options: SearchOptions;
  readonly #io: Io;
  /** Whether the classic way was interrupted. */
  #isCutShort = false;

  constructor(options: SearchOptions, io: Io) {
    this.#options = options;
    this.#io = io;
    if (!(options['minimum-effect'] > 0 && options['minimum-effect'] < 1))
      throw new UsageError(`--minimum-effect ${options['minimum-effect']}: expected a share between 0 and 1`);
    if (!/^[1-9]\d{0,3}$/.test(options.processes))
      throw new UsageError(`--processes: expected a whole number from 1 to 9999, got "${options.processes}"`);
    if (options.resume && !options.store) throw new UsageError('--resume: --no-store keeps nothing to go on with');
  }

  async run(): Promise<ExitCode> {
    const { results } = this.#options;
    const { set, from } = await kernelsFrom(this.#options.kernels, this.#io.cwd);
    const plan = await this.#plan(set);
    if (this.#options.stored) return this.#printStored(plan);
    const { host, scenarioHash } = await hostFor(this.#options, this.#io.cwd);
    const session = await this.#session(plan, host, set);
    const kernels = { from: scrubbed(from), hash: setHash(set) };
    const kept = this.#options.store ? this.#kept(session, { kernels, scenario: scenarioHash }) : undefined;
    const documentSoFar = (searched: Searched) => {
      const identity = kept?.journal.header ?? identityOf(this.#io, this.#options, searched.measurement.facts);
      return documentOf(plan, searched, identity);
    };
    const searched = await searchFor(this.#io, session, {
      ...(kept && { kept }),
      onCutShort: (soFar, by) => this.#printSoFar(documentSoFar(soFar), by),
    });
    if (searched === null) return EXIT.interrupted;
    const measured = documentSoFar(searched);
    const classic = this.#options.classic ? await this.#classic(session, measured.candidates) : null;
    const document = { ...measured, ...(classic && { classic }) };
    const files = kept
      ? storeSearch(this.#io, this.#options, { searched, document, set, host, journal: kept.journal })
      : [];
    this.#print({ ...document, portability: portabilityOf(plan, results, this.#io.cwd) }, files);
    if (this.#isCutShort) return EXIT.interrupted;
    if (searched.measurement.cases.some(({ refusal }) => refusal?.status === 'failed')) return EXIT.broken;
    return measured.candidates.length > 1 ? EXIT.fine : EXIT.nothing;
  }

  /** Finished visits are on disk until the record is. */
  #kept(session: SearchSession, of: Pick<ExperimentIdentity, 'kernels' | 'scenario'>): Kept {
    const { suite = 'search' } = this.#options;
    const journal = journalFor({ ...this.#options, suite: [suite] }, this.#io, {
      ...of,
      experiment: 'search',
      settings: sessionSettings(session),
      cases: session.plan.candidates.flatMap(({ cases }) => cases),
    });
    return { journal, again: resumeSearchCommand(this.#options) };
  }

  #printSoFar(document: SearchDocument, by: 'interruption' | 'error'): void {
    const isJson = this.#options.json || this.#options.format === 'json';
    if (isJson ? by === 'interruption' : this.#options.format === 'text') this.#print(document, []);
  }

  async #plan(set: KernelSet): Promise<SearchPlan> {
    const { suite: named, filter, model, hidden, experts, active } = this.#options;
    if ([named, model, hidden].filter((subject) => subject !== undefined).length > 1)
      throw new UsageError('search takes one of a suite, --model and --hidden');
    if (model !== undefined && (experts ?? active) !== undefined)
      throw new UsageError('--model brings its own experts; leave out --experts and --active');
    const context = { kernels: set.kernels.map(({ name }) => name) };
    if (named !== undefined) {
      const suite = await loadSuite(named, { cwd: this.#io.cwd });
      const about = searchInSuite(suite);
      return planSearch(suite, filtered(expand(suite, context).cases, filter), about);
    }
    const known = model === undefined ? undefined : readModel(model, loadModels({ cwd: this.#io.cwd }));
    const request = requestFrom(this.#options, known);
    const { suite, gemms } = suiteFromRequest(request);
    const { baseline } = widthsOf(request);
    const cases = filtered(expand(suite, context).cases, filter);
    return planSearch(suite, cases, { gemms, hidden: request.hidden, baseline, gated: request.gated });
  }

  async #session(plan: SearchPlan, host: Host, set: KernelSet): Promise<SearchSession> {
    const { engine, adapter, processes, results } = this.#options;
    const rules = rulesFor({ minimumEffect: this.#options['minimum-effect'], processes: Number(processes) });
    return {
      plan,
      host,
      open: { engine, adapter, yieldCpu: true },
      enter: enterRun(set, await shippedKernels(), tunedOn(resolve(this.#io.cwd, results), engine)),
      settings: settingsFor({ ...this.#options, processes: undefined }, []),
      rules,
    };
  }

  /** Null when interrupted or not one width was measured. */
  async #classic(session: SearchSession, ours: readonly SearchRow[]): Promise<ClassicAnswer | null> {
    const { plan, host, open, enter, settings } = session;
    const { kernels } = { kernels: [plan.candidates[0]?.cases[0]?.kernel ?? 'best'] };
    const { cases } = expand(classicSuite(plan), { kernels });
    const measurement = await experiment(this.#io, {
      cases: classicOrder(cases, plan.baseline),
      host,
      open,
      enter,
      settings: { ...settings, processes: CLASSIC_RUNS, looks: [CLASSIC_RUNS] },
      order: 'given',
      unkept: 'the classic way is left out',
    });
    this.#isCutShort = measurement === null;
    return measurement && classicAnswer(measurement, plan, ours);
  }

  #printStored(plan: SearchPlan): ExitCode {
    const { results, json, format } = this.#options;
    const found = portabilityOf(plan, results, this.#io.cwd);
    if (!found)
      throw new NothingToDo(
        `${results} has not two machines that measured these widths; run the same search on each of them first`,
      );
    if (json || format === 'json') printJson(this.#io, found);
    else printDocument(this.#io, { sections: portabilitySections(found) });
    return EXIT.fine;
  }

  #print(document: SearchDocument, files: readonly string[]): void {
    const { json, format, picture } = this.#options;
    const io = this.#io;
    if (picture !== undefined) writeFileSync(resolve(io.cwd, picture), renderSearchSvg(document));
    if (json || format === 'json') printJson(io, document);
    else if (format === 'csv') io.out(renderSearchCsv(document));
    else if (format === 'svg') io.out(renderSearchSvg(document));
    else {
      printDocument(io, searchAnswer(document));
      printWritten(io, [...files, ...(picture === undefined ? [] : [resolve(io.cwd, picture)])]);
    }
  }
}
