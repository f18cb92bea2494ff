/** Device facts that kernels depend on, and limits that no kernel can avoid. */
import { panelsOf } from '../gemm/panels.ts';
import type { Problem } from '../gemm/problem.ts';
import { operandBytes } from '../gemm/shape.ts';

/** One product of matrices that a subgroup holds together: C[m,n] += A[m,k]·B[k,n]. */
export interface SubgroupMatrix {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Format of A and B, and of C: `f16`, `f32`, `i8`, …. */
  readonly component: string;
  readonly result: string;
}

export interface KernelDevice {
  readonly features: readonly string[];
  /** WebGPU limits by name. */
  readonly limits: Readonly<Record<string, number>>;
  /** [min, max], if the device has subgroups. */
  readonly subgroupSize?: readonly [number, number];
  /** Matrix products a subgroup multiplies at once (tensor cores), in the driver's order. */
  readonly subgroupMatrices?: readonly SubgroupMatrix[];
  /** Bytes of the memory that holds buffers, if known: system memory for a software adapter. */
  readonly memoryBytes?: number;
  /** Where the adapter came from (`gpu`, `system-software`, …); only `best` looks at it, and at what follows. */
  readonly source?: string;
  /** As `adapter.info` has them; an open driver of Apple's GPUs calls itself by its own vendor. */
  readonly vendor?: string;
  readonly device?: string;
}

/**
 * 32-bit registers that a lane may hold before a core runs short of them, by vendor: of Intel's at 16 lanes, which Dawn asks for, and
 * of Qualcomm's and Apple's at half of the lanes that could be resident.
 */
const REGISTERS: Readonly<Record<string, number>> = { amd: 256, nvidia: 255, apple: 128, qualcomm: 128, intel: 64 };
/**
 * AMD's with half as many again, by chip or product: Navi 31 and 32, Strix Halo, RDNA 4 (Mesa's ACO compiler, `physical_vgprs`). One lane
 * can still have no more than 256, of which six waves fit instead of four.
 */
const LARGE_AMD = /navi3[12]|gfx1151|gfx120|rx-7(?:[89]00|700(?!s))|w7[789]00|rx-90[67]0|radeon-80[56]0s/;
const LARGE_AMD_REGISTERS = 384;
/** What is safe on a GPU that nobody knows. */
const FEWEST_REGISTERS = 64;

export function registersOf({ vendor = '', device = '' }: KernelDevice): number {
  if (vendor === 'amd' && LARGE_AMD.test(device)) return LARGE_AMD_REGISTERS;
  return REGISTERS[/^apple/.test(device) ? 'apple' : vendor] ?? FEWEST_REGISTERS;
}

/** Formats of the matrices that kernels multiply, and what each is summed in. */
const SUMMED_IN = { f16: 'f32', i8: 'i32' } as const;
export type MatrixComponent = keyof typeof SUMMED_IN;

/** The largest product of f16 matrices summed in f32, or of i8 in i32, that a subgroup of this device can do. */
export function matrixProduct(
  { subgroupMatrices = [] }: KernelDevice,
  wanted: MatrixComponent = 'f16',
): SubgroupMatrix | null {
  const work = ({ m, n, k }: SubgroupMatrix) => m * n * k;
  return subgroupMatrices
    .filter(({ component, result }) => component === wanted && result === SUMMED_IN[wanted])
    .reduce<SubgroupMatrix | null>((best, next) => (best && work(best) >= work(next) ? best : next), null);
}

/** Values of the device names in front matter, 0 if unknown. */
export function deviceScope(device: KernelDevice, component?: MatrixComponent): Record<string, number> {
  const [least, most] = device.subgroupSize ?? [0, 0];
  const { m, n, k } = matrixProduct(device, component) ?? { m: 0, n: 0, k: 0 };
  return { SUBGROUP_MIN: least, SUBGROUP_MAX: most, MATRIX_M: m, MATRIX_N: n, MATRIX_K: k };
}

/** A limit of the device; an unknown one allows everything. */
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

/** Buffers by their names in messages. */
const BUFFER_NAMES = {
  a: 'A',
  b: 'B',
  scales: 'the block scales',
  aScales: 'the block scales of A',
  bias: 'the bias',
  c: 'C',
} as const;

/** Share of a device's memory that operands and outputs may use; the rest is for driver, system and program. */
export const USABLE_MEMORY = 0.7;

/** Bytes that one buffer may have and be bound as a whole; what exceeds them lies in panels. */
export function bindableBytes(device: KernelDevice): number {
  return Math.min(limit(device, 'maxStorageBufferBindingSize'), limit(device, 'maxBufferSize'));
}

/**
 * Why no kernel can run this problem on this device: one operand set and two outputs (a contender's and the reference's)
 * exceed its memory, or an operand fits no binding even in the smallest panels.
 *
 * @returns null when the device can hold it
 */
export function deviceRefusal(problem: Problem, device: KernelDevice): string | null {
  const sizes = operandBytes(problem);
  const needed = Object.values(sizes).reduce((sum, bytes) => sum + bytes, sizes.c);
  const { memoryBytes = Number.POSITIVE_INFINITY } = device;
  if (needed > USABLE_MEMORY * memoryBytes) {
    const allowed = `${USABLE_MEMORY * 100} % of the ${grouped(memoryBytes)} bytes of memory here`;
    return `operands and outputs need ${grouped(needed)} bytes, more than ${allowed}`;
  }
  if (panelsOf(problem, bindableBytes(device))) return null;
  for (const key of ['a', 'b', 'scales', 'aScales', 'bias', 'c'] as const) {
    const name = BUFFER_NAMES[key];
    const refusal =
      exceeded(device, 'maxStorageBufferBindingSize', name, sizes[key], 'bytes in one binding') ??
      exceeded(device, 'maxBufferSize', name, sizes[key], 'bytes in one buffer');
    if (refusal) return `${refusal}, and so does a panel of 32 rows and columns`;
  }
  return null;
}
