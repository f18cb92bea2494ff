/** The minimum time of a problem: its FLOP at the peak rate or its bytes at the peak bandwidth, whichever is longer. */
import type { Problem } from '../gemm/problem.ts';
import { bytes, flop } from '../gemm/shape.ts';

/** FLOP/s and bytes/s. */
export interface Ceiling {
  readonly flopPerSecond: number;
  readonly bytesPerSecond: number;
}

export interface Roofline {
  /** FLOP per byte of compulsory traffic. */
  readonly arithmeticIntensity: number;
  /** FLOP per byte at which the two bounds meet. */
  readonly ridge: number;
  readonly bound: 'compute' | 'memory';
  /** Least seconds. */
  readonly seconds: number;
  /** Most FLOP/s. */
  readonly flopPerSecond: number;
}

/** Bound of one launch with cold operands; hot ones may move fewer bytes. */
export function roofline(problem: Problem, ceiling: Ceiling): Roofline {
  const work = flop(problem);
  const traffic = bytes(problem);
  const compute = work / ceiling.flopPerSecond;
  const memory = traffic / ceiling.bytesPerSecond;
  const seconds = Math.max(compute, memory);
  return {
    arithmeticIntensity: work / traffic,
    ridge: ceiling.flopPerSecond / ceiling.bytesPerSecond,
    bound: memory > compute ? 'memory' : 'compute',
    seconds,
    flopPerSecond: work / seconds,
  };
}
