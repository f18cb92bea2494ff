/** `compare`: base and head side by side, and a verdict for each case. */

import { canonicalJson, digest } from '../../gemm/digest.ts';
import { AB_RULES, type AbRules } from '../../judge/ab.ts';
import type { KernelSet } from '../../kernel/kernel.ts';
import { loadKernels } from '../../kernel/load.node.ts';
import type { Sides } from '../../measure/compare.ts';
import type { Case } from '../../plan/case.ts';
import { scrubbed } from '../../record/privacy.ts';
import {
  type Comparison,
  countsOf,
  renderComparison,
  renderComparisonMarkdown,
  type UnmeasuredCause,
  worstFirst,
} from '../../report/comparison.ts';
import { bothSides, casesOfChange, changedKernels, fitsDevice, GATE, PICKED } from '../change.ts';
import { ranKernels, unmeasuredKernels } from '../coverage.ts';
import { EXIT, type ExitCode, UsageError, worst } from '../exit.ts';
import type { Kept } from '../experiment.ts';
import { compareHarnesses } from '../harness.ts';
import { type Io, printJson } from '../io.ts';
import { type ExperimentIdentity, journalFor } from '../run-journal.ts';
import { asKernels, expansions, filtered, kernelsFrom, shippedKernels } from '../selection.ts';
import { setHash } from '../settings.ts';
import { type AbOutcome, sideBySide } from '../side-by-side.ts';
import type { Verb } from '../verb.ts';
import {
  type CompareOptions,
  compareOptions,
  failing,
  kernelCommand,
  reproduceCommand,
  resumeCompareCommand,
} from './compare-options.ts';

/** Identical cases that are measured all the same. */
const CONTROLS = 2;

/** Seconds for each changed kernel, where neither a suite nor a budget is named. */
const KERNEL_SECONDS = 150;

export const compare: Verb<CompareOptions> = {
  command: 'compare [base] [head]',
  describe: 'A/B of two kernel sets (folders or git refs): slower, faster, same or unclear',
  lists: ['suite', 'filter', 'kernel'],
  options: compareOptions,
  run: async (options, io) => {
    const fails = failing(options['fail-on']);
    const comparison = await compared(options, rulesOf(options), io);
    if (comparison === null) return EXIT.interrupted;
    print(comparison, options, io);
    return exitOf(comparison, fails);
  },
};

type Rules = Omit<AbRules, 'cases'>;

function rulesOf({ 'minimum-effect': minimumEffect }: CompareOptions): Rules {
  if (!(minimumEffect > 0 && minimumEffect < 1))
    throw new UsageError(`--minimum-effect ${minimumEffect}: expected a share between 0 and 1`);
  return { ...AB_RULES, minimumEffect };
}

function compared(options: CompareOptions, rules: Rules, io: Io): Promise<Comparison | null> {
  const { base, harness } = options;
  if (harness !== undefined) return comparedHarnesses({ ...options, harness }, rules, io);
  if (base === undefined)
    throw new UsageError('compare what? Name a folder of kernels or a git ref, for example: shapemark compare main');
  return comparedKernels({ ...options, base }, rules, io);
}

async function comparedKernels(
  options: CompareOptions & { base: string },
  rules: Rules,
  io: Io,
): Promise<Comparison | null> {
  const sides: Sides = {
    base: await loadKernels(options.base, io.cwd),
    head: (await kernelsFrom(options.head, io.cwd)).set,
    trusted: await shippedKernels(),
  };
  const changed = changedKernels(sides);
  const cases = await casesOf(sides, changed, options, io);
  const kernels = Math.max(1, options.kernel.length || changed.length);
  const budget = options.budget ?? (options.suite.length > 0 ? undefined : KERNEL_SECONDS * kernels);
  const keep = (of: Pick<ExperimentIdentity, 'settings' | 'scenario' | 'cases'>): Kept => ({
    journal: journalFor(options, io, { ...of, experiment: 'compare', kernels: bothSets(sides) }),
    again: resumeCompareCommand(options),
  });
  const reproduce = (id: string) => reproduceCommand(options, id);
  const outcome = await sideBySide(
    {
      ...{ sides, cases, rules, keep, reproduce },
      options: { ...options, budget },
      controls: CONTROLS,
      // A filter says itself which size is meant.
      ...(options.filter.length === 0 && { fits: fitsDevice }),
    },
    io,
  );
  if (outcome === null) return null;
  // A filter or a kernel's name is a choice to look at a part; the rest of the change is named, and is no verdict here.
  const wanted = options.kernel.length > 0 ? changed.filter((name) => options.kernel.includes(name)) : changed;
  const answersFor = options.filter.length > 0 ? [] : wanted;
  const command = (name: string, cause: UnmeasuredCause) => kernelCommand(options, name, cause);
  const rows = worstFirst([...outcome.cases, ...unmeasuredKernels({ changed: answersFor, outcome, sides, command })]);
  const ran = ranKernels(outcome.cases);
  return {
    ...documentOf({ ...outcome, cases: rows }, rules, { base: sides.base.origin, head: sides.head.origin }),
    changed,
    unmeasured: changed.filter((name) => !ran.has(name)),
    leftOut: outcome.leftOut.map(({ case: { id }, reason }) => ({ id, reason })),
  };
}

