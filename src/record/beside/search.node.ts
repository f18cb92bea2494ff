/** Answers of searches on disk, `results/<machine>/search/<utc>-<commit>.json`: each beside its record. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, newestFirst, replace } from '../disk.node.ts';
import { scrubbed } from '../privacy.ts';
import { parseStored } from '../read.ts';
import { rounded } from '../round.ts';
import { type StoredSearch, storedSearchSchema } from './search.ts';

const FOLDER = 'search';

/** Writes the answer atomically; returns its path. An existing one without a record is from a killed attempt. */
export function writeSearch(resultsDir: string, answer: { readonly machine: string; readonly id: string }): string {
  const folder = join(resultsDir, answer.machine, FOLDER);
  makeFolder(folder);
  const file = join(folder, `${answer.id}.json`);
  replace(file, `${JSON.stringify(rounded(scrubbed(answer)), null, 1)}\n`);
  return file;
}

/** The answers of a machine, newest first. Throws RecordError for one that is damaged. */
export function readSearches(resultsDir: string, machine: string): StoredSearch[] {
  const files = newestFirst(join(resultsDir, machine, FOLDER));
  return files.map((file) => parseStored(readFileSync(file, 'utf8'), file, storedSearchSchema));
}
