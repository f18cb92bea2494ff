/** Exit codes, and the mapping of errors to one message and one code. */
import { EngineError } from '../engine/port.ts';
import { NothingToDo, UsageError } from '../experiment/errors.ts';
import { INTERRUPTED } from '../experiment/session/interruption.ts';
import { KernelError } from '../kernel/set/kernel.ts';
import { CallFailed, WorkerDied } from '../measure/parent/connection.ts';
import { PredicateError } from '../plan/case/predicate.ts';
import { SpecError } from '../plan/spec/spec-error.ts';
import { diskErrorOf } from '../record/disk.node.ts';
import { JournalError } from '../record/journal/journal.ts';
import { LockHeld } from '../record/journal/lock.node.ts';
import { RecordError } from '../record/record-error.ts';
import { faultSentence } from '../record/unforeseen.ts';

export const EXIT = { fine: 0, regression: 1, usage: 2, nothing: 3, broken: 4, interrupted: INTERRUPTED } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Precedence if several apply. */
const PRECEDENCE: readonly ExitCode[] = [EXIT.interrupted, EXIT.usage, EXIT.broken, EXIT.regression, EXIT.nothing];

export function worst(codes: readonly ExitCode[]): ExitCode {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.fine;
}

export interface Failure {
  /** Machine-readable. */
  readonly code: string;
  readonly exit: ExitCode;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

/** Set to anything but 0, it prints stack traces of errors that no one foresaw. */
export const DEBUG = 'SHAPEMARK_DEBUG';

export function wantsTrace(environment: Readonly<Record<string, string | undefined>>): boolean {
  return !['', '0'].includes(environment[DEBUG] ?? '');
}

/** @param withTrace whether an error that no one foresaw keeps its stack trace */
export function failureOf(error: unknown, withTrace = false): Failure {
  if (error instanceof UsageError) return { code: 'usage', exit: EXIT.usage, message: error.message };
  if (error instanceof NothingToDo) return { code: 'nothing', exit: EXIT.nothing, message: error.message };
  if (error instanceof PredicateError) return { code: 'bad-filter', exit: EXIT.usage, message: error.message };
  if (error instanceof SpecError)
    return { code: 'bad-spec', exit: EXIT.usage, message: error.message, ...placeOf(error) };
  if (error instanceof KernelError)
    return { code: 'bad-kernel', exit: EXIT.usage, message: error.message, ...placeOf(error) };
  if (error instanceof RecordError)
    return { code: 'bad-record', exit: EXIT.broken, message: error.message, ...placeOf(error) };
  if (error instanceof JournalError)
    return { code: 'bad-journal', exit: EXIT.broken, message: error.message, ...placeOf(error) };
  if (error instanceof LockHeld) return { code: 'locked', exit: EXIT.broken, message: error.message };
  if (error instanceof EngineError || error instanceof CallFailed) return deviceFailure(error.reason, error.message);
  if (error instanceof WorkerDied) return deviceFailure(error.death, `the device could not be used: ${error.message}`);
  const refused = diskErrorOf(error);
  if (refused) return { code: 'disk', exit: EXIT.broken, message: refused.message, file: refused.file };
  return { code: 'internal', exit: EXIT.broken, message: unforeseen(error, withTrace) };
}

function unforeseen(error: unknown, withTrace: boolean): string {
  if (withTrace && error instanceof Error) return error.stack ?? error.message;
  return `a fault of shapemark: ${faultSentence(error)}; please report it with what ${DEBUG}=1 prints`;
}

function deviceFailure(reason: string, message: string): Failure {
  return { code: reason, exit: reason === 'no-adapter' ? EXIT.nothing : EXIT.broken, message };
}

function placeOf({ file, line }: { file: string | undefined; line: number | undefined }): {
  file?: string;
  line?: number;
} {
  return { ...(file !== undefined && { file }), ...(line !== undefined && { line }) };
}
