/** An invalid stored file. The message is complete: file, line if known, what is wrong. */
export class RecordError extends Error {
  readonly file: string;
  readonly line: number | undefined;
  /** What is wrong, without the place. */
  readonly reason: string;
  constructor(file: string, line: number | undefined, reason: string) {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${reason}`);
    this.name = 'RecordError';
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}
