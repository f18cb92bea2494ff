/** How long the parent waits for a worker's next sign of life before it takes it for hung. */

import type { Problem } from '../../gemm/problem.ts';
import { flop } from '../../gemm/shape.ts';

/** Tells the parent's watchdog that work follows which may take this many seconds. */
export type Alive = (allowSeconds: number) => void;

/** Some drivers compile a large kernel for half a minute, on a busy machine for longer. */
export const COMPILE_SECONDS = 180;
/** Some do so no sooner than at the first launch. Shorter, because it is also how long an endless loop is waited for. */
export const FIRST_LAUNCH_SECONDS = 90;

/** A launch slower than this many FLOP/s, beyond a constant, is considered hung. */
const SLOWEST_FLOP_PER_SECOND = 2e7;

/** For what a launch and the work beside it may take. */
export function launchSeconds(problem: Problem, besides: number): number {
  return besides + flop(problem) / SLOWEST_FLOP_PER_SECOND;
}
