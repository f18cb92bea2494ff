import type { Io } from '../../src/experiment/io.ts';
import { PLAIN } from '../../src/report/style.ts';

/** Nothing of what the parts of a command say is printed. */
export const quiet = (cwd = '.'): Io => ({
  out: () => {},
  err: () => {},
  cwd,
  environment: {},
  style: PLAIN,
  columns: null,
});
