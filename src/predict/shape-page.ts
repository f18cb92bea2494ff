/** The page `explain M N K` prints. */

import { flopPerSecond, scaled, seconds } from '../report/si.ts';
import type { AlignmentClass } from './alignment.ts';
import type { Cut, ShapeExplanation } from './explain-shape.ts';
import { GUARANTEED_BINDING_BYTES } from './memory.ts';
import { change, compact, decimalBytes, grouped, intensity, share, signed, tileText } from './numbers.ts';
import { type Block, facts, type Page, type Section, table, text } from './page.ts';
import type { Roofline } from './roofline.ts';

export function shapePage(explained: ShapeExplanation, title = titleOf(explained)): Page {
  return {
    title,
    lead: `${scaled(explained.flop, 'FLOP')} on at least ${decimalBytes(explained.bytes)}: ${intensity(explained.arithmeticIntensity)} FLOP a byte. Arithmetic only; nothing was measured.`,
    sections: [
      alignmentSection(explained),
      tileSection(explained),
      boundSection(explained),
      ...suggestionSections(explained),
      memorySection(explained),
    ],
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
  scalar: 'no 16-byte loads: slow paths in libraries',
};

function alignmentSection({ shape, divisors, strides }: ShapeExplanation): Section {
  const entry = (dimension: 'm' | 'n' | 'k') => `${grouped(shape[dimension])} (${divisors[dimension]})`;
  return {
    title: 'Alignment',
    blocks: [
      text(`Largest power of two that divides: m ${entry('m')}, n ${entry('n')}, k ${entry('k')}.`),
      table(
        ['operand', 'rows along', '>row stride', '>starts on', 'allows'],
        strides.map(({ operand, along, bytes, divisor, class: kind }) => [
          operand,
          along,
          `${grouped(bytes)} B`,
          `${divisor} B`,
          CLASS_WORDS[kind],
        ]),
      ),
    ],
  };
}

/** As many GPUs as fit beside each other in 100 columns. */
const GPUS_ABREAST = 4;

function tileSection({ cuts }: ShapeExplanation): Section {
  const gpus = cuts[0]?.waves ?? [];
  const starts = Array.from({ length: Math.max(1, Math.ceil(gpus.length / GPUS_ABREAST)) }, (_, i) => i * GPUS_ABREAST);
  const blocks: Block[] = starts.map((start) => tileTable(cuts, start));
  if (gpus.length > 0) {
    const units = gpus.map(({ gpu, units: count }) => `${gpu} has ${count}`).join(', ');
    blocks.push(
      text(
        `Per GPU: waves · how full they are in %, one workgroup a unit at a time (${units}). With r resident on each, divide the waves by r.`,
      ),
    );
  }
  return { title: 'Tiles and waves', blocks };
}

function tileTable(cuts: readonly Cut[], start: number): Block {
  const abreast = (waves: Cut['waves']) => waves.slice(start, start + GPUS_ABREAST);
  const rows = cuts.map(({ name, tile, tiles, efficiency, waves }) => [
    name,
    tileText(tile),
    compact(tiles),
    share(efficiency),
    ...abreast(waves).map(
      (wave) => `${compact(wave.waves)} · ${(wave.efficiency * 100).toFixed(1).replace('100.0', '100')}`,
    ),
  ]);
  const gpus = abreast(cuts[0]?.waves ?? []).map(({ gpu }) => `>${gpu}`);
  return table(['kernel', '>tile', '>workgroups', '>tile eff.', ...gpus], rows);
}

const PATH_WORDS = {
  'f32-fma': 'f32 vector',
  'f16-fma': 'f16 vector',
  'f16-matrix-acc-f32': 'f16 matrix, f32 acc',
  'f16-matrix-acc-f16': 'f16 matrix, f16 acc',
} as const;

function boundSection({ bounds, measuredBounds, arithmeticIntensity }: ShapeExplanation): Section {
  const limits = (bound: Roofline) => [
    bound.ridge.toFixed(1),
    bound.bound,
    seconds(bound.seconds),
    flopPerSecond(bound.flopPerSecond),
  ];
  const columns = ['>ridge', 'bound by', '>at least', '>at most'];
  const stated = bounds.map((bound) => [bound.gpu, PATH_WORDS[bound.path], ...limits(bound)]);
  const measured = measuredBounds.map((bound) => [shortened(bound.machine), ...limits(bound)]);
  const blocks: Block[] = [
    table(['GPU', 'arithmetic', ...columns], stated),
    text('Vendor figures, dense. A kernel without access to matrix units is held to the vector rate.'),
  ];
  if (measured.length > 0) blocks.push(table(['peaks measured on', ...columns], measured));
  return { title: `Roofline at ${intensity(arithmeticIntensity)} FLOP a byte`, blocks };
}

function shortened(machine: string): string {
  const most = 48;
  return machine.length <= most ? machine : `${machine.slice(0, most - 1)}…`;
}

function suggestionSections({ suggestions, suggestedFor, shape }: ShapeExplanation): Section[] {
  if (!suggestedFor) return [];
  const title = `Better-aligned neighbours on ${suggestedFor.gpu} (${PATH_WORDS[suggestedFor.path]})`;
  if (suggestions.length === 0) {
    return [
      { title, blocks: [text(`None needed: n ${grouped(shape.n)} and k ${grouped(shape.k)} are multiples of 256.`)] },
    ];
  }
  const tiles = suggestions[0]?.gains.map(({ tile }) => `>rate ${tileText(tile)}`) ?? [];
  const rows = suggestions.map(({ dimension, value, distance, divisor, gains }) => [
    `${dimension} = ${grouped(value)}`,
    signed(distance),
    String(divisor),
    ...gains.map(({ rateGain }) => change(rateGain)),
    change(gains[0]?.timeChange ?? 0),
  ]);
  const time = `>time ${tileText(suggestions[0]?.gains[0]?.tile ?? { m: 0, n: 0 })}`;
  return [
    {
      title,
      blocks: [
        table(['instead', '>distance', '>divisible by', ...tiles, time], rows),
        text(
          'Rate is per multiply-add, so per parameter; time is of the whole launch, whose work changes with the shape.',
        ),
      ],
    },
  ];
}

function memorySection({ footprint, blocks, shape }: ShapeExplanation): Section {
  const operands = (['a', 'b', 'scales', 'bias', 'c'] as const)
    .filter((key) => footprint[key] > 0)
    .map((key) => `${key.length === 1 ? key.toUpperCase() : key} ${decimalBytes(footprint[key])}`);
  const fits =
    footprint.largest <= GUARANTEED_BINDING_BYTES
      ? 'fits the 128 MiB binding that every WebGPU device allows'
      : 'needs a device that allows more than the guaranteed 128 MiB a binding';
  const rows = blocks.map(({ format, block, perRow, remainder, bitsPerWeight, bytes }) => [
    format,
    String(block),
    remainder === 0 ? grouped(perRow) : `${grouped(perRow - 1)} and ${remainder} left over`,
    bitsPerWeight.toString(),
    decimalBytes(bytes),
  ]);
  return {
    title: 'Memory',
    blocks: [
      facts(['buffers', `${operands.join(', ')}; the largest ${fits}`]),
      table([`B in blocks`, '>block', `>blocks in k = ${grouped(shape.k)}`, '>bits a weight', '>one B'], rows),
    ],
  };
}
