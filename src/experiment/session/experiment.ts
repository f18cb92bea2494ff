/** A measurement with progress, handling of Ctrl-C, and a journal if it can be resumed. */

import { dirname } from 'node:path';
import { measure } from '../../measure/parent/measure.ts';
import type { Measurement, MeasureRequest } from '../../measure/parent/measurement.ts';
import { Interrupted } from '../../measure/parent/process.ts';
import { diskErrorOf } from '../../record/disk.node.ts';
import type { Io } from '../io.ts';
import { interruption, signalsHeard } from './interruption.ts';
import { progressLine } from './progress.ts';
import type { RunJournal } from './run-journal.ts';

export interface Experiment
  extends Pick<MeasureRequest, 'cases' | 'host' | 'open' | 'enter' | 'settings' | 'settled' | 'heat'>,
    Partial<Pick<MeasureRequest, 'onVisit' | 'onProcess' | 'order' | 'withoutPeaks'>> {
  /** What is lost with an interruption where nothing is kept. */
  readonly unkept?: string;
  /** Shows what there is when an interruption, or an error that is told of afterwards, ends it early. */
  readonly onCutShort?: (soFar: Measurement, by: 'interruption' | 'error') => void;
}

/** Callbacks of an experiment. */
export interface Follower<Found> {
  /** The command that resumes it after an interruption. */
  readonly again: string;
  /** Prints the results so far when it ends early; they are not stored, except in the journal. */
  readonly cutShort: (soFar: Found, by: 'interruption' | 'error') => void;
}

/** The journal of finished visits, and the command that resumes it. */
export interface Kept {
  readonly journal: RunJournal;
  readonly again: string;
  /** Whether earlier journals of the same command are kept, so that it can be resumed without this one. */
  readonly isLater?: boolean;
}

/** @returns null when interrupted; what was finished is kept then, if it is kept at all */
export async function experiment(io: Io, request: Experiment, kept?: Kept): Promise<Measurement | null> {
  const line = progressLine(io);
  const { signal, release } = interruption();
  const hostStartSeconds = request.host.clock.now();
  let soFar: Measurement | null = null;
  try {
    const measurement = await measure({
      ...request,
      finished: kept?.journal.visits ?? [],
      onOpen: ({ facts }) => kept?.journal.opened(facts),
      onBegin: (process) => kept?.journal.begin(process, hostStartSeconds),
      onVisit: (visit) => {
        kept?.journal.visit(visit);
        request.onVisit?.(visit);
      },
      onProcess: (process) => {
        kept?.journal.process(process, hostStartSeconds);
        request.onProcess?.(process);
      },
      onCutShort: (measured) => {
        soFar = measured;
      },
      onProgress: (event) => line.update(event),
      signal,
    });
    line.clear();
    return ofWholeRun(measurement, kept);
  } catch (error) {
    line.clear();
    const by = error instanceof Interrupted ? 'interruption' : 'error';
    const isKept = cutShort(request, { soFar, kept, by, hostStartSeconds });
    if (by === 'error') {
      if (isKept && kept) io.err(howToGoOn(error, kept));
      else if (kept?.isLater) io.err(`finished visits are kept; continue with: ${kept.again}\n`);
      throw error;
    }
    io.err(`interrupted${outlook(request, kept, isKept)}\n`);
    return null;
  } finally {
    release();
  }
}

/**
 * Writes what was measured; if it cannot be written, the journal is kept, and it is said how to go on. A signal that comes meanwhile
 * ends nothing: the write is short, and without it all that is left would be the journal.
 */
export async function stored<T>(io: Io, kept: Kept, write: () => T): Promise<T> {
  const { signal, release } = interruption();
  try {
    const written = write();
    await signalsHeard();
    if (signal.aborted) io.err('interrupted when everything was measured; the result is complete and stored\n');
    return written;
  } catch (error) {
    if (kept.journal.keep()) io.err(howToGoOn(error, kept));
    throw error;
  } finally {
    release();
  }
}

function howToGoOn(error: unknown, { journal, again }: Kept): string {
  const elsewhere = diskErrorOf(error)
    ? `make room, or copy ${dirname(journal.journal.file)} into another folder and name that with --results; `
    : '';
  return `finished visits are kept; ${elsewhere}continue with: ${again}\n`;
}

/** Stores and prints the results so far; returns whether it can be resumed. */
function cutShort(
  request: Experiment,
  {
    soFar,
    kept,
    by,
    hostStartSeconds,
  }: {
    readonly soFar: Measurement | null;
    readonly kept: Kept | undefined;
    readonly by: 'interruption' | 'error';
    readonly hostStartSeconds: number;
  },
): boolean {
  const last = soFar?.processes.at(-1);
  try {
    if (last) kept?.journal.process(last, hostStartSeconds);
  } catch {
    // The error may be a disk error; earlier visits are on disk nevertheless.
  }
  const isKept = kept?.journal.keep() ?? false;
  const hasVisits = soFar?.cases.some(({ visits }) => visits.length > 0);
  if (soFar && hasVisits) request.onCutShort?.(ofWholeRun(soFar, kept), by);
  return isKept;
}

/** With the processes of the commands that it resumed. */
function ofWholeRun(measurement: Measurement, kept: Kept | undefined): Measurement {
  return kept ? { ...measurement, processes: kept.journal.processes() } : measurement;
}

function outlook({ unkept = 'nothing was stored' }: Experiment, kept: Kept | undefined, isKept: boolean): string {
  if (!kept) return `; ${unkept}`;
  return isKept || kept.isLater ? `; continue with: ${kept.again}` : ' before anything was measured';
}
