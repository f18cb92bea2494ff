/** Colours for a terminal that wants them. */
import pc from 'picocolors';
import { PLAIN, type Style } from '../report/style.ts';

/** NO_COLOR wins over FORCE_COLOR, which wins over whether the stream is a terminal. */
export function styleFor(environment: Readonly<Record<string, string | undefined>>, isTerminal: boolean): Style {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR) return PLAIN;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== '';
  if (!forced && (!isTerminal || TERM === 'dumb')) return PLAIN;
  const { bold, dim, green, yellow, red } = pc.createColors(true);
  return { bold, dim, good: green, warn: yellow, bad: red };
}
