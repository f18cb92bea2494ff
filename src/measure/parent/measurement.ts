/** Request and outcome of a run. */
import type { Attempt, DeviceFacts } from '../../engine/port.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { Case } from '../../plan/case/case.ts';
import type { FinishedProcess } from '../../record/journal/journal.ts';
import { type NotServed, notServed, type UnservedCase } from '../../record/not-served.ts';
import type { Sampling } from '../../record/schema.ts';
import type { PeakFacts } from '../worker/peaks.ts';
import type { Contender, OpenRequest } from '../worker/protocol.ts';
import type { Host } from './host.ts';
import type { OpenedWorker } from './process.ts';
import type { FinishedVisit, Progress } from './progress.ts';
import type { Settings } from './settings.ts';

/** The contenders of a case and the reference kernel. */
export interface Entry {
  readonly contenders: readonly Contender[];
  readonly reference: Contender | null;
}

/** Whether measuring may go on, where something else can stop it: a page may be hidden, or its reader may pause. */
export interface Attention {
  /** Resolves when measuring may go on. */
  ready(): Promise<void>;
  /** What disturbed the device since then; null if nothing did. */
  disturbance(): string | null;
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
  /** Contenders and sampling of a case's next visit; by default all contenders, and the settings. */
  readonly heat?: (outcome: CaseOutcome, process: number) => Heat | Refusal;
  /** Whether to skip measuring peaks. */
  readonly withoutPeaks?: boolean;
  /** Called once, when the first device is open and before anything is measured. */
  readonly onOpen: (opened: OpenedWorker) => Promise<void> | void;
  /** Called before the first visit of a process, with what is known of it by then: no visit is without its process. */
  readonly onBegin?: (process: FinishedProcess) => void;
  readonly onVisit: (visit: FinishedVisit) => void;
  readonly onProcess: (process: FinishedProcess) => void;
  /** Called with the results so far when an interruption or an error ends the run; the error is thrown afterwards. */
  readonly onCutShort?: (soFar: Measurement) => void;
  readonly onProgress: (progress: Progress) => void;
  /** Asked before every visit and after it. */
  readonly attention?: Attention;
  readonly signal?: AbortSignal;
}

/** A visit of an experiment that selects contenders. */
export interface Heat {
  readonly contenders: readonly Contender[];
  readonly sampling: Sampling;
}

export interface CaseOutcome {
  readonly case: Case;
  readonly entry: Entry | null;
  readonly visits: readonly FinishedVisit[];
  /** Why there is no time; null for every case with a measured visit that did not fail later. */
  readonly refusal: Refusal | null;
}

/** Cases that no device serves and that were requested only through `all`, not by name. */
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
  /** Null if not requested, if the run was cut short before, or if the device died each time. */
  readonly peaks: PeakFacts | null;
  readonly processes: readonly FinishedProcess[];
  readonly cases: readonly CaseOutcome[];
  readonly ended: 'target' | 'budget' | 'processes' | 'interrupted';
  /** Bytes of the rotation and maximum number of operand sets, as determined for this device. */
  readonly coldBytes: number;
  readonly maxSets: number;
  readonly wallSeconds: number;
}
