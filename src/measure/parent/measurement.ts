/** What a run is asked, and what it leaves. */
import type { Attempt, DeviceFacts } from '../../engine/port.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Case } from '../../plan/case/case.ts';
import { type NotServed, notServed, type UnservedCase } from '../../record/not-served.ts';
import type { PeakFacts } from '../worker/peaks.ts';
import type { Contender, OpenRequest, Sampling } from '../worker/protocol.ts';
import type { Host } from './host.ts';
import type { OpenedWorker } from './process.ts';
import type { FinishedProcess, FinishedVisit, Progress } from './progress.ts';
import type { Settings } from './settings.ts';

/** What competes on a case, and the independent kernel that every answer is held against. */
export interface Entry {
  readonly contenders: readonly Contender[];
  readonly reference: Contender | null;
}

export interface MeasureRequest {
  readonly cases: readonly Case[];
  readonly host: Host;
  readonly open: Omit<OpenRequest, 'process'>;
  /** Chosen once the device is known; a refusal becomes the row's reason. */
  readonly enter: (item: Case, facts: DeviceFacts) => Entry | Refusal;
  readonly settings: Settings;
  /** Visits of an interrupted run that need not be repeated. */
  readonly finished: readonly FinishedVisit[];
  /** `given`: visits follow the order of `cases`; by default every process has a seeded random order of its own. */
  readonly order?: 'seeded' | 'given';
  /** Whether a case needs no more processes at a look; by default, when its interval is narrow enough. */
  readonly settled?: (outcome: CaseOutcome, processes: number, all: readonly CaseOutcome[]) => boolean;
  /** Who still competes in a case's next visit and how long it samples; by default all that entered, as the settings say. */
  readonly heat?: (outcome: CaseOutcome, process: number) => Heat | Refusal;
  /** Whether nobody asks what share of the device's ceilings was reached. */
  readonly withoutPeaks?: boolean;
  /** Called once, when the first device is open and before anything is measured. */
  readonly onOpen: (opened: OpenedWorker) => Promise<void> | void;
  /** Called before the first visit of a process, with what is known of it by then: no visit is without its process. */
  readonly onBegin?: (process: FinishedProcess) => void;
  readonly onVisit: (visit: FinishedVisit) => void;
  readonly onProcess: (process: FinishedProcess) => void;
  /** Called with what there is when an interruption or an error ends the run; what ended it is thrown afterwards. */
  readonly onCutShort?: (soFar: Measurement) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** One visit of an experiment that narrows its contenders down. */
export interface Heat {
  readonly contenders: readonly Contender[];
  readonly sampling: Sampling;
}

export interface CaseOutcome {
  readonly case: Case;
  readonly entry: Entry | null;
  readonly visits: readonly FinishedVisit[];
  /** Why there is no number; null for every case with a measured visit that did not fail later. */
  readonly refusal: Refusal | null;
}

/** Cases that no device serves and that were asked for only because `all` stands for every kernel. What was named is not among them. */
export function unserved(cases: readonly CaseOutcome[]): NotServed {
  return notServed(cases.flatMap((outcome) => unservedCase(outcome) ?? []));
}

/** All others. */
export function served(cases: readonly CaseOutcome[]): CaseOutcome[] {
  return cases.filter((outcome) => unservedCase(outcome) === null);
}

function unservedCase({ case: { id, kernel, ofAll }, refusal }: CaseOutcome): UnservedCase | null {
  return ofAll && refusal?.rule !== undefined ? { id, kernel, rule: refusal.rule } : null;
}

export interface Measurement {
  readonly facts: DeviceFacts;
  readonly tried: readonly Attempt[];
  /** Null when nobody asked, when the run was cut short before, or when the device died of it each time. */
  readonly peaks: PeakFacts | null;
  readonly processes: readonly FinishedProcess[];
  readonly cases: readonly CaseOutcome[];
  readonly ended: 'target' | 'budget' | 'processes' | 'interrupted';
  /** What operand sets rotated through, and how many of them at most, as settled for this device. */
  readonly coldBytes: number;
  readonly maxSets: number;
  readonly wallSeconds: number;
}
