/** `compare` of two kernel sets: the selected cases, the measurement, and the kernels that it must cover. */

import {
  type ComparedCase,
  type Comparison,
  countsOf,
  type UnmeasuredCause,
  worstFirst,
} from '../../judge/ab/comparison.ts';
import type { AbRules } from '../../judge/ab/rules.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { loadKernels } from '../../kernel/set/load.node.ts';
import type { Case } from '../../plan/case/case.ts';
import type { Io } from '../io.ts';
import type { Kept } from '../session/experiment.ts';
import { type ExperimentIdentity, journalFor, type Resumable } from '../session/run-journal.ts';
import { asKernels, expansions, filtered, kernelsFrom, shippedKernels, withRobustness } from '../setup/selection.ts';

import type { AbOptions, AbOutcome, AbRequest } from './ab-request.ts';
import { bothSides, casesOfChange, changedKernels, differsInWordsAlone, fitsDevice, GATE } from './change.ts';
import { withoutRatios } from './compared-case.ts';
import { askCompilers, type CompilersAnswer } from './compilers.ts';
import { ranKernels, unmeasuredKernels } from './coverage.ts';
import { sideBySide } from './side-by-side.ts';
import { bothSets, type Sides } from './sides.ts';
import { type TreePrograms, treePrograms } from './tree-programs.ts';

export type Rules = Omit<AbRules, 'cases'>;

/** Options of a comparison of two kernel sets. */
export interface CompareRequest extends AbOptions, Resumable {
  readonly base: string;
  readonly head: string | undefined;
  /** None: the cases that the change selects. */
  readonly suite: readonly string[];
  /** Asked for by name on every case. */
  readonly kernel: readonly string[];
  /** Which GPUs' compilers are asked: names, or one of `ASKED`. */
  readonly inspect: string;
  /** Root folder of another system whose drivers are used too. */
  readonly root: string | undefined;
}

/** Commands printed with a comparison. */
export interface CompareCommands {
  /** Compares a case again. */
  readonly reproduce: (id: string, sides: 'both' | 'head') => string;
  /** Measures a changed kernel that was not measured. */
  readonly kernel: (name: string, cause: UnmeasuredCause) => string;
  /** Shows what a GPU's compiler makes of a case. */
  readonly inspect: (gpu: string, id: string) => string;
  /** Resumes the comparison after an interruption. */
  readonly resume: () => string;
}

/** Number of identical cases that are measured as controls. */
const CONTROLS = 2;
/** Seconds for each kernel file that is measured, where neither a suite nor a budget is named. */
const FILE_SECONDS = 150;

/**
 * @param show prints the results so far after an interruption
 * @returns null when interrupted
 */
export async function compareKernels(
  options: CompareRequest,
  { rules, commands, show }: Pick<Asked, 'rules' | 'commands'> & { show: (found: Comparison) => void },
  io: Io,
): Promise<Comparison | null> {
  const sides = await sidesOf(options, io);
  const trees = { base: await treePrograms(options.base, io.cwd), head: await treePrograms(options.head, io.cwd) };
  const edited = changedKernels(sides);
  const { kernels: known } = bothSides(sides);
  // Different code may change any kernel; only comparing the programs shows which.
  const suspects = isOther(trees.base) || isOther(trees.head) ? [...new Set(known.map(({ name }) => name))] : edited;
  const cases = await casesOf(sides, suspects, options, io);
  const keep = (of: Pick<ExperimentIdentity, 'settings' | 'scenario' | 'cases'>): Kept => ({
    journal: journalFor(options, io, { ...of, experiment: 'compare', kernels: bothSets(sides) }),
    again: commands.resume(),
  });
  const programs: NonNullable<AbRequest['programs']> = (some, facts) => programsOf(trees, some, facts);
  let compilers: CompilersAnswer | null = null;
  const asked = () => ({ sides, edited, trees, options, rules, commands, compilers });
  const outcome = await sideBySide(
    {
      ...{ sides, cases, options, rules, keep, controls: CONTROLS, programs },
      reproduce: commands.reproduce,
      onPaired: async (broken) => {
        if (suspects.length === 0) return;
        compilers = await askCompilers({ sides, cases, programs, broken, options, reproduce: commands.inspect }, io);
      },
      show: (found) => show(comparisonOf(found, asked())),
      ...(options.suite.length === 0 && {
        budgetFor: (names) => FILE_SECONDS * Math.max(1, filesOf(sides, names).size),
      }),
      // A filter determines the size itself.
      ...(options.filter.length === 0 && { fits: fitsDevice }),
    },
    io,
  );
  return outcome && comparisonOf(outcome, asked());
}

async function sidesOf({ base, head }: CompareRequest, { cwd }: Io): Promise<Sides> {
  return {
    base: await loadKernels(base, cwd),
    head: (await kernelsFrom(head, cwd)).set,
    trusted: await shippedKernels(),
  };
}

interface Asked {
  readonly sides: Sides;
  /** Kernels whose files differ. */
  readonly edited: readonly string[];
  readonly trees: Trees;
  readonly options: CompareRequest;
  readonly rules: Rules;
  readonly commands: CompareCommands;
  readonly compilers: CompilersAnswer | null;
}

interface Trees {
  readonly base: TreePrograms;
  readonly head: TreePrograms;
}

