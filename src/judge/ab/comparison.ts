/** The document of an A/B comparison: `compare --json`. */

import type { Change, InspectedGpu } from '../../record/beside/inspection.ts';

/** Worst first, starting with unmeasured. */
export const VERDICTS = [
  'unmeasured',
  'failed',
  'missing',
  'slower',
  'worse',
  'unclear',
  'faster',
  'new',
  'same',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/**
 * Why a changed kernel was not measured: this device lacks what it needs; the code that writes its programs may not be executed;
 * the budget ended; no case serves it.
 */
export type UnmeasuredCause = 'device' | 'harness' | 'budget' | 'case';

export interface ComparedCase {
  readonly id: string;
  readonly verdict: Verdict;
  /** Of `unmeasured`; and of `failed`, where the head's text does not compile, so that measuring again is of no use. */
  readonly cause?: UnmeasuredCause | 'compile';
  /** Identical on both sides, and measured as a control of the machine. */
  readonly control?: true;
  /** Median of head time / base time over processes; null where nothing was measured on both sides. */
  readonly ratio: number | null;
  readonly interval: readonly [number, number] | null;
  /** A/A noise of as many processes; null when unknown. */
  readonly floor: number | null;
  /** Smallest slowdown that as many processes call slower 9 times in 10; null when the case's noise is unknown. */
  readonly minimalDetectableEffect: number | null;
  /** Head time / base time, one per process. */
  readonly ratios: readonly number[];
  readonly reason: string;
  /** Kernels that ran. */
  readonly kernels: { readonly base: string | null; readonly head: string | null };
  /** Worst error of either side relative to rms, where both were verified. */
  readonly errors: { readonly base: number; readonly head: number } | null;
  /** The command that measures this case again. */
  readonly reproduce: string;
}

/** Of every program that a change gives another text: the figures that differ, on each GPU whose compiler was asked. */
export interface Compiled {
  readonly gpus: readonly InspectedGpu[];
  /** GPUs that could not be asked. */
  readonly without: readonly { readonly gpu: string; readonly reason: string }[];
  readonly changes: readonly Change[];
}

export interface Comparison {
  readonly base: string;
  readonly head: string;
  readonly machine: string;
  readonly processes: number;
  readonly minimumEffect: number;
  readonly cases: readonly ComparedCase[];
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Kernels whose files differ between the sides, or that only one of them has. */
  readonly changed: readonly string[];
  /** Those of them that no verdict covers. */
  readonly unmeasured: readonly string[];
  /** Cases that the budget did not allow for. */
  readonly leftOut: readonly { readonly id: string; readonly reason: string }[];
  /** Why no more processes were measured: every case is decided, the last planned look was reached, the budget, Ctrl-C. */
  readonly ended: 'decided' | 'looks' | 'budget' | 'interruption';
  readonly seconds: number;
  /** Compiler statistics of the change on absent GPUs; absent if not requested. */
  readonly compiled?: Compiled;
  /** What was compared, if not two kernel sets. */
  readonly note?: string;
}

export function countsOf(cases: readonly ComparedCase[]): Record<Verdict, number> {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const { verdict } of cases) counts[verdict]++;
  return counts;
}

/** Worst first: by verdict, then by ratio. */
export function worstFirst(cases: readonly ComparedCase[]): ComparedCase[] {
  return [...cases].sort(
    (a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || (b.ratio ?? 0) - (a.ratio ?? 0),
  );
}
