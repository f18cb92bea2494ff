/** Compiler statistics as a document: a table for each GPU, and differences from another version. */
import type { Change, InspectedGpu, Inspection, InspectionRow } from '../record/beside/inspection.ts';
import { alike } from './alike.ts';
import { type Document, lines, type Section, section, text } from './document/document.ts';
import { type ColumnOf, column, type Remarks, tableOf } from './document/table.ts';
import { formatText, shapeText } from './labels.ts';
import { CODE, COUNT, FIGURES, PERCENT, TEXT, VERDICT } from './quantities.ts';
import { scaled } from './si.ts';

type Compiled = Extract<InspectionRow, { status: 'compiled' }>;

const some = (count: number | null | undefined) => (count ? count : null);

export const INSPECTION_COLUMNS: readonly ColumnOf<Compiled>[] = [
  column('kernel', TEXT, ({ kernel }) => kernel),
  column('m×n×k', TEXT, shapeText),
  column('format', TEXT, (row) => formatText({ ...row, operands: { mode: 'cold' } })),
  column('registers', COUNT, ({ registers }) => registers),
  column('spills', COUNT, ({ spills }) => some(spills)),
  column('scratch', FIGURES, ({ scratchBytes }) => (scratchBytes ? scaled(scratchBytes, 'B') : null)),
  column('shared', FIGURES, ({ sharedBytes }) => (sharedBytes ? scaled(sharedBytes, 'B') : null)),
  column('occupancy', COUNT, ({ occupancy }) => occupancy),
  column('instructions', COUNT, ({ instructions }) => instructions?.total),
  column('loop', COUNT, ({ loop }) => loop?.instructions),
  column('multiply-adds', COUNT, ({ loop }) => some(loop?.multiplyAdds)),
  column('per instruction', FIGURES, ({ loop }) =>
    loop?.multiplyAdds ? (loop.multiplyAdds / loop.instructions).toFixed(2) : null,
  ),
  column('matrix', COUNT, ({ loop }) => some(loop?.matrix)),
  column('packed, dot', COUNT, ({ loop }) => some(loop && loop.packed + loop.dot)),
  column('memory ops', COUNT, ({ loop }) => loop?.memory),
  column('shared ops', COUNT, ({ loop }) => some(loop?.shared)),
  column('checks', PERCENT, checksShare),
];

/** Share of the loop's instructions that checks of indexes are; null where it was not asked. */
function checksShare({ loop, unchecked }: Compiled): number | null {
  const without = unchecked?.loop;
  if (!loop || !without) return null;
  const each = ({ instructions, multiplyAdds, matrix }: typeof loop) => instructions / (matrix || multiplyAdds);
  return 1 - each(without) / each(loop);
}

export const CHANGE_COLUMNS: readonly ColumnOf<Change>[] = [
  column('verdict', VERDICT, ({ verdict }) => verdict),
  column('GPU', TEXT, ({ gpu }) => gpu),
  column('what', TEXT, ({ what }) => what),
  column('base', FIGURES, ({ base }) => (base === null ? null : String(base))),
  column('head', FIGURES, ({ head }) => (head === null ? null : String(head))),
  column('kernel', TEXT, ({ kernel }) => kernel),
  column('case', CODE, ({ case: id }) => id),
];

const READING = 'figures are described in docs/inspect.md, columns in docs/reading.md';
const ORDER = ['worse', 'better', 'same'] as const;

export function inspectionDocument(inspection: Inspection): Document {
  const { gpus, kernels, changes, base, counts } = inspection;
  const sorted = worstChanges(changes ?? []);
  const changed =
    base === undefined
      ? []
      : section(`against ${base}`, sorted.length > 0 ? tableOf(CHANGE_COLUMNS, sorted) : text('nothing differs'));
  const told = (words: readonly string[]) =>
    words.flatMap((word) => (counts[word] ? [`${counts[word]} ${word}`] : [])).join(', ');
  const programs = told(['compiled', 'refused', 'failed']) || 'nothing to compile';
  const figures = base === undefined ? '' : told(ORDER);
  return {
    summary: figures === '' ? programs : `${programs}; figures that differ: ${figures}`,
    sections: [
      ...gpus.flatMap((gpu) =>
        gpuSection(
          gpu,
          kernels.filter((row) => row.gpu === gpu.name),
        ),
      ),
      ...changed,
      ...section(undefined, lines([READING], 'quiet')),
    ],
  };
}

/** By verdict, worst first. */
export function worstChanges(changes: readonly Change[]): Change[] {
  return [...changes].sort((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict));
}

function gpuSection(gpu: InspectedGpu, rows: readonly InspectionRow[]): Section[] {
  const { units, compiler } = gpu;
  const compiled = rows.filter((row) => row.status === 'compiled');
  const spoken = compiler === null ? 'no compiler reported statistics' : `the compiler is ${compiler} of ${gpu.driver}`;
  const meant = units ? `; registers: ${units.registers}; occupancy: ${units.occupancy}` : '';
  const failed = rows.flatMap((row) =>
    row.status === 'failed' ? [`failed ${row.kernel} on ${row.case}: ${row.reason}`] : [],
  );
  return section(
    `${gpu.name}: ${gpu.product} (${gpu.vendor})${gpu.hardware ? '' : ', without hardware'}`,
    text(`${spoken}${meant}`, 'quiet'),
    tableOf(INSPECTION_COLUMNS, compiled, remarks),
    lines(failed, 'bad'),
    lines(refusals(rows), 'quiet'),
  );
}

function remarks({ loop }: Compiled): Remarks {
  return loop && loop.unknownTripCounts > 0 ? { flags: ['unknown-trip-count'] } : {};
}

/** Each reason once, with the number of cases it keeps out. */
function refusals(rows: readonly InspectionRow[]): string[] {
  const refused = rows.filter((row) => row.status === 'refused');
  return alike(refused, ({ reason }) => reason).map(
    (group) => `not served${group.length > 1 ? ` (${group.length})` : ''}: ${group[0].reason}`,
  );
}
