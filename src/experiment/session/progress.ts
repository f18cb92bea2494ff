/**
 * Progress and remaining time on stderr: on a terminal one line that is rewritten; elsewhere a plain line per process, and one
 * per minute in long processes.
 */
import type { Advance, Progress } from '../../measure/parent/progress.ts';
import type { Io } from '../io.ts';

export interface ProgressLine {
  update(event: Progress): void;
  /** Wipes the line, so that results start on a clean one. */
  clear(): void;
}

const ERASE = '\r\u001b[2K';
/** Prefix of every plain line, so that a log can be filtered. */
export const PROGRESS_PREFIX = 'progress: ';
/** Seconds without a line after which a visit is worth one. */
const SILENCE_SECONDS = 60;

/** @param now seconds */
export function progressLine(
  io: Pick<Io, 'err' | 'columns'>,
  now: () => number = () => performance.now() / 1e3,
): ProgressLine {
  return io.columns === null ? plainLines(io, now) : rewrittenLine(io, io.columns, now);
}

/** Progress of work that is only counted, in the same way. */
export function countingLine(
  io: Pick<Io, 'err' | 'columns'>,
  of: { readonly total: number; readonly what: string },
  now: () => number = () => performance.now() / 1e3,
): { at(done: number): void; clear(): void } {
  const start = now();
  let saidAt = start;
  const text = (done: number) => {
    const left = done === 0 ? '' : `, ${remaining(((now() - start) / done) * (of.total - done))}`;
    return `${done} of ${of.total} ${of.what}${left}`;
  };
  if (io.columns !== null) {
    const columns = io.columns;
    return { at: (done) => io.err(ERASE + shortened(text(done), columns)), clear: () => io.err(ERASE) };
  }
  return {
    at(done) {
      if (now() - saidAt < SILENCE_SECONDS) return;
      saidAt = now();
      io.err(`${PROGRESS_PREFIX}${text(done)}\n`);
    },
    clear: () => {},
  };
}

function rewrittenLine(io: Pick<Io, 'err'>, columns: number, now: () => number): ProgressLine {
  const start = now();
  return {
    update(event) {
      const text = textOf(event, now() - start);
      if (text !== null) io.err(ERASE + shortened(text, columns));
    },
    clear: () => io.err(ERASE),
  };
}

function textOf(event: Progress, elapsed: number): string | null {
  switch (event.type) {
    case 'opened':
      return `measuring on ${adapterOf(event)}`;
    case 'process':
      return `process ${event.index + 1}: ${event.visits} cases`;
    case 'visit': {
      const { done, planned } = event;
      const share = done / Math.max(planned, done);
      return `${Math.floor(share * 100)} % ${done}/${planned} ${remaining(secondsLeft(event, elapsed) ?? 0)} ${event.caseId}`;
    }
    case 'look':
      return event.unsettled > 0 ? `${event.unsettled} cases continue after ${event.processes} processes` : null;
  }
}

function plainLines(io: Pick<Io, 'err'>, now: () => number): ProgressLine {
  const start = now();
  let saidAt = start;
  let at = '';
  // Visits at most: those planned, and what the looks may add.
  let following = 0;
  const say = (text: string) => {
    saidAt = now();
    io.err(`${PROGRESS_PREFIX}${text}\n`);
  };
  const sayAdvance = (advance: Advance) => say(`${at}: ${advanceText(advance, following, now() - start)}`);
  return {
    update(event) {
      if (event.type === 'opened') say(`measuring on ${adapterOf(event)}`);
      if (event.type === 'process') {
        at = `process ${event.index + 1} of at most ${event.most}`;
        following = (event.most - event.index) * event.visits;
        sayAdvance(event);
      }
      if (event.type !== 'visit') return;
      following--;
      if (now() - saidAt >= SILENCE_SECONDS) sayAdvance(event);
    },
    clear: () => {},
  };
}

function advanceText(advance: Advance, following: number, elapsed: number): string {
  const { done, planned } = advance;
  const least = secondsLeft(advance, elapsed);
  const most = secondsLeft({ ...advance, planned: Math.max(planned, done + following) }, elapsed);
  const times = [`${clock(elapsed)} elapsed`, ...(least === null || most === null ? [] : [between(least, most)])];
  return `${done} of ${planned} visits done, ${times.join(', ')}`;
}

function between(least: number, most: number): string {
  return clock(least) === clock(most) ? `about ${remaining(least)}` : `${clock(least)} to ${remaining(most)}`;
}

/** As visits went up to now, within the budget; null before the first. */
function secondsLeft({ done, planned, secondsLeft: budget }: Advance, elapsed: number): number | null {
  if (done === 0) return null;
  const left = (elapsed / done) * (Math.max(planned, done) - done);
  return Math.min(left, budget ?? left);
}

function adapterOf({ facts }: Extract<Progress, { type: 'opened' }>): string {
  return facts.description || facts.device;
}

/** `1:05 left`. */
export function remaining(seconds: number): string {
  return `${clock(seconds)} left`;
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function shortened(text: string, columns: number): string {
  return text.length < columns ? text : `${text.slice(0, Math.max(columns - 2, 1))}…`;
}
