/** The environment of a verb: output, messages, working folder. Tests provide their own. */
import { isAbsolute, relative } from 'node:path';
import type { Style } from '../report/style.ts';

export interface Io {
  /** Results. */
  out(text: string): void;
  /** Progress, notes and errors. */
  err(text: string): void;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Style of what goes to `out`. */
  readonly style: Style;
  /** Terminal columns of `err`, where it is a terminal that can rewrite a line; else null. */
  readonly columns: number | null;
}

/** One JSON document, newline at the end. */
export function printJson(io: Io, document: unknown): void {
  io.out(`${JSON.stringify(document, null, 2)}\n`);
}

/** Lists the files that a command wrote, relative to the working folder. */
export function printWritten(io: Io, files: readonly string[]): void {
  if (files.length === 0) return;
  const names = files.map((file) => fromHere(io, file));
  io.out(io.style.dim(`written: ${names.join('\n         ')}\n`));
}

/** A file as it is named in the working folder, if it is inside it. */
export function fromHere({ cwd }: Pick<Io, 'cwd'>, file: string): string {
  const inside = relative(cwd, file);
  return inside.startsWith('..') || isAbsolute(inside) ? file : inside;
}
