/** One line on stderr that rewrites itself, on a terminal only: what is being measured and how long it will still take. */
import type { Progress } from '../measure/progress.ts';
import type { Io } from './io.ts';

export interface ProgressLine {
  update(event: Progress): void;
  /** Wipes the line, so that results start on a clean one. */
  clear(): void;
}

const SILENT: ProgressLine = { update: () => {}, clear: () => {} };
const ERASE = '\r\u001b[2K';

/** @param now seconds */
export function progressLine(
  io: Pick<Io, 'err' | 'columns'>,
  now: () => number = () => performance.now() / 1e3,
): ProgressLine {
  const { columns } = io;
  if (columns === null) return SILENT;
  const start = now();
  let adapter = '';
  return {
    update(event) {
      if (event.type === 'opened') adapter = event.facts.description || event.facts.device;
      const text = textOf(event, adapter, now() - start);
      if (text !== null) io.err(ERASE + shortened(text, columns));
    },
    clear: () => io.err(ERASE),
  };
}

function textOf(event: Progress, adapter: string, elapsed: number): string | null {
  switch (event.type) {
    case 'opened':
      return `measuring on ${adapter}`;
    case 'process':
      return `process ${event.index + 1}: ${event.visits} cases`;
    case 'visit': {
      const share = event.done / Math.max(event.planned, event.done);
      const left = (elapsed / event.done) * (Math.max(event.planned, event.done) - event.done);
      return `${Math.floor(share * 100)} % ${event.done}/${event.planned} ${remaining(left)} ${event.caseId}`;
    }
    case 'look':
      return event.unsettled > 0 ? `${event.unsettled} cases go on after ${event.processes} processes` : null;
  }
}

/** `1:05 left`. */
export function remaining(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')} left`;
}

function shortened(text: string, columns: number): string {
  return text.length < columns ? text : `${text.slice(0, Math.max(columns - 2, 1))}…`;
}
