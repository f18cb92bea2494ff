/** Fills operand set 0 on the device, bit-equal to gemm's `packOperands`. */
import { type BlockFill, type ElementFill, fillPlan } from '../../gemm/fill.ts';
import { f32 } from '../../gemm/formats/f32.ts';
import { asElements, asScaled } from '../../gemm/formats/registry.ts';
import { scaleBytes } from '../../gemm/formats/scale.ts';
import { keysOf, rangeOf } from '../../gemm/generator.ts';
import type { Panel } from '../../gemm/panels.ts';
import { EngineError, type OperandsRequest } from '../port.ts';
import type { Device } from './device.ts';
import type { ElementwisePrograms } from './elementwise.ts';
import { blockFillCode, elementFillCode, packScalesCode, WORDS_PER_ITEM } from './fill-code.ts';
import { fillWide, narrowBlock } from './fill-wide.ts';
import type { OperandSet } from './operands.ts';
import { USAGE } from './usage.ts';

export interface FillTools {
  readonly device: Device;
  readonly programs: ElementwisePrograms;
}

/** Fills the buffers of one panel that are in `set` and returns the product of tensor scales (1 unless NVFP4). */
export async function fillOperands(
  tools: FillTools,
  request: OperandsRequest,
  panel: Panel,
  set: OperandSet,
): Promise<number> {
  const plan = fillPlan(request.problem, request.seed, request.distribution, panel);
  await fillOperand(tools, plan.a, set);
  if (plan.bias) await fillElements(tools, plan.bias, set.get('bias'));
  await fillOperand(tools, plan.b, set);
  return plan.tensorScale;
}

async function fillOperand(tools: FillTools, fill: ElementFill | BlockFill, set: OperandSet): Promise<void> {
  if (fill.kind === 'elements') return fillElements(tools, fill, fill.tensor === 'a' ? set.get('a') : set.get('b'));
  return fillBlocks(tools, fill, set);
}

/** Seed of what probes read: the same values in every process, on every machine. */
const PROBE_SEED = 1;
/**
 * Generated once and repeated: a probe only needs data that hardware cannot compress or skip, and copying is faster than
 * generating.
 */
const DRAWN_BYTES = 1 << 20;

/**
 * Fills a probe's buffer (whole vectors of f32, a target of copies) with random values, those of activations.
 *
 * @param stream buffers of different streams hold unrelated values
 */
export async function fillRandom({ device, programs }: FillTools, target: GPUBuffer, stream: number): Promise<void> {
  const size = Math.min(target.size, DRAWN_BYTES);
  const [drawn] = await device.buffers([{ size, usage: USAGE.storage | USAGE.copySource }]);
  if (!drawn) return;
  try {
    const words = size / 4;
    await programs.run({
      name: 'fill probe',
      code: elementFillCode(f32, 'normal', false),
      items: Math.ceil(words / WORDS_PER_ITEM),
      uniform: [words, ...keysOf(PROBE_SEED, stream), rangeOf('normal').exponent, words, 0, 1, 1],
      buffers: [drawn],
    });
    const encoder = device.gpu.createCommandEncoder();
    for (let at = 0; at < target.size; at += size)
      encoder.copyBufferToBuffer(drawn, 0, target, at, Math.min(size, target.size - at));
    await device.submit([encoder.finish()]);
  } finally {
    drawn.destroy();
  }
}

/** A buffer is missing where the problem has none of it (no rows, no bias), or another panel has filled it. */
async function fillElements({ programs }: FillTools, fill: ElementFill, target: GPUBuffer | undefined): Promise<void> {
  if (target === undefined) return;
  const format = asElements(fill.format);
  if (!format) throw new EngineError('unsupported', `${fill.format} has no elements without a scale`);
  const { first, width, stride } = fill.origin;
  await programs.run({
    name: `fill ${fill.tensor}`,
    code: elementFillCode(format, fill.distribution, width !== stride),
    items: Math.ceil(fill.words / WORDS_PER_ITEM),
    uniform: [fill.words, ...fill.keys, fill.exponent, fill.count, first, width, stride],
    buffers: [target],
  });
}

async function fillBlocks(tools: FillTools, fill: BlockFill, set: OperandSet): Promise<void> {
  const { device, programs } = tools;
  const codes = set.get(fill.tensor);
  const scales = set.get(fill.tensor === 'a' ? 'aScales' : 'scales');
  if (!codes && !scales) return;
  const format = asScaled(fill.format);
  if (!codes || !scales || !format)
    throw new EngineError('device-error', `a block-scaled ${fill.tensor} needs two buffers`);
  const { firstRow, rows, rowLength, blocksPerRow, wordsPerRow, paddingCode } = fill;
  const block = narrowBlock(fill.scale);
  if (block === undefined) return fillWide(tools, format, fill, codes, scales);
  const scalesInUse = fill.tables?.scaleThresholds.length ?? 0;
  const shape = [firstRow, rows, rowLength, blocksPerRow, wordsPerRow, paddingCode, scalesInUse];
  const tables = fill.tables ? await uploadTables(device, fill.tables) : [];
  // f32 scales are words already; bytes of other scales are gathered from one word each.
  const loose =
    scaleBytes(fill.scale) === 1 ? await device.buffers([{ size: 4 * rows * blocksPerRow, usage: USAGE.storage }]) : [];
  try {
    await programs.run({
      name: `fill ${fill.tensor} blocks`,
      code: blockFillCode(format, fill.distribution, block),
      items: (rows * wordsPerRow) / ((block * format.bits) / 32),
      uniform: [fill.words, ...fill.keys, fill.exponent, ...shape],
      buffers: [codes, ...(loose.length > 0 ? loose : [scales]), ...tables],
    });
    if (loose.length === 0) return;
    await programs.run({
      name: `pack ${fill.tensor} scales`,
      code: packScalesCode(),
      items: fill.scaleWords,
      uniform: [fill.scaleWords, rows * blocksPerRow],
      buffers: [scales, ...loose],
    });
  } finally {
    for (const buffer of [...tables, ...loose]) buffer.destroy();
  }
}

async function uploadTables(device: Device, tables: NonNullable<BlockFill['tables']>): Promise<GPUBuffer[]> {
  const words = Uint32Array.from([...tables.scaleThresholds, ...tables.scaleCodes, ...tables.codeThresholds]);
  const buffers = await device.buffers([{ size: words.byteLength, usage: USAGE.storage | USAGE.copyTarget }]);
  for (const buffer of buffers) device.gpu.queue.writeBuffer(buffer, 0, words);
  return buffers;
}
