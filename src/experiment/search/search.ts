/** A complete search for d_ff: planned, measured, stored, and compared with other machines. */

import { resolve } from 'node:path';
import type { ClassicAnswer, SearchDocument, SearchRow } from '../../judge/search/search-document.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { setHash } from '../../kernel/set/set.ts';
import { enterRun } from '../../measure/parent/enter.ts';
import type { Host } from '../../measure/parent/host.ts';
import { expand } from '../../plan/case/expand.ts';
import { loadSuite } from '../../plan/load.node.ts';
import {
  planSearch,
  type SearchPlan,
  type SearchRequest,
  searchInSuite,
  suiteFromRequest,
  widthsOf,
} from '../../plan/search.ts';
import { requireWritable } from '../../record/disk.node.ts';
import { scrubbed } from '../../record/privacy.ts';
import type { Io } from '../io.ts';
import { experiment, type Follower, type Kept, stored } from '../session/experiment.ts';
import { type ExperimentIdentity, journalFor, type Resumable } from '../session/run-journal.ts';
import { hostFor } from '../setup/host.ts';
import { filtered, kernelsFrom, shippedKernels } from '../setup/selection.ts';
import { type Asked, settingsFor } from '../setup/settings.ts';
import { tunedOn } from '../setup/tuning.ts';
import { CLASSIC_RUNS, classicAnswer, classicOrder, classicSuite } from './classic.ts';
import { documentOf } from './document.ts';
import { rulesFor, type Searched, type SearchSession, search, sessionSettings } from './race.ts';
import { identityOf, storeSearch } from './store.ts';
import { portabilityOf } from './stored.ts';

/** What is searched: a suite's MLP by the suite's name, or one that flags describe. */
export type Subject = string | SearchRequest;

export interface SearchAsked extends Omit<Resumable, 'suite'>, Omit<Asked, 'processes'> {
  readonly subject: Subject;
  readonly kernels: string | undefined;
  readonly scenario: string | undefined;
  /** Most fresh processes. */
  readonly processes: number;
  readonly minimumEffect: number;
  /** Whether the classic method is measured too. */
  readonly classic: boolean;
  /** Whether the record is stored, and visits are on disk until it is. */
  readonly store: boolean;
}

export interface Found {
  readonly document: SearchDocument;
  readonly files: readonly string[];
  /** Whether an interruption left out the classic method. */
  readonly isCutShort: boolean;
  /** Whether a kernel gave a wrong answer or did not run. */
  readonly broken: boolean;
}

/** The widths of a search and the GEMMs of each, with the kernels that are asked for. Throws SpecError, UsageError. */
export async function searchPlan(
  { subject, filter, kernels }: Pick<SearchAsked, 'subject' | 'filter' | 'kernels'>,
  io: Io,
): Promise<SearchPlan> {
  return planOf(subject, filter, (await kernelsFrom(kernels, io.cwd)).set, io);
}

async function planOf(subject: Subject, filter: readonly string[], set: KernelSet, io: Io): Promise<SearchPlan> {
  const context = { kernels: set.kernels.map(({ name }) => name) };
  if (typeof subject === 'string') {
    const suite = await loadSuite(subject, { cwd: io.cwd });
    const about = searchInSuite(suite);
    return planSearch(suite, await filtered(expand(suite, context).cases, filter, set, null), about);
  }
  const { suite, gemms } = suiteFromRequest(subject);
  const { baseline } = widthsOf(subject);
  const cases = await filtered(expand(suite, context).cases, filter, set, null);
  return planSearch(suite, cases, { gemms, hidden: subject.hidden, baseline, gated: subject.gated });
}

/** @returns null when interrupted */
export async function searchWidths(
  asked: SearchAsked,
  io: Io,
  { again, cutShort }: Follower<SearchDocument>,
): Promise<Found | null> {
  const { set, from } = await kernelsFrom(asked.kernels, io.cwd);
  const plan = await planOf(asked.subject, asked.filter, set, io);
  const { host, scenarioHash } = await hostFor(asked, io.cwd);
  if (asked.store) requireWritable(resolve(io.cwd, asked.results));
  const session = await sessionOf(asked, { plan, host, set }, io);
  const kernels = { from: scrubbed(from), hash: setHash(set) };
  const kept = asked.store ? keptOf(asked, session, { kernels, scenario: scenarioHash, again }, io) : undefined;
  const documentSoFar = (searched: Searched) =>
    documentOf(plan, searched, kept?.journal.header ?? identityOf(io, asked, searched.measurement.facts));
  const searched = await search(io, session, {
    ...(kept && { kept }),
    onCutShort: (soFar, by) => cutShort(documentSoFar(soFar), by),
  });
  if (searched === null) return null;
  const measured = documentSoFar(searched);
  const classic = asked.classic ? await classicOf(session, measured.candidates, io) : null;
  const document = { ...measured, ...(classic?.answer && { classic: classic.answer }) };
  const finished = kept && { searched, document, set, host, journal: kept.journal, kept };
  return {
    files: finished ? await stored(io, finished.kept, () => storeSearch(io, asked, finished)) : [],
    document: { ...document, portability: portabilityOf(plan, asked.results, io.cwd) },
    isCutShort: classic?.isCutShort ?? false,
    broken: searched.measurement.cases.some(({ refusal }) => refusal?.status === 'failed'),
  };
}

async function sessionOf(
  asked: SearchAsked,
  { plan, host, set }: { plan: SearchPlan; host: Host; set: KernelSet },
  io: Io,
): Promise<SearchSession> {
  const { engine, adapter, processes, minimumEffect, results } = asked;
  return {
    plan,
    host,
    open: { engine, adapter, yieldCpu: true },
    enter: enterRun(set, await shippedKernels(), { tunedOn: tunedOn(resolve(io.cwd, results), engine) }),
    settings: settingsFor({ ...asked, processes: undefined }, []),
    rules: rulesFor({ minimumEffect, processes }),
  };
}

function keptOf(
  asked: SearchAsked,
  session: SearchSession,
  { again, ...of }: Pick<ExperimentIdentity, 'kernels' | 'scenario'> & { again: string },
  io: Io,
): Kept {
  const suite = [typeof asked.subject === 'string' ? asked.subject : 'search'];
  const journal = journalFor({ ...asked, suite }, io, {
    ...of,
    experiment: 'search',
    settings: sessionSettings(session),
    cases: session.plan.candidates.flatMap(({ cases }) => cases),
  });
  return { journal, again };
}

/** The answer is null when not one width was measured. */
async function classicOf(
  session: SearchSession,
  ours: readonly SearchRow[],
  io: Io,
): Promise<{ answer: ClassicAnswer | null; isCutShort: boolean }> {
  const { plan, host, open, enter, settings } = session;
  const kernels = [plan.candidates[0]?.cases[0]?.kernel ?? 'best'];
  const { cases } = expand(classicSuite(plan), { kernels });
  const measurement = await experiment(io, {
    cases: classicOrder(cases, plan.baseline),
    ...{ host, open, enter },
    settings: { ...settings, processes: CLASSIC_RUNS, looks: [CLASSIC_RUNS] },
    order: 'given',
    unkept: 'the classic method is left out',
  });
  return { answer: measurement && classicAnswer(measurement, plan, ours), isCutShort: measurement === null };
}
