/** What `explain M N K` prints. */
import type { AlignmentClass } from '../../predict/alignment.ts';
import type { Cut, ShapeExplanation } from '../../predict/explain-shape.ts';
import { GUARANTEED_BINDING_BYTES } from '../../predict/memory.ts';
import type { Roofline } from '../../predict/roofline.ts';
import { type Block, type Document, facts, type Section, section, text } from '../document/document.ts';
import { type ColumnOf, column, tableOf } from '../document/table.ts';
import { CHANGE, COUNT, FIGURES, RATE, SECONDS, SHARE, TEXT } from '../quantities.ts';
import { bytes, compact, grouped, intensity, scaled, signed, tileText } from '../si.ts';

export function shapePage(explained: ShapeExplanation, title = titleOf(explained)): Document {
  return {
    title,
    lead: `${scaled(explained.flop, 'FLOP')} on at least ${bytes(explained.bytes)}: ${intensity(explained.arithmeticIntensity)} FLOP per byte. Arithmetic only; nothing was measured.`,
    sections: [
      alignmentSection(explained),
      tileSection(explained),
      boundSection(explained),
      suggestionSections(explained),
      memorySection(explained),
    ].flat(),
  };
}

function titleOf({ shape, layout, format, groups }: ShapeExplanation): string {
  const { batch, m, n, k } = shape;
  const experts = groups ? `, ${groups.experts} experts` : '';
  const dimensions = [...(batch > 1 ? [batch] : []), m, n, k].map(grouped).join(' × ');
  return `${dimensions}  ${layout}, w ${format.w}, a ${format.a}, accumulated in ${format.acc}, out ${format.out}${experts}`;
}

const CLASS_WORDS: Readonly<Record<AlignmentClass, string>> = {
  line: 'whole 128-byte lines',
  vector: '16-byte loads',
  scalar: 'no 16-byte loads; libraries use slow paths',
};

const STRIDES: readonly ColumnOf<ShapeExplanation['strides'][number]>[] = [
  column('operand', TEXT, ({ operand }) => operand),
  column('rows along', TEXT, ({ along }) => along),
  column('row stride', FIGURES, (stride) => `${grouped(stride.bytes)} B`),
  column('starts on', FIGURES, ({ divisor }) => `${divisor} B`),
  column('allows', TEXT, (stride) => CLASS_WORDS[stride.class]),
];

function alignmentSection({ shape, divisors, strides }: ShapeExplanation): Section[] {
  const entry = (dimension: 'm' | 'n' | 'k') => `${grouped(shape[dimension])} (${divisors[dimension]})`;
  return section(
    'Alignment',
    text(`Largest power of two that divides: m ${entry('m')}, n ${entry('n')}, k ${entry('k')}.`),
    tableOf(STRIDES, strides),
  );
}

/** As many GPUs as fit beside each other in 100 columns. */
const GPUS_ABREAST = 4;

function tileSection({ cuts }: ShapeExplanation): Section[] {
  const gpus = cuts[0]?.waves ?? [];
  const starts = Array.from({ length: Math.max(1, Math.ceil(gpus.length / GPUS_ABREAST)) }, (_, i) => i * GPUS_ABREAST);
  const tables = starts.map((start) => tileTable(cuts, start));
  const units = gpus.map(({ gpu, units: count }) => `${gpu} has ${count}`).join(', ');
  const perGpu = `Per GPU: waves · their efficiency in %, with one workgroup per unit at a time (${units}). With r resident workgroups per unit, divide the waves by r.`;
  return section('Tiles and waves', ...tables, ...(gpus.length > 0 ? [text(perGpu)] : []));
}

function tileTable(cuts: readonly Cut[], start: number): Block {
  const waveText = ({ waves, efficiency }: Cut['waves'][number]) =>
    `${compact(waves)} · ${(efficiency * 100).toFixed(1).replace('100.0', '100')}`;
  const abreast = (cuts[0]?.waves ?? []).slice(start, start + GPUS_ABREAST);
  const columns: ColumnOf<Cut>[] = [
    column('kernel', TEXT, ({ name }) => name),
    column('tile', FIGURES, ({ tile }) => tileText(tile)),
    column('workgroups', FIGURES, ({ tiles }) => compact(tiles)),
    column('tile eff.', SHARE, ({ efficiency }) => efficiency),
    ...abreast.map(({ gpu }, i) =>
      column(gpu, FIGURES, ({ waves }: Cut) => {
        const wave = waves[start + i];
        return wave && waveText(wave);
      }),
    ),
  ];
  return tableOf(columns, cuts);
}

