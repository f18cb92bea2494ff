/**
 * Fills an operand whose scales are shared by more elements than one thread can hold: first the largest |j| of all that share a
 * scale, then the scales, then the codes, for which the elements are generated again.
 */

import type { BlockFill } from '../../gemm/fill.ts';
import type { BlockScale, ScaledFormat } from '../../gemm/formats/format.ts';
import { scaleGrid } from '../../gemm/formats/scale.ts';
import { RANGES } from '../../gemm/generator.ts';
import { EngineError } from '../port.ts';
import type { Device } from './device.ts';
import { type ElementwisePrograms, elementwise } from './elementwise.ts';
import { BLOCK_FIELDS, generator, HEAD } from './fill-code.ts';
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
  const [amaxes] = await device.buffers([{ size: 4 * count, usage: USAGE.storage | USAGE.copyTarget }]);
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
      device.gpu.queue.writeBuffer(amaxes, 0, Uint32Array.of(RANGES[fill.distribution].bound));
    } else await run('largest', 'amax', items, [amaxes]);
    await run('scales', 'scales', count, [amaxes, scales]);
    await run('codes', 'codes', items, [amaxes, codes]);
  } finally {
    amaxes.destroy();
  }
}

type Pass = 'amax' | 'scales' | 'codes';

/** The uniform is that of a block fill, with the lines of a matrix in the place of the tables' length. */
function wideFillCode({ bits, wgsl }: ScaledFormat, { distribution, scale }: BlockFill, pass: Pass): string {
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
  const bodies: Readonly<Record<Pass, string>> = {
    amax: `${where}
  var amax = 0u;
  for (var i = first; i < min(first + ${RUN}u, fill.row_length); i += 1u) { amax = max(amax, u32(abs(drawn(row, i)))); }
  if (first < fill.row_length) { atomicMax(&amaxes[scale_of(row, first)], amax); }`,
    scales: `
  if (item < arrayLength(&amaxes)) { target_words[item] = begin_block(amaxes[item]); }`,
    codes: `${where}
  let amax = amaxes[min(scale_of(row, first), arrayLength(&amaxes) - 1u)];
  for (var w = 0u; w < ${RUN / perWord}u; w += 1u) {
    var word = 0u;
    for (var i = 0u; i < ${perWord}u; i += 1u) {
      let at = first + ${perWord}u * w + i;
      var code = fill.padding;
      if (at < fill.row_length) { code = code_of(drawn(row, at), amax); }
      word |= code << (${bits}u * i);
    }
    target_words[row * fill.words_per_row + first / ${perWord}u + w] = word;
  }`,
  };
  return elementwise(declarations, bodies[pass]);
}

function scaleRow({ lines }: BlockScale): string {
  if (lines === undefined) return 'row';
  if (lines === 'all') return '0u';
  const perMatrix = `((fill.lines_per_matrix + ${lines - 1}u) / ${lines}u)`;
  return `(row / fill.lines_per_matrix * ${perMatrix} + row % fill.lines_per_matrix / ${lines}u)`;
}
