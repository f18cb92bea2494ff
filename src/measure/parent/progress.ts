/** Events of a run, for progress and the journal. */
import type { Attempt, DeviceFacts } from '../../engine/port.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { VisitResult } from '../../record/journal/journal.ts';
import type { SentinelReading } from '../worker/sentinel.ts';

/** One finished visit, measured or not: the unit of the journal and of `--resume`. */
export interface FinishedVisit {
  readonly caseId: string;
  readonly process: number;
  readonly result: VisitResult | null;
  readonly refusal: Refusal | null;
  /** Sentinel reading before this visit. */
  readonly sentinel: SentinelReading | null;
}

/** Progress of a command: its own visits, without those of an interrupted one. */
export interface Advance {
  readonly done: number;
  /** Visits done and those that are certain to follow unless a case fails. */
  readonly planned: number;
  /** Seconds left of the budget; absent without one. */
  readonly secondsLeft?: number;
}

export type Progress =
  | { readonly type: 'opened'; readonly facts: DeviceFacts; readonly tried: readonly Attempt[] }
  /** A process starts: the `index`-th of at most `most`, with this many visits. */
  | (Advance & { readonly type: 'process'; readonly index: number; readonly most: number; readonly visits: number })
  | (Advance & { readonly type: 'visit'; readonly caseId: string; readonly process: number })
  | { readonly type: 'look'; readonly processes: number; readonly unsettled: number };