/** Whether the change itself says what is measured. */
function isOfChange({ suite, kernel }: CompareOptions): boolean {
  return suite.length === 0 && kernel.length === 0;
}

function bothSets({ base, head }: Sides): ExperimentIdentity['kernels'] {
  return {
    from: scrubbed(`${base.origin} and ${head.origin}`),
    hash: digest(canonicalJson([setHash(base), setHash(head)])),
  };
}

/** Both sides run the kernels of the head, so that only the harness differs. */
async function comparedHarnesses(
  options: CompareOptions & { harness: string },
  rules: Rules,
  io: Io,
): Promise<Comparison | null> {
  if (options.resume) throw new UsageError('--resume: a comparison of harnesses keeps nothing to go on with');
  if (options.engine === 'scripted')
    throw new UsageError('--harness starts the workers of another tree; a scripted engine has none');
  if (options.base !== undefined && options.head === undefined)
    io.err(`--harness: both sides run the kernels here; those of ${options.base} are not read\n`);
  const { set } = await kernelsFrom(options.head, io.cwd);
  const cases = await suiteCases(options.suite.length > 0 ? options.suite : [PICKED], set, options, io);
  const reproduce = (id: string) => reproduceCommand(options, id);
  const outcome = await compareHarnesses({ set, cases, options, rules, reproduce }, io);
  if (outcome === null) return null;
  const note = `workers of two checkouts in alternating processes; both run the kernel set ${set.origin}`;
  const named = { base: `harness ${options.harness}`, head: 'the harness here' };
  return { ...documentOf(outcome, rules, named), changed: [], unmeasured: [], leftOut: [], note };
}

/** In order of priority. */
async function casesOf(
  sides: Sides,
  changed: readonly string[],
  options: CompareOptions,
  io: Io,
): Promise<readonly Case[]> {
  const known = bothSides(sides);
  if (isOfChange(options)) return filtered(await casesOfChange(sides, changed, io), options.filter, known);
  return suiteCases(options.suite.length > 0 ? options.suite : [GATE], known, options, io);
}

async function suiteCases(suites: readonly string[], set: KernelSet, options: CompareOptions, io: Io): Promise<Case[]> {
  const expanded = await expansions(suites, set, io);
  const cases = asKernels(
    expanded.flatMap((expansion) => expansion.cases),
    options.kernel,
    set,
  );
  return filtered(cases, options.filter, set);
}

function documentOf(
  outcome: Pick<AbOutcome, 'machine' | 'processes' | 'cases' | 'ended' | 'seconds'>,
  { minimumEffect }: Rules,
  named: { base: string; head: string },
): Omit<Comparison, 'changed' | 'unmeasured' | 'leftOut'> {
  const { machine, processes, cases, ended, seconds } = outcome;
  return { ...named, machine, processes, minimumEffect, cases, counts: countsOf(cases), ended, seconds };
}

function print(comparison: Comparison, { json, format }: CompareOptions, io: Io): void {
  if (json || format === 'json') printJson(io, comparison);
  else if (format === 'markdown') io.out(renderComparisonMarkdown(comparison));
  else io.out(renderComparison(comparison, io.style));
}

function exitOf({ counts, cases }: Comparison, fails: ReturnType<typeof failing>): ExitCode {
  const codes: ExitCode[] = [];
  if (counts.failed > 0) codes.push(EXIT.broken);
  if (cases.some((compared) => compared.verdict !== 'failed' && fails(compared))) codes.push(EXIT.regression);
  if (cases.length === 0) codes.push(EXIT.nothing);
  return worst(codes);
}
