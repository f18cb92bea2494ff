/**
 * Fills an operand whose scales are shared by more elements than one thread can hold: first the largest |j| of all that share a
 * scale, then the scales, then the codes, for which the elements are generated again.
 */

import type { BlockFill } from '../../gemm/fill.ts';
import type { BlockScale, ScaledFormat } from '../../gemm/formats/format.ts';
import { scaleGrid } from '../../gemm/formats/scale.ts';
import { rangeOf } from '../../gemm/generator.ts';
import { EngineError } from '../port.ts';
import type { Device } from './device.ts';
import { type ElementwisePrograms, elementwise } from './elementwise.ts';
import { BLOCK_FIELDS, EXTENT, generator, HEAD } from './fill-code.ts';
import { USAGE } from './usage.ts';

/** Elements along k that one item draws; scales begin at multiples of it. */
const RUN = 32;

/** Elements of a block that one item draws and codes at once; undefined where more share a scale than that. */
export function narrowBlock({ block, lines }: BlockScale): number | undefined {
  return block === 'k' || block > RUN || lines !== undefined ? undefined : block;
}

interface Tools {
  readonly device: Device;
  readonly programs: ElementwisePrograms;
}

export async function fillWide(
  { device, programs }: Tools,
  format: ScaledFormat,
  fill: BlockFill,
  codes: GPUBuffer,
  scales: GPUBuffer,
): Promise<void> {
  const { firstRow, rows, rowLength, blocksPerRow, wordsPerRow, paddingCode, linesPerMatrix, scale } = fill;
  const count = blocksPerRow * scaleGrid(scale, rowLength, linesPerMatrix, rows / linesPerMatrix).rows;
  const words = format.zeroPoints ? 2 : 1;
  const [amaxes] = await device.buffers([{ size: 4 * words * count, usage: USAGE.storage | USAGE.copyTarget }]);
  if (!amaxes) throw new EngineError('device-error', `no buffer for the largest values of ${fill.tensor}`);
  const shape = [firstRow, rows, rowLength, blocksPerRow, wordsPerRow, paddingCode, linesPerMatrix];
  const uniform = [fill.words, ...fill.keys, fill.exponent, ...shape];
  const run = (name: string, pass: Pass, items: number, buffers: readonly GPUBuffer[]) =>
    programs.run({
      name: `${name} of ${fill.tensor}`,
      code: wideFillCode(format, fill, pass),
      items,
      uniform,
      buffers,
    });
  const items = rows * Math.ceil((wordsPerRow * 32) / (format.bits * RUN));
  try {
    if (scale.lines === 'all') {
      device.gpu.queue.writeBuffer(amaxes, 0, Uint32Array.of(rangeOf(fill.distribution).bound));
    } else await run('largest', 'amax', items, [amaxes]);
    await run('scales', 'scales', count, [amaxes, scales]);
    await run('codes', 'codes', items, [amaxes, codes]);
  } finally {
    amaxes.destroy();
  }
}

type Pass = 'amax' | 'scales' | 'codes';

/** The uniform is that of a block fill, with the lines of a matrix in the place of the tables' length. */
function wideFillCode(
  { bits, wgsl, zeroPoints }: ScaledFormat,
  { distribution, scale }: BlockFill,
  pass: Pass,
): string {
  const { declare, meet, stored, code } = EXTENT[zeroPoints ? 'range' : 'amax'];
  const perWord = 32 / bits;
  const amaxes = pass === 'amax' ? 'array<atomic<u32>>' : 'array<u32>';
  const target = pass === 'amax' ? '' : '@group(0) @binding(2) var<storage, read_write> target_words: array<u32>;';
  const declarations = `
struct Fill { ${HEAD}, ${BLOCK_FIELDS.replace('scales_in_use', 'lines_per_matrix')} }
@group(0) @binding(0) var<uniform> fill: Fill;
@group(0) @binding(1) var<storage, read_write> amaxes: ${amaxes};
${target}
${generator(distribution)}
${wgsl.quantize}
fn scale_of(row: u32, first: u32) -> u32 {
  return ${scaleRow(scale)} * fill.blocks_per_row + ${scale.block === 'k' ? '0u' : `first / ${scale.block}u`};
}
fn drawn(row: u32, at: u32) -> i32 { return draw((fill.first_row + row) * fill.row_length + at); }`;
  const where = `
  let runs = fill.words_per_row / ${RUN / perWord}u;
  let row = item / runs;
  if (row >= fill.rows) { return; }
  let first = item % runs * ${RUN}u;`;
  const held = (item: string) =>
    zeroPoints
      ? `let last = arrayLength(&amaxes) / 2u - 1u;
  let at_scale = 2u * ${item};
  let below = amaxes[at_scale];
  let above = amaxes[at_scale + 1u];`
      : `let last = arrayLength(&amaxes) - 1u;
  let amax = amaxes[${item}];`;
  const bodies: Readonly<Record<Pass, string>> = {
    amax: `${where}
  ${declare}
  for (var i = first; i < min(first + ${RUN}u, fill.row_length); i += 1u) {
    let j = drawn(row, i);
    ${meet('j')}
  }
  if (first < fill.row_length) { ${zeroPoints ? PUT_RANGE : 'atomicMax(&amaxes[scale_of(row, first)], amax);'} }`,
    scales: `
  if (item >= arrayLength(&amaxes)${zeroPoints ? ' / 2u' : ''}) { return; }
  ${held('item')}
  target_words[item] = ${stored};`,
    codes: `${where}
  ${held('min(scale_of(row, first), last)')}
  for (var w = 0u; w < ${RUN / perWord}u; w += 1u) {
    var word = 0u;
    for (var i = 0u; i < ${perWord}u; i += 1u) {
      let at = first + ${perWord}u * w + i;
      var code = fill.padding;
      if (at < fill.row_length) { code = ${code('drawn(row, at)')}; }
      word |= code << (${bits}u * i);
    }
    target_words[row * fill.words_per_row + first / ${perWord}u + w] = word;
  }`,
  };
  return elementwise(declarations, bodies[pass]);
}

/** Two words a scale: how far its elements reach below zero, and above. */
const PUT_RANGE = `
    let at = 2u * scale_of(row, first);
    atomicMax(&amaxes[at], below);
    atomicMax(&amaxes[at + 1u], above);
  `;

function scaleRow({ lines }: BlockScale): string {
  if (lines === undefined) return 'row';
  if (lines === 'all') return '0u';
  const perMatrix = `((fill.lines_per_matrix + ${lines - 1}u) / ${lines}u)`;
  return `(row / fill.lines_per_matrix * ${perMatrix} + row % fill.lines_per_matrix / ${lines}u)`;
}
