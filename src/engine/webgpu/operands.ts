/** Input buffers of one problem on the device: filled once, copied to as many addresses as asked for. */

import { type Panel, panelsOf } from '../../gemm/panels.ts';
import type { Problem } from '../../gemm/problem.ts';
import { operandBytes } from '../../gemm/shape.ts';
import { EngineError, type Operands, type OperandsRequest } from '../port.ts';
import { type Device, grouped } from './device.ts';
import type { ElementwisePrograms } from './elementwise.ts';
import { fillOperands } from './fill.ts';
import { USAGE } from './usage.ts';

export type OperandName = 'a' | 'b' | 'scales' | 'aScales' | 'bias';

/** Which rows or columns an operand has: panels of the same rows share A, panels of the same columns share B. */
const SIDES: Readonly<Record<OperandName, 'row' | 'col'>> = {
  a: 'row',
  b: 'col',
  scales: 'col',
  aScales: 'row',
  bias: 'col',
};
const NAMES: readonly OperandName[] = ['a', 'b', 'scales', 'aScales', 'bias'];

export type OperandSet = ReadonlyMap<OperandName, GPUBuffer>;

export class DeviceOperands implements Operands {
  readonly device: Device;
  readonly problem: Problem;
  readonly sets: number;
  readonly bytesPerSet: number;
  /** One where every operand fits a binding; else what each dispatch of a launch computes. */
  readonly panels: readonly Panel[];
  /** f32 product of both operands' tensor scales; 1 for formats without one. */
  readonly tensorScale: number;
  readonly #sets: readonly (readonly OperandSet[])[];
  readonly #buffers: readonly GPUBuffer[];

  constructor(device: Device, problem: Problem, parts: Allocated, tensorScale: number) {
    this.device = device;
    this.problem = problem;
    this.sets = parts.sets.length;
    this.bytesPerSet = parts.buffers.reduce((sum, { size }) => sum + size, 0) / this.sets;
    this.panels = parts.panels;
    this.tensorScale = tensorScale;
    this.#sets = parts.sets;
    this.#buffers = parts.buffers;
  }

  get panelled(): boolean {
    return this.panels.length !== 1 || this.panels[0]?.problem !== this.problem;
  }

  /**
   * Buffers by set, for callers that bind whole operands.
   *
   * @throws EngineError `unsupported` where the operands lie in panels
   */
  get buffers(): readonly OperandSet[] {
    if (!this.panelled) return this.panel(0);
    throw new EngineError('unsupported', 'an operand exceeds one binding of this device, and this takes no panels');
  }

  /** Buffers of one panel, by set. */
  panel(index: number): readonly OperandSet[] {
    return this.#sets.map((panels) => panels[index] ?? new Map());
  }

  dispose(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }
}

interface Allocated {
  readonly panels: readonly Panel[];
  /** By set, then by panel. */
  readonly sets: readonly (readonly OperandSet[])[];
  /** All of them, each once; those of set 0 first. */
  readonly buffers: readonly GPUBuffer[];
}

/**
 * Fills set 0 by the counter-based generator and copies it to the others: all sets hold the same values, so one
 * reference serves them all. Operands that exceed a binding lie in panels.
 *
 * @throws EngineError `unsupported` when no panel fits a limit, `out-of-memory` when the device has no room
 */
export async function allocateOperands(
  device: Device,
  programs: ElementwisePrograms,
  request: OperandsRequest,
): Promise<DeviceOperands> {
  const { problem, sets } = request;
  if (!Number.isSafeInteger(sets) || sets < 1) throw new RangeError(`sets must be a positive integer, got ${sets}`);
  const allocated = await allocate(device, requirePanels(device, problem), sets);
  try {
    let tensorScale = 1;
    const filled = new Set<GPUBuffer>();
    for (const [i, panel] of allocated.panels.entries()) {
      const own = [...(allocated.sets[0]?.[i] ?? [])].filter(([, buffer]) => !filled.has(buffer));
      tensorScale = await fillOperands({ device, programs }, request, panel, new Map(own));
      for (const [, buffer] of own) filled.add(buffer);
    }
    await copySets(device, allocated, filled.size);
    return new DeviceOperands(device, problem, allocated, tensorScale);
  } catch (error) {
    for (const buffer of allocated.buffers) buffer.destroy();
    throw error;
  }
}

const TITLES: Readonly<Record<OperandName | 'c', string>> = {
  a: 'A',
  b: 'B',
  scales: 'block scales',
  aScales: 'block scales of A',
  bias: 'bias',
  c: 'C',
};

function requirePanels(device: Device, problem: Problem): Panel[] {
  const panels = panelsOf(problem, device.bindableBytes);
  if (panels) return panels;
  for (const [name, bytes] of Object.entries(operandBytes(problem))) {
    device.requireBindable(TITLES[name as keyof typeof TITLES], bytes);
  }
  throw new EngineError('unsupported', `no panel of this problem fits ${grouped(device.bindableBytes)} bytes`);
}

/** One buffer for each operand of a set that has bytes, or for each piece of it that a panel needs. */
async function allocate(device: Device, panels: readonly Panel[], sets: number): Promise<Allocated> {
  const pieces = new Map<string, { readonly at: number; readonly request: GPUBufferDescriptor }>();
  const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
  const named = panels.map((panel) => {
    const bytes = operandBytes(panel.problem);
    return NAMES.filter((name) => bytes[name] > 0).map((name) => {
      const key = `${name} ${panel.matrix} ${panel[SIDES[name]]}`;
      const piece = pieces.get(key) ?? { at: pieces.size, request: { size: bytes[name], usage, label: name } };
      pieces.set(key, piece);
      return { name, at: piece.at };
    });
  });
  const requests = [...pieces.values()].map(({ request }) => request);
  const bytesPerSet = requests.reduce((sum, { size }) => sum + size, 0);
  device.requireMemory(sets === 1 ? 'one operand set' : `a rotation of ${sets} operand sets`, sets * bytesPerSet);
  const buffers = await device.buffers(Array.from({ length: sets }, () => requests).flat());
  const bySet = Array.from({ length: sets }, (_, set) => {
    const own = buffers.slice(set * requests.length);
    return named.map((names) => new Map(names.flatMap(({ name, at }) => pair(name, own[at]))));
  });
  return { panels, sets: bySet, buffers };
}

function pair(name: OperandName, buffer: GPUBuffer | undefined): [OperandName, GPUBuffer][] {
  return buffer ? [[name, buffer]] : [];
}

/** `perSet` buffers a set. */
async function copySets(device: Device, { buffers }: Allocated, perSet: number): Promise<void> {
  if (buffers.length === perSet) return;
  const encoder = device.gpu.createCommandEncoder();
  for (const [i, target] of buffers.slice(perSet).entries()) {
    const source = buffers[i % perSet];
    if (source) encoder.copyBufferToBuffer(source, 0, target, 0, source.size);
  }
  await device.submit([encoder.finish()]);
}
