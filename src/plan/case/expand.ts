import type { PhaseName } from '../model/pass.ts';
import { type FlopPerToken, flopPerToken, type PassFlop, passFlop } from '../model/totals.ts';
import type { DocumentPath } from '../spec/spec-error.ts';
import { remedy } from '../spec/suggest.ts';
import type { Suite } from '../suite/parse.ts';
import type { Case } from './case.ts';
import type { Draft, Refusal } from './draft.ts';
import { scaleOf } from './draft.ts';
import { formatId } from './id.ts';
import { modelDrafts, type PathSkip, passCount, passesOf } from './model-cases.ts';
import { rawCount, rawDrafts } from './raw.ts';
import { seriesOf } from './series.ts';

/** Maximum number of cases of a suite. */
export const MAX_CASES = 100_000;

export interface ExpandContext {
  /** Names of the known kernels; `all` means all of them, and any other name except `best` is an error. */
  readonly kernels: readonly string[];
}

/** A case of a suite that cannot exist on any device. */
export interface Skip {
  readonly id: string;
  readonly suite: string;
  readonly reason: string;
}

/** FLOP of a model for one token, and for each pass of the suite. */
export interface ModelTotals {
  readonly suite: string;
  readonly model: string;
  readonly phase: PhaseName;
  readonly flopPerToken: FlopPerToken;
  readonly passes: readonly PassFlop[];
}

export interface Expansion {
  readonly suite: Suite;
  readonly cases: readonly Case[];
  readonly skips: readonly Skip[];
  readonly totals: readonly ModelTotals[];
}

/** All cases of a suite, in its order. Throws SpecError for unknown kernels, the same id twice, and more than MAX_CASES cases. */
export function expand(suite: Suite, context: ExpandContext): Expansion {
  const cases = new Map<string, Case>();
  const skips = new Map<string, Skip>();
  checkSize(suite);
  suite.shapes.forEach((_, i) => {
    for (const draft of rawDrafts(suite, i)) {
      for (const entry of casesOf(suite, draft, context)) addOnce(suite, cases, entry, draft.path);
      checkCount(suite, cases.size, draft.path);
    }
  });
  for (const request of suite.models) {
    for (const item of modelDrafts(suite, request)) {
      if ('reason' in item) addSkip(suite, skips, item, context);
      else for (const entry of casesOf(suite, item, context)) addSame(suite, cases, entry, item.path);
      checkCount(suite, cases.size, request.path);
    }
  }
  return { suite, cases: [...cases.values()], skips: [...skips.values()], totals: totalsOf(suite) };
}

/** Counts before creating cases, so that a range of billions fails at once. */
function checkSize(suite: Suite): void {
  suite.shapes.forEach((entry, i) => {
    checkCount(suite, rawCount(entry), ['shapes', i]);
  });
  for (const request of suite.models) checkCount(suite, passCount(suite, request), request.path);
}

function checkCount(suite: Suite, count: number, path: DocumentPath): void {
  if (count <= MAX_CASES) return;
  throw suite.error(path, `has ${count} cases; a suite has at most ${MAX_CASES}: use larger steps or split it`);
}

function* casesOf(suite: Suite, draft: Draft, context: ExpandContext): Generator<Case> {
  for (const operands of draft.settings.operands) {
    for (const asked of kernelsOf(suite, draft, context)) yield caseOf(suite, draft, operands, asked);
  }
}

type Asked = Pick<Case, 'kernel' | 'ofAll'>;

function kernelsOf(suite: Suite, draft: Draft, context: ExpandContext): readonly Asked[] {
  return draft.settings.kernels.flatMap((kernel) => {
    if (draft.settings.sizes !== undefined && (kernel === 'all' || kernel === 'best'))
      throw suite.error(draft.path, `fixes tile or thread, which \`${kernel}\` cannot use; name one kernel`);
    if (kernel === 'all') return context.kernels.map((name) => ({ kernel: name, ofAll: true as const }));
    if (kernel === 'best' || context.kernels.includes(kernel)) return [{ kernel }];
    const known = ['best', 'all', ...context.kernels];
    throw suite.error([...draft.path, 'kernels'], `unknown kernel "${kernel}"; ${remedy(kernel, known)}`);
  });
}

function caseOf(suite: Suite, draft: Draft, operands: Case['operands'], asked: Asked): Case {
  const { phase, name, shape, layout, group, format, bias, from, count, settings } = draft;
  const scale = scaleOf(format.w, settings.scale);
  const problem = {
    shape,
    layout,
    ...(group === undefined ? {} : { groups: group.groups }),
    format,
    ...(scale === undefined ? {} : { scale }),
    bias,
  };
  const { sizes } = settings;
  const { kernel } = asked;
  const measured = { problem, operands, distribution: settings.distribution, kernel, ...(sizes && { sizes }) };
  const label = group === undefined ? {} : { groups: group.label };
  const id = formatId({ suite: suite.name, phase, name, shape, ...label, layout, format, bias, operands, kernel });
  const series = seriesOf(measured);
  return { id, suite: suite.name, phase, name, ...measured, ...asked, seed: settings.seed, from, series, count };
}

function addOnce(suite: Suite, cases: Map<string, Case>, entry: Case, path: DocumentPath): void {
  if (cases.has(entry.id))
    throw suite.error(path, `stands for ${entry.id}, which the suite already has; rename or drop one`);
  cases.set(entry.id, entry);
}

/** Passes of one model overlap (two batches of 512 tokens have the projections of one of 1024): once is enough. */
function addSame(suite: Suite, cases: Map<string, Case>, entry: Case, path: DocumentPath): void {
  const known = cases.get(entry.id);
  if (known === undefined) cases.set(entry.id, entry);
  else if (known.series !== entry.series) {
    throw suite.error(
      path,
      `gives ${entry.id} another scale or distribution than before; put it in a suite of its own`,
    );
  }
}

function addSkip(suite: Suite, skips: Map<string, Skip>, item: Refusal | PathSkip, context: ExpandContext): void {
  const ids =
    'draft' in item ? [...casesOf(suite, item.draft, context)].map((entry) => entry.id) : [pathId(suite, item)];
  for (const id of ids) skips.set(id, { id, suite: suite.name, reason: item.reason });
}

/** A GEMM that cannot be formed has no sizes, so its skip is known by its path. */
function pathId(suite: Suite, skip: PathSkip): string {
  return `${suite.name}/${skip.phase}/${skip.name}`;
}

function totalsOf(suite: Suite): ModelTotals[] {
  const totals = new Map<string, ModelTotals>();
  for (const request of suite.models) {
    for (const pass of passesOf(request)) {
      const { name } = request.model;
      const key = `${name}/${pass.phase}`;
      const known = totals.get(key);
      const flop = passFlop(request.model, pass);
      const passes = [...(known?.passes ?? []), flop].filter(
        (one, i, all) => all.findIndex((x) => samePass(x, one)) === i,
      );
      totals.set(key, {
        suite: suite.name,
        model: name,
        phase: pass.phase,
        flopPerToken: flopPerToken(request.model, pass),
        passes,
      });
    }
  }
  return [...totals.values()];
}

function samePass(x: PassFlop, y: PassFlop): boolean {
  return x.batch === y.batch && x.context === y.context && x.sequence === y.sequence;
}