function comparisonOf(outcome: AbOutcome, asked: Asked): Comparison {
  const { sides, edited, trees, options, rules, commands, compilers } = asked;
  const told = outcome.cases.filter((compared) => edited.includes(requestedOf(compared)) || !isUntouched(compared));
  const reached = told.filter(({ id, ratio, control }) => ratio !== null && !control && isByName(id)).map(requestedOf);
  const late = outcome.leftOut.map(({ case: { kernel } }) => kernel).filter((name) => name !== 'best');
  const changed = [...new Set([...edited, ...reached, ...late])].sort();
  const ran = ranKernels(told);
  const isHere = !isOther(trees.base) && !isOther(trees.head);
  const unmeasured = changed.filter((name) => !ran.has(name) && !(isHere && differsInWordsAlone(sides, name)));
  // A filter or --kernel restricts the comparison on purpose; other changed kernels are listed without a verdict.
  const { filter, kernel } = options;
  const isAsked = (name: string) => filter.length === 0 && (kernel.length === 0 || kernel.includes(name));
  const answersFor = unmeasured.filter(isAsked);
  const missed = unmeasuredKernels({ changed: answersFor, outcome, sides, command: commands.kernel });
  const cases = worstFirst([...told, ...missed, ...unknownPrograms(trees, options), ...(compilers?.worse ?? [])]);
  return {
    ...documentOf({ ...outcome, cases }, rules, { base: sides.base.origin, head: sides.head.origin }),
    ...(compilers && { compiled: compilers.compiled }),
    changed,
    unmeasured,
    leftOut: outcome.leftOut.map(({ case: { id }, reason }) => ({ id, reason })),
  };
}

function requestedOf({ id }: Pick<ComparedCase, 'id'>): string {
  return id.split('/kernel=')[1] ?? '';
}

function isByName(id: string): boolean {
  return id.startsWith(`${GATE}/`) && !id.endsWith('/kernel=best');
}

/** A kernel that was included only because different code might have changed it, and did not. */
function isUntouched({ id, verdict, ratio }: ComparedCase): boolean {
  return isByName(id) && verdict === 'same' && ratio === null;
}

function isOther({ kind }: TreePrograms): boolean {
  return kind === 'other';
}

const programsOf = async (
  { base, head }: Trees,
  ...[cases, facts]: Parameters<NonNullable<AbRequest['programs']>>
): Promise<Pick<Sides, 'basePrograms' | 'headPrograms'>> => ({
  ...(base.kind === 'other' && { basePrograms: await base.make(cases, facts) }),
  ...(head.kind === 'other' && { headPrograms: await head.make(cases, facts) }),
});

/** Sides whose programs are written by code that is not executed here, so that any kernel may have changed. */
function unknownPrograms(trees: Trees, options: CompareRequest): ComparedCase[] {
  return (['base', 'head'] as const).flatMap((side) => {
    const tree = trees[side];
    if (tree.kind !== 'unknown') return [];
    const ref = options[side]?.replace(/^ref:/, '');
    const reproduce =
      side === 'base'
        ? `shapemark compare $(git merge-base ${ref} HEAD)`
        : `git switch --detach ${ref} && shapemark compare ${options.base}`;
    const row = withoutRatios(`programs of the ${side}`, reproduce);
    return [{ ...row, verdict: 'unmeasured', cause: 'harness', reason: tree.reason } satisfies ComparedCase];
  });
}

function filesOf(sides: Sides, names: readonly string[]): Set<string> {
  const of = new Map(bothSides(sides).kernels.map(({ name, file }) => [name, file]));
  return new Set(names.flatMap((name) => of.get(name) ?? []));
}

/** Whether the change selects the cases. */
function isOfChange({ suite, kernel }: CompareRequest): boolean {
  return suite.length === 0 && kernel.length === 0;
}

async function casesOf(sides: Sides, suspects: readonly string[], options: CompareRequest, io: Io): Promise<Case[]> {
  const known = bothSides(sides);
  if (!isOfChange(options)) return suiteCases(options.suite.length > 0 ? options.suite : [GATE], known, options, io);
  const cases = (await casesOfChange(sides, suspects, io)).map((item) => withRobustness(item, options.robustness));
  return filtered(cases, options.filter, known, io);
}

/** Cases of named suites, as the options narrow them and ask for kernels. */
export async function suiteCases(
  suites: readonly string[],
  set: KernelSet,
  { kernel, filter, robustness }: Pick<CompareRequest, 'kernel' | 'filter' | 'robustness'>,
  io: Io,
): Promise<Case[]> {
  const expanded = await expansions(suites, set, io);
  const cases = expanded.flatMap((expansion) => expansion.cases);
  const named = asKernels(cases, kernel, set).map((item) => withRobustness(item, robustness));
  return filtered(named, filter, set, io);
}

export function documentOf(
  outcome: Pick<AbOutcome, 'machine' | 'processes' | 'cases' | 'ended' | 'seconds'>,
  { minimumEffect }: Rules,
  named: { base: string; head: string },
): Omit<Comparison, 'changed' | 'unmeasured' | 'leftOut'> {
  const { machine, processes, cases, ended, seconds } = outcome;
  return { ...named, machine, processes, minimumEffect, cases, counts: countsOf(cases), ended, seconds };
}
