/** Request and outcome of an A/B comparison of two kernel sets. */
import type { DeviceFacts } from '../../engine/port.ts';
import type { ComparedCase } from '../../judge/ab/comparison.ts';
import type { AbRules } from '../../judge/ab/rules.ts';
import type { Case, Robustness } from '../../plan/case/case.ts';
import type { Kept } from '../session/experiment.ts';
import type { ExperimentIdentity } from '../session/run-journal.ts';
import type { Sides } from './sides.ts';

/** Command-line options of every A/B comparison. */
export interface AbOptions {
  readonly engine: string;
  readonly adapter: string;
  readonly scenario: string | undefined;
  readonly seed: number;
  readonly robustness?: Robustness | undefined;
  readonly 'cold-bytes'?: number | undefined;
  /** Seconds it may take. */
  readonly budget: number | undefined;
  readonly results: string;
}

export interface AbRequest {
  readonly sides: Sides;
  /**
   * For each kernel, the most informative case first. If the budget is short, every kernel has its first case measured before any
   * has its second.
   */
  readonly cases: readonly Case[];
  /** Programs of one side that another commit's code writes. */
  readonly programs?: (
    cases: readonly Case[],
    facts: DeviceFacts,
  ) => Promise<Pick<Sides, 'basePrograms' | 'headPrograms'>>;
  /** Called before anything is measured, with the kernels of which the head has a program that does not compile. */
  readonly onPaired?: (broken: ReadonlySet<string>) => Promise<void>;
  /** Whether a case is meant for the device; by default every case is. */
  readonly fits?: (item: Case, facts: DeviceFacts) => boolean;
  readonly options: AbOptions;
  /** Seconds that measuring these kernels may take, where the options name no budget. */
  readonly budgetFor?: (kernels: readonly string[]) => number;
  readonly rules: Omit<AbRules, 'cases'>;
  /** Controls: cases that are identical on both sides and measured anyway; a change of them is the machine's. */
  readonly controls: number;
  /** Journal of finished visits; absent: none is kept. */
  readonly keep?: (of: Pick<ExperimentIdentity, 'settings' | 'scenario' | 'cases'>) => Kept;
  /** What becomes of the journal after the comparison; absent: it is discarded. */
  readonly onEnd?: (kept: Kept) => void;
  /** Prints the results, or the results so far after an interruption; the journal is kept until then. */
  readonly show?: (found: AbOutcome) => void;
  /** The command that measures a case again. */
  readonly reproduce: (id: string, sides: 'both' | 'head') => string;
}

/** A case that neither side serves, or that was not decided, and why. */
export interface Undecided {
  readonly case: Case;
  readonly kernels: ComparedCase['kernels'];
  readonly reason: string;
}

export interface AbOutcome {
  readonly machine: string;
  readonly facts: DeviceFacts;
  readonly processes: number;
  /** Worst first. Cases that neither side serves are left out: there is nothing to compare. */
  readonly cases: readonly ComparedCase[];
  /** Cases that the budget did not allow for, in order of priority. */
  readonly leftOut: readonly Undecided[];
  /** Cases that no kernel can verify or that neither side serves. */
  readonly unserved: readonly Undecided[];
  /** Why no more processes were measured. */
  readonly ended: 'decided' | 'looks' | 'budget' | 'interruption';
  readonly seconds: number;
}
