/** A comparison as a document: worst first, complete. */

import { type ComparedCase, type Comparison, VERDICTS, type Verdict, worstFirst } from '../judge/ab/comparison.ts';
import type { Change } from '../record/beside/inspection.ts';
import { alike } from './alike.ts';
import { commands, type Document, lines, type Section, section } from './document/document.ts';
import { type ColumnOf, column, tableOf } from './document/table.ts';
import { CHANGE_COLUMNS, worstChanges } from './inspection.ts';
import { COUNT, RATIO, RATIOS, SHARE, TEXT, toneOf } from './quantities.ts';
import { READING } from './run.ts';
import { error, processesText } from './si.ts';

export const COMPARED_COLUMNS: readonly ColumnOf<ComparedCase>[] = [
  column('verdict', TEXT, ({ verdict }) => verdict),
  column('case', TEXT, caseText),
  column('time head/base', RATIO, ({ ratio }) => ratio),
  column('interval', RATIOS, ({ interval }) => interval),
  column('A/A floor', SHARE, ({ floor }) => floor),
  column('detectable', SHARE, ({ minimalDetectableEffect }) => minimalDetectableEffect),
  column('processes', COUNT, ({ ratios }) => (ratios.length === 0 ? null : ratios.length)),
  column('why', TEXT, reasonText),
];

export function comparisonDocument(comparison: Comparison): Document {
  const table = tableOf(COMPARED_COLUMNS, tableRows(comparison), ({ verdict }) => ({ tone: toneOf(verdict) }));
  return {
    summary: summaryText(comparison),
    sections: [
      ...section(undefined, table),
      ...section(
        undefined,
        tableOf(GROUP_COLUMNS, untimed(comparison), ({ verdict }) => ({ tone: toneOf(verdict) })),
      ),
      ...compiledSection(comparison),
      ...section(undefined, lines(noteLines(comparison)), commands('measure again:', againCommands(comparison))),
      ...section(undefined, commands('measure what only the head has:', newCommands(comparison))),
    ],
  };
}

/** Cases of one kernel that only one side has, or that no verdict covers, for one reason. */
interface Group {
  readonly verdict: Verdict;
  readonly kernel: string | null;
  readonly cases: number;
  /** Id of the first. */
  readonly first: string;
  readonly why: string;
}

export const GROUP_COLUMNS: readonly ColumnOf<Group>[] = [
  column('verdict', TEXT, ({ verdict }) => verdict),
  column('kernel', TEXT, ({ kernel }) => kernel),
  column('cases', COUNT, ({ cases }) => cases),
  column('first case', TEXT, ({ first }) => first),
  column('why', TEXT, ({ why }) => why),
];

/** One row for a kernel and a reason; the JSON has each case. */
function untimed({ cases }: Comparison): Group[] {
  const kernelOf = ({ kernels: { head, base } }: ComparedCase) => head ?? base;
  const groups = alike(worstFirst(cases).filter(isUntimed), (one) => [one.verdict, kernelOf(one), one.reason].join());
  return groups.map((group) => {
    const [first] = group;
    return { verdict: first.verdict, kernel: kernelOf(first), cases: group.length, first: first.id, why: first.reason };
  });
}

const doesNotCompile = ({ cause }: ComparedCase): boolean => cause === 'compile';
const isUntimed = (compared: ComparedCase): boolean =>
  ['new', 'missing', 'unmeasured'].includes(compared.verdict) || doesNotCompile(compared);

/** What is worse or better on GPUs whose compilers were asked; whatever differs is in the JSON, program by program. */
function compiledSection({ compiled }: Comparison): Section[] {
  if (!compiled) return [];
  const { gpus, without, changes } = compiled;
  const told = summed(changes);
  const asked = gpus.flatMap(({ name, compiler, driver }) => (compiler ? `${name} (${compiler} of ${driver})` : []));
  const idle = gpus.filter(({ compiler }) => !compiler).map(({ name }) => name);
  const [{ reason } = { reason: '' }] = without;
  const missing = gpus.length > 0 ? 'their drivers are not here (docs/inspect.md)' : reason;
  return section(
    'what GPUs’ compilers make of it',
    tableOf(SUMMED_COLUMNS, told),
    lines(asked.length > 0 && told.length === 0 ? ['nothing is better or worse'] : []),
    lines(asked.length > 0 ? [`asked: ${asked.join(', ')}`] : [], 'quiet'),
    lines(idle.length > 0 ? [`no program of these cases differs on: ${idle.join(', ')}`] : [], 'quiet'),
    lines(without.length > 0 ? [`not asked: ${without.map(({ gpu }) => gpu).join(', ')}: ${missing}`] : [], 'quiet'),
  );
}

interface Summed extends Change {
  readonly programs: number;
}

export const SUMMED_COLUMNS: readonly ColumnOf<Summed>[] = [
  ...CHANGE_COLUMNS.slice(0, -1),
  column('programs', COUNT, ({ programs }) => programs),
];

