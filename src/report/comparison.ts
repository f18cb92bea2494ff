/** A comparison as people read it and as `compare --json` prints it: one model, worst first, nothing left out. */
import { type ComparedCase, type Comparison, VERDICTS, worstFirst } from '../judge/ab/comparison.ts';
import { commands, type Document, lines, section } from './document/document.ts';
import { type ColumnOf, column, tableOf } from './document/table.ts';
import { COUNT, RATIO, RATIOS, SHARE, TEXT, toneOf } from './quantities.ts';
import { READING } from './run.ts';
import { error } from './si.ts';

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
      ...section(undefined, lines(noteLines(comparison)), commands('measure again:', againCommands(comparison))),
    ],
  };
}

/** Cases that were found identical without being measured are counted in one line below the table. */
function tableRows({ cases }: Comparison): ComparedCase[] {
  return worstFirst(cases).filter((compared) => !isSameByText(compared));
}

function isSameByText({ verdict, ratio }: ComparedCase): boolean {
  return verdict === 'same' && ratio === null;
}

/** The kernel is said once: by the id where it was asked for by name, else by what was picked. */
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
  return `${head} against ${base} on ${machine}: ${found.join(', ') || 'nothing compared'} (effects from ${minimumEffect * 100} % up)`;
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
    ...(identical === 0 ? [] : [`${identical} same without measuring: the same program reaches the device`]),
    ...(unasked.length === 0 ? [] : [`changed, but not asked for here: ${unasked.join(', ')}`]),
    ...leftOutLines(leftOut),
    ...(shown ? ['detectable: the slowdown that as many processes call slower 9 times in 10'] : []),
    READING,
  ];
}

function endText({ ended, processes, seconds }: Comparison): string {
  const took = `${processes} processes, ${Math.round(seconds)} s`;
  if (processes === 0) return 'nothing needed measuring';
  if (ended === 'budget') return `${took}; ended by the budget: a larger --budget decides more`;
  if (ended === 'interruption') return `${took}; interrupted: verdicts so far`;
  if (ended === 'looks') return `${took}; ended after the last planned look`;
  return `${took}; every case is decided`;
}

/** The ids are many and alike; how many are named is enough to find the rest in the JSON. */
const NAMED = 3;

function leftOutLines(leftOut: Comparison['leftOut']): string[] {
  const [first] = leftOut;
  if (first === undefined) return [];
  const ids = leftOut.slice(0, NAMED).map(({ id }) => id);
  const more = leftOut.length > NAMED ? `, and ${leftOut.length - NAMED} more` : '';
  return [`left out by the budget: ${ids.join(', ')}${more} (${first.reason})`];
}

const COMMANDS = 8;

/** For the worst verdicts that somebody may want to look into; the JSON has the command of each. */
function againCommands({ cases }: Comparison): string[] {
  const worth = worstFirst(cases).filter(({ verdict }) => verdict !== 'same' && verdict !== 'new');
  return [...new Set(worth.map(({ reproduce }) => reproduce))].slice(0, COMMANDS);
}
