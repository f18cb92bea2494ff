/** A measurement whose outcome is judged at once, without a journal: progress shown, Ctrl-C obeyed. */
import type { Measurement, MeasureRequest } from '../measure/experiment.ts';
import { measure } from '../measure/measure.ts';
import { Interrupted } from '../measure/process.ts';
import { interruption } from './interruption.ts';
import type { Io } from './io.ts';
import { progressLine } from './progress.ts';

export type Experiment = Pick<MeasureRequest, 'cases' | 'host' | 'open' | 'enter' | 'settings' | 'settled'> &
  Partial<Pick<MeasureRequest, 'onVisit' | 'order'>>;

/** @returns null when interrupted; nothing was stored then */
export async function experiment(io: Io, request: Experiment): Promise<Measurement | null> {
  const line = progressLine(io);
  const { signal, release } = interruption();
  try {
    return await measure({
      finished: [],
      onOpen: () => {},
      onVisit: () => {},
      ...request,
      onProcess: () => {},
      onProgress: (event) => line.update(event),
      signal,
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    io.err('interrupted; nothing was stored\n');
    return null;
  } finally {
    line.clear();
    release();
  }
}
