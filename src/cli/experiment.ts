/** A measurement as every command runs it: progress shown, Ctrl-C obeyed, finished visits on disk where it can be resumed. */
import type { Measurement, MeasureRequest } from '../measure/experiment.ts';
import { measure } from '../measure/measure.ts';
import { Interrupted } from '../measure/process.ts';
import { interruption } from './interruption.ts';
import type { Io } from './io.ts';
import { progressLine } from './progress.ts';
import type { RunJournal } from './run-journal.ts';

export type Experiment = Pick<MeasureRequest, 'cases' | 'host' | 'open' | 'enter' | 'settings' | 'settled' | 'heat'> &
  Partial<Pick<MeasureRequest, 'onVisit' | 'onProcess' | 'order'>>;

/** Where finished visits go, and the command that goes on from them. */
export interface Kept {
  readonly journal: RunJournal;
  readonly again: string;
}

/** @returns null when interrupted; what was finished is kept then, if it is kept at all */
export async function experiment(io: Io, request: Experiment, kept?: Kept): Promise<Measurement | null> {
  const line = progressLine(io);
  const { signal, release } = interruption();
  const { clock } = request.host;
  const hostStartSeconds = clock.now();
  try {
    const measurement = await measure({
      ...request,
      finished: kept?.journal.visits ?? [],
      onOpen: ({ facts }) => kept?.journal.opened(facts),
      onVisit: (visit) => {
        kept?.journal.visit(visit);
        request.onVisit?.(visit);
      },
      onProcess: (process) => {
        kept?.journal.process(process, hostStartSeconds);
        request.onProcess?.(process);
      },
      onProgress: (event) => line.update(event),
      signal,
    });
    line.clear();
    return measurement;
  } catch (error) {
    line.clear();
    const resumable = kept?.journal.keep() ?? false;
    if (!(error instanceof Interrupted)) throw error;
    io.err(`interrupted${outlook(kept, resumable)}\n`);
    return null;
  } finally {
    release();
  }
}

function outlook(kept: Kept | undefined, resumable: boolean): string {
  if (!kept) return '; nothing was stored';
  return resumable ? `; go on with: ${kept.again}` : ' before anything was measured';
}
