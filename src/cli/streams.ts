/** Writing to standard output and standard error, which may be closed or on a disk that is full. */
import { codeOf, DiskError } from '../record/disk.node.ts';
import { EXIT } from './exit.ts';

/** A closed pipe (`| head`) or terminal is not an error. */
const CLOSED: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO', 'EBADF', 'ERR_STREAM_DESTROYED']);

export interface Writer {
  readonly write: (text: string) => void;
  /** Whether something could not be written for another reason than that nobody reads it. */
  readonly isRefused: () => boolean;
}

/** @param onRefused called at the first refusal; the command goes on, because its results matter more than its words */
export function writerTo(stream: NodeJS.WriteStream, name: string, onRefused: (refused: DiskError) => void): Writer {
  let isRefused = false;
  const refuse = (error: unknown) => {
    const code = codeOf(error);
    if (CLOSED.has(code) || isRefused) return;
    isRefused = true;
    // The stream may say so after the command has ended.
    process.exitCode = EXIT.broken;
    onRefused(new DiskError(name, code ?? 'unknown'));
  };
  stream.on('error', refuse);
  const write = (text: string) => {
    try {
      stream.write(text);
    } catch (error) {
      // Files are written at once, without an event.
      refuse(error);
    }
  };
  return { write, isRefused: () => isRefused };
}