const PATH_WORDS = {
  'f32-fma': 'f32 vector',
  'f16-fma': 'f16 vector',
  'f16-matrix-acc-f32': 'f16 matrix, f32 acc',
  'f16-matrix-acc-f16': 'f16 matrix, f16 acc',
} as const;

const LIMITS: readonly ColumnOf<Roofline>[] = [
  column('ridge', FIGURES, ({ ridge }) => ridge.toFixed(1)),
  column('bound by', TEXT, ({ bound }) => bound),
  column('at least', SECONDS, ({ seconds }) => seconds),
  column('at most', RATE, ({ flopPerSecond }) => flopPerSecond),
];
const STATED: readonly ColumnOf<ShapeExplanation['bounds'][number]>[] = [
  column('GPU', TEXT, ({ gpu }) => gpu),
  column('arithmetic', TEXT, ({ path }) => PATH_WORDS[path]),
  ...LIMITS,
];
const MEASURED: readonly ColumnOf<ShapeExplanation['measuredBounds'][number]>[] = [
  column('peaks measured on', TEXT, ({ machine }) => shortened(machine)),
  ...LIMITS,
];

function boundSection({ bounds, measuredBounds, arithmeticIntensity }: ShapeExplanation): Section[] {
  const dense = 'Vendor figures, dense. A kernel without access to matrix units is limited by the vector rate.';
  const title = `Roofline at ${intensity(arithmeticIntensity)} FLOP per byte`;
  return section(title, tableOf(STATED, bounds), text(dense), tableOf(MEASURED, measuredBounds));
}

function shortened(machine: string): string {
  const most = 48;
  return machine.length <= most ? machine : `${machine.slice(0, most - 1)}…`;
}

function suggestionSections({ suggestions, suggestedFor, shape }: ShapeExplanation): Section[] {
  if (!suggestedFor) return [];
  const title = `Better-aligned neighbours on ${suggestedFor.gpu} (${PATH_WORDS[suggestedFor.path]})`;
  if (suggestions.length === 0) {
    return section(title, text(`None needed: n ${grouped(shape.n)} and k ${grouped(shape.k)} are multiples of 256.`));
  }
  type Suggestion = ShapeExplanation['suggestions'][number];
  const tiles = suggestions[0]?.gains.map(({ tile }) => tileText(tile)) ?? [];
  const columns: ColumnOf<Suggestion>[] = [
    column('instead', TEXT, ({ dimension, value }) => `${dimension} = ${grouped(value)}`),
    column('distance', FIGURES, ({ distance }) => signed(distance)),
    column('divisible by', COUNT, ({ divisor }) => divisor),
    ...tiles.map((tile, i) => column(`rate ${tile}`, CHANGE, ({ gains }: Suggestion) => gains[i]?.rateGain)),
    column(`time ${tiles[0] ?? ''}`, CHANGE, ({ gains }) => gains[0]?.timeChange ?? 0),
  ];
  return section(
    title,
    tableOf(columns, suggestions),
    text(
      'Rates are per multiply-add, hence per parameter; times are for the whole launch, whose work depends on the shape.',
    ),
  );
}

function memorySection({ footprint, blocks, shape }: ShapeExplanation): Section[] {
  const operands = (['a', 'b', 'scales', 'bias', 'c'] as const)
    .filter((key) => footprint[key] > 0)
    .map((key) => `${key.length === 1 ? key.toUpperCase() : key} ${bytes(footprint[key])}`);
  const fits =
    footprint.largest <= GUARANTEED_BINDING_BYTES
      ? 'fits the 128 MiB binding limit of every WebGPU device'
      : 'needs a device that allows more than the guaranteed 128 MiB per binding';
  const columns: ColumnOf<(typeof blocks)[number]>[] = [
    column('B in blocks', TEXT, ({ format }) => format),
    column('block', COUNT, ({ block }) => block),
    column(`blocks in k = ${grouped(shape.k)}`, FIGURES, ({ perRow, remainder }) =>
      remainder === 0 ? grouped(perRow) : `${grouped(perRow - 1)} and ${remainder} left over`,
    ),
    column('bits per weight', COUNT, ({ bitsPerWeight }) => bitsPerWeight),
    column('one B', FIGURES, (count) => bytes(count.bytes)),
  ];
  return section('Memory', facts(['buffers', `${operands.join(', ')}; the largest ${fits}`]), tableOf(columns, blocks));
}
