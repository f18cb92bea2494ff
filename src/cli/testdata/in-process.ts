/** A command run in this process, and what it printed. */
import { PLAIN } from '../../report/style.ts';
import { main } from '../main.ts';

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface Where {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Called whenever something is written to stderr, which then is a terminal with a progress line. */
  readonly onProgress?: (() => void) | undefined;
}

export async function inProcess(args: readonly string[], { cwd, environment = {}, onProgress }: Where): Promise<Ran> {
  let [out, err] = ['', ''];
  const exit = await main([...args], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
      onProgress?.();
    },
    ...{ cwd, environment, style: PLAIN, columns: onProgress ? 80 : null },
  });
  return { exit, out, err };
}
