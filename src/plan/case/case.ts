import type { Distribution, Problem } from '../../gemm/problem.ts';

/** Whether each launch finds its operands outside the last-level cache (`cold`, the default) or inside it. */
export type OperandMode = 'cold' | 'hot';

/**
 * Whether Dawn checks every index that is not constant, as in a web page (`on`, the default), or trusts the kernel to stay within
 * its buffers: another program for the compiler, so another thing to measure.
 */
export type Robustness = 'on' | 'off';

/** Tile and thread sizes that a suite fixes instead of the kernel's own; what it leaves out stays the kernel's. */
export interface FixedSizes {
  readonly tile?: { readonly m?: number; readonly n?: number; readonly k?: number };
  readonly thread?: { readonly m?: number; readonly n?: number };
}

/** One thing to measure: a problem, how to feed it, and which kernel was asked for. */
export interface Case {
  /** Permanent identity: `suite/phase/name/m=1/n=…/kernel=…` (see id.ts for the grammar). */
  readonly id: string;
  readonly suite: string;
  readonly phase: string;
  readonly name: string;
  readonly problem: Problem;
  readonly operands: OperandMode;
  /** Absent where it is on. */
  readonly robustness?: 'off';
  readonly distribution: Distribution;
  readonly seed: number;
  /** A kernel's name, or `best`. */
  readonly kernel: string;
  /** The suite requests all kernels and names none, so cases that the kernel does not serve are not rows. */
  readonly ofAll?: true;
  /** A field of the case, not part of its id; part of its series, since the suite chose it. */
  readonly sizes?: FixedSizes;
  /** Where the shape comes from, as written in the suite. */
  readonly from: string;
  /** Hash of all that the suite chose: one line in a history (see series.ts). */
  readonly series: string;
  /** How many times the model runs this GEMM in one forward pass (its layers); 1 for raw shapes. */
  readonly count: number;
}
