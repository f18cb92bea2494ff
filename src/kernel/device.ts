/** What a kernel needs to know of a device, and what no kernel can do about it. */
import type { Problem } from '../gemm/problem.ts';
import { operandBytes } from '../gemm/shape.ts';

export interface KernelDevice {
  readonly features: readonly string[];
  /** WebGPU limits by name. */
  readonly limits: Readonly<Record<string, number>>;
  readonly subgroupSize?: readonly [number, number];
  /** Where the adapter came from (`gpu`, `system-software`, …); only `best` looks at it. */
  readonly source?: string;
}

/** A limit the device states; one it does not state allows everything. */
export function limit(device: KernelDevice, name: string): number {
  return device.limits[name] ?? Number.POSITIVE_INFINITY;
}

/** `what needs 9,000 bytes in one binding; this device allows 8,000 (limitName)`, or null when it is allowed. */
export function exceeded(device: KernelDevice, name: string, what: string, needed: number, unit: string) {
  const allowed = limit(device, name);
  if (needed <= allowed) return null;
  return `${what} needs ${grouped(needed)} ${unit}; this device allows ${grouped(allowed)} (${name})`;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** Buffers by the names people use for them. */
const BUFFER_NAMES = { a: 'A', b: 'B', scales: 'the block scales', bias: 'the bias', c: 'C' } as const;

/**
 * Why no kernel can run this problem on this device: an operand that fits no buffer or no binding.
 *
 * @returns null when the device can hold it
 */
export function deviceRefusal(problem: Problem, device: KernelDevice): string | null {
  const sizes = operandBytes(problem);
  for (const key of ['a', 'b', 'scales', 'bias', 'c'] as const) {
    const name = BUFFER_NAMES[key];
    const refusal =
      exceeded(device, 'maxStorageBufferBindingSize', name, sizes[key], 'bytes in one binding') ??
      exceeded(device, 'maxBufferSize', name, sizes[key], 'bytes in one buffer');
    if (refusal) return refusal;
  }
  return null;
}