/** One for each kernel, GPU and figure: the program in which it differs most, and in how many it does. */
function summed(changes: readonly Change[]): Summed[] {
  const found = new Map<string, Summed>();
  for (const change of worstChanges(changes)) {
    if (change.verdict === 'same') continue;
    const key = [change.verdict, change.gpu, change.kernel, change.what].join();
    const known = found.get(key) ?? { ...change, programs: 0 };
    const most = extent(change) > extent(known) ? change : known;
    found.set(key, { ...most, programs: known.programs + 1 });
  }
  return [...found.values()];
}

/** By what factor it differs; from or to nothing counts as from or to one more. */
function extent({ base, head }: Change): number {
  if (typeof base !== 'number' || typeof head !== 'number') return 0;
  return Math.abs(base > 0 && head > 0 ? Math.log(head / base) : Math.log((head + 1) / (base + 1)));
}

/** Cases that were found identical without being measured are counted in one line below the tables. */
function tableRows({ cases }: Comparison): ComparedCase[] {
  return worstFirst(cases).filter((compared) => !isSameByText(compared) && !isUntimed(compared));
}

function isSameByText({ verdict, ratio }: ComparedCase): boolean {
  return verdict === 'same' && ratio === null;
}

/** The kernel is shown once: by the id if requested by name, else the selected one. */
function caseText({ id, kernels: { base, head } }: ComparedCase): string {
  const picked = base === head ? head : `${base ?? 'none'} → ${head ?? 'none'}`;
  const [path, asked] = id.split('/kernel=');
  if (asked === undefined || picked === null || picked === asked) return id;
  return asked === 'best' ? `${path} (${picked})` : `${id} (${picked})`;
}

function reasonText({ reason, errors }: ComparedCase): string {
  if (!errors || errors.head <= 2 * errors.base) return reason;
  return `${reason}; error grew from ${error(errors.base)} to ${error(errors.head)}`;
}

function summaryText({ counts, base, head, minimumEffect, machine }: Comparison): string {
  const found = VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => `${counts[verdict]} ${verdict}`);
  return `${head} against ${base} on ${machine}: ${found.join(', ') || 'nothing compared'} (minimum effect ${minimumEffect * 100} %)`;
}

function noteLines(comparison: Comparison): string[] {
  const { unmeasured, note, cases, leftOut } = comparison;
  const identical = cases.filter(isSameByText).length;
  const told = new Set(
    cases.flatMap(({ verdict, kernels }) => (verdict === 'unmeasured' ? Object.values(kernels) : [])),
  );
  const unasked = unmeasured.filter((name) => !told.has(name));
  const shown = cases.some(({ minimalDetectableEffect }) => minimalDetectableEffect !== null);
  return [
    ...(note === undefined ? [] : [note]),
    endText(comparison),
    ...(identical === 0 ? [] : [`${identical} same without measuring: both sides are the same program`]),
    ...(unasked.length === 0 ? [] : [`changed, but excluded by --filter or --kernel: ${unasked.join(', ')}`]),
    ...(cases.some(doesNotCompile) ? ['what does not compile was not measured: correct it and compare again'] : []),
    ...leftOutLines(leftOut),
    ...(shown ? ['detectable: the slowdown that this many processes call slower 9 times in 10'] : []),
    READING,
  ];
}

function endText({ ended, processes, seconds, cases }: Comparison): string {
  const took = `${processesText(processes)}, ${Math.round(seconds)} s`;
  if (processes === 0) return `nothing ${cases.some(doesNotCompile) ? 'else ' : ''}had to be measured`;
  if (ended === 'budget')
    return `${took}; ended because the rest of the budget does not reach the next look; a larger --budget decides more cases`;
  if (ended === 'interruption') return `${took}; interrupted: verdicts so far`;
  if (ended === 'looks') return `${took}; ended after the last planned look`;
  return `${took}; every case is decided`;
}

/** Number of ids that are listed; the JSON has all. */
const NAMED = 3;

function leftOutLines(leftOut: Comparison['leftOut']): string[] {
  const [first] = leftOut;
  if (first === undefined) return [];
  const ids = leftOut.slice(0, NAMED).map(({ id }) => id);
  const more = leftOut.length > NAMED ? `, and ${leftOut.length - NAMED} more` : '';
  return [`left out by the budget: ${ids.join(', ')}${more} (${first.reason})`];
}

/** One for each new kernel: its times on the cases that it was verified on. */
function newCommands({ cases }: Comparison): string[] {
  const byName = cases.filter(
    ({ id, verdict, kernels }) => verdict === 'new' && id.endsWith(`/kernel=${kernels.head}`),
  );
  return [...new Set(byName.map(({ reproduce }) => reproduce))].slice(0, COMMANDS);
}

const COMMANDS = 8;

/** Commands for the worst verdicts; the JSON has the command of each case. */
function againCommands({ cases }: Comparison): string[] {
  const worth = worstFirst(cases).filter(
    (compared) => compared.verdict !== 'same' && compared.verdict !== 'new' && !doesNotCompile(compared),
  );
  return [...new Set(worth.map(({ reproduce }) => reproduce))].slice(0, COMMANDS);
}
