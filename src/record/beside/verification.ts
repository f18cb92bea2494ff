/** The outcome of `run --verify-only`: which kernel is right on which shape in which format, on one machine. */
import type { Distribution, Problem } from '../../gemm/problem.ts';

export interface Correctness {
  readonly status: 'verified' | 'failed' | 'skipped';
  /** Of a failure `overflow`, where the right result is beyond the format, else `wrong-result` or what happened. */
  readonly reason?: string;
  readonly detail?: string;
  /** max |Δ| / rms against f64, what it may be, and what the number formats themselves cost. */
  readonly kernelError?: number;
  readonly budget?: number;
  readonly formatError?: number;
  /** max |Δ| / rms against the reference kernel, over every element. */
  readonly referenceDelta?: number;
}

export interface VerifiedCase extends Problem, Correctness {
  readonly id: string;
  readonly suite: string;
  readonly phase: string;
  readonly name: string;
  readonly distribution: Distribution;
  readonly seed: number;
  readonly from: string;
  /** The kernel that ran; its hash is absent for an engine's own matmul. */
  readonly kernel: { readonly name: string; readonly hash?: string | undefined };
}

export interface Verification {
  readonly machine: string;
  readonly driver: string;
  /** After an interruption `cases` are those that were done. */
  readonly ended: 'all' | 'interruption';
  readonly cases: readonly VerifiedCase[];
  /** Cases of `kernels: all` that a kernel serves on no device, by kernel. */
  readonly notServed: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<'verified' | 'overflow' | 'failed' | 'skipped', number>>;
}
