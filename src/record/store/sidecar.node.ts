/** Compressed samples as they lie on disk: strangers write them too, and a few bytes can inflate to any number. */
import { gunzipSync } from 'node:zlib';
import { RecordError } from '../record-error.ts';

/** @param most bytes of the text. Throws RangeError beyond them, and errors of zlib. */
export function inflated(bytes: Uint8Array, most: number): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: most }).toString('utf8');
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`is larger than the counts in the record allow (${most} bytes)`);
  }
}

/** Names the file in whatever is wrong with it. Throws RecordError. */
export function onSidecar<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new RecordError(file, undefined, error instanceof Error ? error.message : String(error));
  }
}
