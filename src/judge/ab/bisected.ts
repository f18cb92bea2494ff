/** The document of a bisection: `bisect --json`. */
import type { ComparedCase, Verdict } from './comparison.ts';

export interface BisectedCommit {
  readonly sha: string;
  readonly subject: string;
}

/** One comparison of the good end with a commit. */
export interface BisectStep extends BisectedCommit {
  readonly side: 'good' | 'bad' | 'untestable';
  /** Null where nothing had to be measured, or nothing could. */
  readonly verdict: Verdict | null;
  readonly ratio: number | null;
  readonly interval: readonly [number, number] | null;
  readonly processes: number;
  /** 2 when the first attempt was unclear and more processes were spent. */
  readonly attempts: number;
  readonly reason: string;
}

export interface Bisected {
  readonly good: string;
  readonly bad: string;
  readonly machine: string;
  /** The case that was followed, and what is wrong with it at the bad end. */
  readonly case: string;
  readonly verdict: Verdict;
  readonly ratio: number | null;
  /** What counts as the bad side: half of the whole change, in log. A relative difference; null for failures. */
  readonly threshold: number | null;
  /** First-parent commits between the ends that touch kernels. */
  readonly commits: number;
  readonly steps: readonly BisectStep[];
  /** The first bad commit; null when untestable commits hide it. */
  readonly culprit: BisectedCommit | null;
  /** The commits that it must be one of, oldest first. */
  readonly candidates: readonly BisectedCommit[];
  /** The commit before them against the last of them. */
  readonly evidence: ComparedCase;
  /** Whether that evidence alone shows the change. */
  readonly confirmed: boolean;
}
