/** A command run in this process, and what it printed. */
import { fileURLToPath } from 'node:url';
import { PLAIN } from '../../report/style.ts';
import { main } from '../main.ts';

/** A suite of two cases, and a device that takes 1 or 2 ms for each. */
export const TINY = fileURLToPath(new URL('./tiny.yaml', import.meta.url));
export const STEADY = fileURLToPath(new URL('./steady.yaml', import.meta.url));

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface Where {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with what is written to stderr, which then is a terminal with a progress line. */
  readonly onProgress?: ((text: string) => void) | undefined;
  readonly columns?: number;
}

/** Of a machine that is the same in every test. */
export const UNIT = { SHAPEMARK_UNIT: '0123456789abcdef' };

/** The command line in a folder of a test. */
export function commandIn(folder: () => string, environment: Where['environment'] = {}) {
  return (...args: string[]) => inProcess(args, { cwd: folder(), environment });
}

export async function inProcess(args: readonly string[], where: Where): Promise<Ran> {
  const { cwd, environment = {}, onProgress, columns = onProgress ? 80 : null } = where;
  let [out, err] = ['', ''];
  const exit = await main([...args], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
      onProgress?.(text);
    },
    ...{ cwd, environment, style: PLAIN, columns },
  });
  return { exit, out, err };
}
