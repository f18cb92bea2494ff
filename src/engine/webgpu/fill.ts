/** Fills operand set 0 on the device, bit-equal to gemm's `packOperands`. */
import { type BlockFill, type ElementFill, fillPlan } from '../../gemm/fill.ts';
import { asElements, asScaled } from '../../gemm/formats/registry.ts';
import { scaleBytes } from '../../gemm/formats/scale.ts';
import type { Panel } from '../../gemm/panels.ts';
import { EngineError, type OperandsRequest } from '../port.ts';
import type { Device } from './device.ts';
import type { ElementwisePrograms } from './elementwise.ts';
import { blockFillCode, elementFillCode, packScalesCode, WORDS_PER_ITEM } from './fill-code.ts';
import type { OperandSet } from './operands.ts';
import { USAGE } from './usage.ts';

interface FillTools {
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

async function fillBlocks({ device, programs }: FillTools, fill: BlockFill, set: OperandSet): Promise<void> {
  const codes = set.get(fill.tensor);
  const scales = set.get(fill.tensor === 'a' ? 'aScales' : 'scales');
  if (!codes && !scales) return;
  const format = asScaled(fill.format);
  if (!codes || !scales || !format)
    throw new EngineError('device-error', `a block-scaled ${fill.tensor} needs two buffers`);
  const { firstRow, rows, rowLength, blocksPerRow, wordsPerRow, paddingCode } = fill;
  const { block } = fill.scale;
  const scalesInUse = fill.tables?.scaleThresholds.length ?? 0;
  const shape = [firstRow, rows, rowLength, blocksPerRow, wordsPerRow, paddingCode, scalesInUse];
  const tables = fill.tables ? await uploadTables(device, fill.tables) : [];
  // Scales of f32 are words as they are; the bytes of the others are gathered from one word each.
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
