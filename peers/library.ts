/** Interface of a library: take operands once, multiply many times, return the result. */
import type { Problem } from '../src/gemm/problem.ts';

/** Operands of one problem, read back from the device once, so that every library gets the same values as our kernels. */
export interface Inputs {
  readonly problem: Problem;
  /** A `[m][k]`, f32. */
  a(): Promise<Float32Array>;
  /** B as its layout stores it, f32. */
  b(): Promise<Float32Array>;
  /** B of a 4-bit format: `[n][ceil(k/32)·16]` bytes, two codes a byte, low nibble first. */
  codes(): Promise<Uint8Array>;
  /** Scales of a 4-bit format with f32 scales: `[n][ceil(k/block)]`. */
  scales(): Promise<Float32Array>;
}

/** A matmul of a library, bound to operands that the library keeps. */
export interface Multiplication {
  /** Multiplies `repeats` times and waits once, after the last. This is what is timed. */
  run(repeats: number): Promise<void>;
  /** C of the last multiplication, `[m][n]`; never timed. */
  result(): Promise<Float32Array>;
  dispose(): Promise<void> | void;
}

export interface Library {
  /** Why the library does not support this problem, or null. */
  refuses(problem: Problem, variant?: string): string | null;
  multiply(inputs: Inputs, variant?: string): Promise<Multiplication>;
}

/** The device that libraries share if they accept one. */
export interface Shared {
  readonly device: GPUDevice;
  readonly adapterInfo: GPUAdapterInfo;
  readonly limits: Readonly<Record<string, number>>;
}

/** Loads a library and starts its threads, before the JavaScript thread lowers its priority. */
export type LoadLibrary = (shared: Shared) => Promise<Library>;

/** Shared by all f32 libraries: one pair of dense matrices, no bias. */
export function refusesAllButF32({ format, layout, groups, shape, bias }: Problem): string | null {
  if (Object.values(format).some((name) => name !== 'f32')) return 'is asked in f32 only';
  if (layout !== 'nn') return 'is asked for layout nn only';
  if (groups || shape.batch !== 1 || bias) return 'is asked for one pair of matrices without bias';
  return null;
}
