/** What an A/B of two kernel sets is asked, and what it leaves. */
import type { DeviceFacts } from '../../engine/port.ts';
import type { AbRules } from '../../judge/ab/ab.ts';
import type { ComparedCase } from '../../judge/ab/comparison.ts';
import type { Case, Robustness } from '../../plan/case/case.ts';
import type { Kept } from '../session/experiment.ts';
import type { ExperimentIdentity } from '../session/run-journal.ts';
import type { Sides } from './sides.ts';

/** Options of the command line that every A/B obeys. */
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
   * Of each kernel that is asked for, the most telling first. Where a budget is short, each has its first case measured
   * before any has its second.
   */
  readonly cases: readonly Case[];
  /** Programs that another commit's own code makes for one side, where the running code does not. */
  readonly programs?: (
    cases: readonly Case[],
    facts: DeviceFacts,
  ) => Promise<Pick<Sides, 'basePrograms' | 'headPrograms'>>;
  /** Whether a case is meant for the device; by default every case is. */
  readonly fits?: (item: Case, facts: DeviceFacts) => boolean;
  readonly options: AbOptions;
  /** Seconds that measuring these kernels may take, where the options name no budget. */
  readonly budgetFor?: (kernels: readonly string[]) => number;
  readonly rules: Omit<AbRules, 'cases'>;
  /** Cases that are identical on both sides and measured all the same: if they move, the machine did. */
  readonly controls: number;
  /** Where finished visits go, by what decides how they are measured; nowhere when absent. */
  readonly keep?: (of: Pick<ExperimentIdentity, 'settings' | 'scenario' | 'cases'>) => Kept;
  /** Shows what was found, or what there is when an interruption ends it; the journal is kept until then. */
  readonly show?: (found: AbOutcome) => void;
  /** The command that measures a case again. */
  readonly reproduce: (id: string) => string;
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
  /** Cases that no kernel can check or that neither side serves. */
  readonly unserved: readonly Undecided[];
  /** Why no more processes were measured. */
  readonly ended: 'decided' | 'looks' | 'budget' | 'interruption';
  readonly seconds: number;
}
