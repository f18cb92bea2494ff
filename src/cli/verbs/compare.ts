/** `compare`: base and head side by side, and a verdict for each case. */

import { canonicalJson, digest } from '../../gemm/digest.ts';
import { AB_RULES, type AbRules } from '../../judge/ab.ts';
import type { KernelSet } from '../../kernel/kernel.ts';
import { loadKernels } from '../../kernel/load.node.ts';
import type { Sides } from '../../measure/compare.ts';
import type { Case } from '../../plan/case/case.ts';
import { scrubbed } from '../../record/privacy.ts';
import {
  type Comparison,
  countsOf,
  renderComparison,
  renderComparisonMarkdown,
  VERDICTS,
  type Verdict,
} from '../../report/comparison.ts';
import { EXIT, type ExitCode, UsageError, worst } from '../exit.ts';
import type { Kept } from '../experiment.ts';
import { compareHarnesses } from '../harness.ts';
import { type Io, printJson } from '../io.ts';
import { type ExperimentIdentity, journalFor } from '../run-journal.ts';
import { expansions, filtered, kernelsFrom, shippedKernels } from '../selection.ts';
import { setHash } from '../settings.ts';
import { type AbOutcome, sideBySide } from '../side-by-side.ts';
import type { Verb } from '../verb.ts';
import {
  type CompareOptions,
  compareOptions,
  failingVerdicts,
  reproduceCommand,
  resumeCompareCommand,
} from './compare-options.ts';

/** Identical cases that are measured all the same. */
const CONTROLS = 2;

export const compare: Verb<CompareOptions> = {
  command: 'compare [base] [head]',
  describe: 'A/B of two kernel sets (folders or git refs): slower, faster, same or unclear',
  lists: ['suite', 'filter'],
  options: compareOptions,
  run: async (options, io) => {
    const failOn = failingVerdicts(options['fail-on']);
    const comparison = await compared(options, rulesOf(options), io);
    if (comparison === null) return EXIT.interrupted;
    print(comparison, options, io);
    return exitOf(comparison, failOn);
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
  const cases = await casesOf([...sides.base.kernels, ...sides.head.kernels], options, io);
  const reproduce = (id: string) => reproduceCommand(options, id);
  const keep = (of: Pick<ExperimentIdentity, 'settings' | 'scenario'>): Kept => ({
    journal: journalFor(options, io, { ...of, experiment: 'compare', kernels: bothSets(sides), cases }),
    again: resumeCompareCommand(options),
  });
  const outcome = await sideBySide({ sides, cases, options, rules, controls: CONTROLS, keep, reproduce }, io);
  if (outcome === null) return null;
  return {
    ...documentOf(outcome, rules, { base: sides.base.origin, head: sides.head.origin }),
    unmeasured: changedKernels(sides.base, sides.head).filter((name) => !outcome.ran.has(name)),
  };
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
  const cases = await casesOf(set.kernels, options, io);
  const reproduce = (id: string) => reproduceCommand(options, id);
  const outcome = await compareHarnesses({ set, cases, options, rules, reproduce }, io);
  if (outcome === null) return null;
  const note = `workers of two checkouts in alternating processes; both run the kernel set ${set.origin}`;
  const named = { base: `harness ${options.harness}`, head: 'the harness here' };
  return { ...documentOf(outcome, rules, named), unmeasured: [], note };
}

async function casesOf(kernels: KernelSet['kernels'], options: CompareOptions, io: Io): Promise<Case[]> {
  const expanded = await expansions(options.suite, { origin: 'either side', kernels }, io);
  return filtered(
    expanded.flatMap((expansion) => expansion.cases),
    options.filter,
  );
}

function documentOf(
  { machine, processes, cases }: Pick<AbOutcome, 'machine' | 'processes' | 'cases'>,
  { minimumEffect }: Rules,
  named: { base: string; head: string },
): Omit<Comparison, 'unmeasured'> {
  return { ...named, machine, processes, minimumEffect, cases, counts: countsOf(cases) };
}

function print(comparison: Comparison, { json, format }: CompareOptions, io: Io): void {
  if (json || format === 'json') printJson(io, comparison);
  else if (format === 'markdown') io.out(renderComparisonMarkdown(comparison));
  else io.out(renderComparison(comparison, io.style));
}

function exitOf({ counts, cases }: Comparison, failOn: ReadonlySet<Verdict>): ExitCode {
  const codes: ExitCode[] = [];
  if (counts.failed > 0) codes.push(EXIT.broken);
  if (VERDICTS.some((verdict) => verdict !== 'failed' && failOn.has(verdict) && counts[verdict] > 0))
    codes.push(EXIT.regression);
  if (cases.length === 0) codes.push(EXIT.nothing);
  return worst(codes);
}

/** Names whose text differs between the sets, or that only one of them has. */
function changedKernels(base: KernelSet, head: KernelSet): string[] {
  const hashes = (set: KernelSet) => new Map(set.kernels.map(({ name, hash }) => [name, hash]));
  const [before, after] = [hashes(base), hashes(head)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .sort();
}
