/** Request, rules and state of a tournament of kernels. */
import type { Problem } from '../../gemm/problem.ts';
import type { KernelDevice } from '../../kernel/device.ts';
import type { Kernel, KernelSet } from '../../kernel/set/kernel.ts';
import type { Candidate } from './candidate.ts';

export interface TournamentRules {
  /** Techniques slower than the fastest by more than this as their defaults stand get no variants. */
  readonly techniqueFactor: number;
  /** Most variants in the sample, and fewest. */
  readonly mostVariants: number;
  readonly fewestVariants: number;
  /** Number of finalists, including the control, and of processes in the final. */
  readonly finalists: number;
  readonly finals: number;
  /** A choice replaces the rule's only when it is faster by this much. */
  readonly minimumGain: number;
}

export const TOURNAMENT: TournamentRules = {
  techniqueFactor: 2,
  mostVariants: 48,
  fewestVariants: 4,
  finalists: 4,
  finals: 7,
  minimumGain: 0.02,
};

export interface TournamentRequest {
  readonly set: KernelSet;
  readonly problem: Problem;
  readonly device: KernelDevice;
  /** Kernels to exclude. */
  readonly excluded: (kernel: Kernel) => boolean;
  readonly seed: number;
  /** Seconds of contenders' time that this class may take; decides how many variants are tried. */
  readonly seconds: number;
  readonly rules?: TournamentRules;
}

/** How a tournament stands. */
export interface Standing {
  readonly winner: Candidate;
  readonly control: Candidate;
  /** Time of the winner / time of the control, one a process; all 1 where the control won. */
  readonly ratios: readonly number[];
  /** Seconds per launch of the winner. */
  readonly seconds: number;
  readonly tried: number;
  /** The final is complete. */
  readonly complete: boolean;
  /** What came near, fastest first, as ratios to the control. */
  readonly runnersUp: readonly { readonly candidate: Candidate; readonly ratio: number }[];
}
