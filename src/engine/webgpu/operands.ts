/** Input buffers of one problem on the device: filled once, copied to as many addresses as asked for. */

import type { Problem } from '../../gemm/problem.ts';
import { type OperandBytes, operandBytes } from '../../gemm/shape.ts';
import { EngineError, type Operands, type OperandsRequest } from '../port.ts';
import type { Device } from './device.ts';
import type { ElementwisePrograms } from './elementwise.ts';
import { fillOperands } from './fill.ts';
import { USAGE } from './usage.ts';

export type OperandName = 'a' | 'b' | 'scales' | 'bias';
const NAMES: readonly OperandName[] = ['a', 'b', 'scales', 'bias'];

export type OperandSet = ReadonlyMap<OperandName, GPUBuffer>;

export class DeviceOperands implements Operands {
  readonly device: Device;
  readonly problem: Problem;
  readonly sets: number;
  readonly bytesPerSet: number;
  readonly buffers: readonly OperandSet[];
  /** f32 factor of all block scales; 1 for formats without one. */
  readonly tensorScale: number;

  constructor(device: Device, problem: Problem, buffers: readonly OperandSet[], tensorScale: number) {
    this.device = device;
    this.problem = problem;
    this.sets = buffers.length;
    this.bytesPerSet = namesOf(operandBytes(problem)).reduce((sum, name) => sum + operandBytes(problem)[name], 0);
    this.buffers = buffers;
    this.tensorScale = tensorScale;
  }

  dispose(): void {
    for (const set of this.buffers) for (const buffer of set.values()) buffer.destroy();
  }
}

/**
 * Fills set 0 by the counter-based generator and copies it to the others: all sets hold the same values, so one
 * reference serves them all.
 *
 * @throws EngineError `unsupported` when a buffer exceeds a limit, `out-of-memory` when the device has no room
 */
export async function allocateOperands(
  device: Device,
  programs: ElementwisePrograms,
  request: OperandsRequest,
): Promise<DeviceOperands> {
  const { problem, sets } = request;
  if (!Number.isSafeInteger(sets) || sets < 1) throw new RangeError(`sets must be a positive integer, got ${sets}`);
  const bytes = operandBytes(problem);
  const names = namesOf(bytes);
  for (const name of names) device.requireBindable(TITLES[name], bytes[name]);
  const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
  const requests = Array.from({ length: sets }, () => names.map((name) => ({ size: bytes[name], usage, label: name })));
  const buffers = await device.buffers(requests.flat());
  const bySet = requests.map((_, set) => {
    const own = buffers.slice(set * names.length, (set + 1) * names.length);
    return new Map(own.map((buffer, i): [OperandName, GPUBuffer] => [names[i] ?? 'a', buffer]));
  });
  try {
    const tensorScale = await fillOperands({ device, programs }, request, requireSet(bySet[0]));
    await copySets(device, bySet);
    return new DeviceOperands(device, problem, bySet, tensorScale);
  } catch (error) {
    for (const buffer of buffers) buffer.destroy();
    throw error;
  }
}

const TITLES: Record<OperandName, string> = { a: 'A', b: 'B', scales: 'block scales', bias: 'bias' };

function namesOf(bytes: OperandBytes): OperandName[] {
  return NAMES.filter((name) => bytes[name] > 0);
}

async function copySets(device: Device, sets: readonly OperandSet[]): Promise<void> {
  const [first, ...others] = sets;
  if (others.length === 0) return;
  const encoder = device.gpu.createCommandEncoder();
  for (const other of others) {
    for (const [name, target] of other) {
      const source = first?.get(name);
      if (source) encoder.copyBufferToBuffer(source, 0, target, 0, source.size);
    }
  }
  await device.submit([encoder.finish()]);
}

function requireSet(set: OperandSet | undefined): OperandSet {
  if (set === undefined) throw new EngineError('device-error', 'no operand set was allocated');
  return set;
}
