/** Tunings on disk. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest, plainText } from '../../gemm/digest.ts';
import { makeFolder, newestFirst } from '../disk.node.ts';
import { parseStored } from '../read.ts';
import { rounded } from '../round.ts';
import { create } from '../store/store.node.ts';
import { type Tuning, tuningSchema } from './tuning.ts';

const FOLDER = 'tuning';
const FILE = /^\d{8}T\d{6}Z-[0-9a-f]{8}\.json$/;

/** A tuning and the hash of its text with LF line ends, by which rows refer to it. */
export interface StoredTuning {
  readonly tuning: Tuning;
  readonly hash: string;
  readonly file: string;
}

/** Writes a tuning atomically; an existing file with its hash has the same contents. */
export function writeTuning(resultsDir: string, tuning: Tuning): StoredTuning {
  const folder = join(resultsDir, tuning.machine, FOLDER);
  makeFolder(folder);
  const stored = rounded(tuning);
  const text = `${JSON.stringify(stored, null, 1)}\n`;
  const hash = digest(text);
  const utc = tuning.startedAt.replace(/[-:]|\.\d+/g, '');
  const file = join(folder, `${utc}-${hash.slice(0, 8)}.json`);
  if (!existsSync(file)) create(file, text);
  return { tuning: stored, hash, file };
}

/** Paths of the tunings of a machine, newest first. */
export function listTunings(resultsDir: string, machine: string): string[] {
  return newestFirst(join(resultsDir, machine, FOLDER), FILE);
}

/** Reads one. Throws RecordError. */
export function readTuning(file: string): StoredTuning {
  const text = readFileSync(file, 'utf8');
  return { tuning: parseStored(text, file, tuningSchema), hash: digest(plainText(text)), file };
}
