/** Fills operand set 0 on the device, bit-equal to gemm's `packOperands`. */
import { type BlockFill, type ElementFill, fillPlan } from '../../gemm/fill.ts';
import { EngineError, type OperandsRequest } from '../port.ts';
import type { Device } from './device.ts';
import type { ElementwisePrograms } from './elementwise.ts';
import { blockCodesCode, blockScalesCode, elementFillCode } from './fill-code.ts';
import type { OperandSet } from './operands.ts';
import { USAGE } from './usage.ts';

interface FillTools {
  readonly device: Device;
  readonly programs: ElementwisePrograms;
}

/** Fills every buffer of `set` and returns the tensor scale of B (1 unless NVFP4). */
export async function fillOperands(tools: FillTools, request: OperandsRequest, set: OperandSet): Promise<number> {
  const plan = fillPlan(request.problem, request.seed, request.distribution);
  await fillElements(tools, plan.a, set.get('a'));
  if (plan.bias) await fillElements(tools, plan.bias, set.get('bias'));
  if (plan.b.kind === 'elements') await fillElements(tools, plan.b, set.get('b'));
  else await fillBlocks(tools, plan.b, set);
  return plan.tensorScale;
}

/** A buffer is missing where the problem has none of it: no rows, no bias. */
async function fillElements({ programs }: FillTools, fill: ElementFill, target: GPUBuffer | undefined): Promise<void> {
  if (target === undefined) return;
  await programs.run({
    name: `fill ${fill.tensor}`,
    code: elementFillCode(fill.format, fill.distribution),
    items: fill.words,
    uniform: [fill.words, ...fill.keys, fill.exponent, fill.count],
    buffers: [target],
  });
}

async function fillBlocks({ device, programs }: FillTools, fill: BlockFill, set: OperandSet): Promise<void> {
  const codes = set.get('b');
  const scales = set.get('scales');
  if (!codes || !scales) throw new EngineError('device-error', 'a block-scaled B needs two buffers');
  const { distribution, wordsPerRow, rows } = fill;
  const { block } = fill.scale;
  const rule = fill.tables ? 'tables' : 'int4';
  const tables = fill.tables ? await uploadTables(device, fill.tables) : [];
  const shape = [rows, fill.rowLength, fill.blocksPerRow, wordsPerRow, fill.paddingCode];
  const tail = [...fill.keys, fill.exponent, ...shape, fill.tables?.scaleThresholds.length ?? 0];
  try {
    await programs.run({
      name: 'fill b codes',
      code: blockCodesCode(distribution, rule, block),
      items: (rows * wordsPerRow) / (block / 8),
      uniform: [fill.words, ...tail],
      buffers: [codes, ...tables],
    });
    await programs.run({
      name: 'fill b scales',
      code: blockScalesCode(distribution, rule, block),
      items: fill.scaleWords,
      uniform: [fill.scaleWords, ...tail],
      buffers: [scales, ...tables],
    });
  } finally {
    for (const table of tables) table.destroy();
  }
}

async function uploadTables(device: Device, tables: NonNullable<BlockFill['tables']>): Promise<GPUBuffer[]> {
  const words = Uint32Array.from([...tables.scaleThresholds, ...tables.scaleCodes, ...tables.codeThresholds]);
  const buffers = await device.buffers([{ size: words.byteLength, usage: USAGE.storage | USAGE.copyTarget }]);
  for (const buffer of buffers) device.gpu.queue.writeBuffer(buffer, 0, words);
  return buffers;
}
