/** Answers of searches on disk, `results/<machine>/search/<utc>-<commit>.json`: each beside its record. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { scrubbed } from './privacy.ts';
import { rounded } from './round.ts';
import { replace } from './store.node.ts';

const FOLDER = 'search';

/** Writes the answer atomically; returns its path. An existing one without a record is from a killed attempt. */
export function writeSearch(resultsDir: string, answer: { readonly machine: string; readonly id: string }): string {
  const folder = join(resultsDir, answer.machine, FOLDER);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${answer.id}.json`);
  replace(file, `${JSON.stringify(rounded(scrubbed(answer)), null, 1)}\n`);
  return file;
}
