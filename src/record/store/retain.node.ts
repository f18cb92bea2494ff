/** Removes what a retention rule no longer keeps, after comparing it with what is compacted. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { onDisk } from '../disk.node.ts';
import { RecordError } from '../record-error.ts';
import { CompactedStore } from './compacted-store.node.ts';
import { DirectStore } from './direct-store.node.ts';
import type { RunHead, StoredRun } from './history-store.ts';
import { samplesFile } from './stored.ts';

export interface Rule {
  /** Of each unit so many of the latest runs keep their samples, and so many their record; null keeps all. */
  readonly samples: number | null;
  readonly records: number | null;
  /** Runs that are kept whole, as `machine id`. */
  readonly whole: ReadonlySet<string>;
}

export interface Retained {
  /** Files that were removed. */
  readonly samples: readonly string[];
  readonly records: readonly string[];
}

/** The suite of contributed records, which nobody could measure again. */
const CONTRIBUTION = 'contribution';

/**
 * Removes samples, and records with their CSV and samples, from a results folder.
 *
 * @param compacted results folder that the records were compacted to
 * @throws RecordError when one to be removed is not compacted as it is; those before it are gone by then
 */
export async function retain(resultsDir: string, compacted: string, rule: Rule): Promise<Retained> {
  const parquet = await CompactedStore.open(compacted);
  const removed = { samples: [] as string[], records: [] as string[] };
  for (const { run, age } of await ages(resultsDir, rule.whole)) {
    const isOld = (keep: number | null) => keep !== null && age >= keep;
    const sidecar = run.file.replace(/[^\\/]+$/, samplesFile(run));
    const withSamples = existsSync(sidecar) && (isOld(rule.samples) || isOld(rule.records));
    if (!withSamples && !isOld(rule.records)) continue;
    await requireCompacted(run, parquet);
    if (withSamples) removed.samples.push(remove(sidecar));
    if (!isOld(rule.records)) continue;
    remove(run.file.replace(/\.json$/, '.csv'));
    // Last: without it the others belong to no record.
    removed.records.push(remove(run.file));
  }
  return removed;
}

/** Runs that may go, with the number of later ones of their unit. */
async function ages(resultsDir: string, whole: ReadonlySet<string>): Promise<{ run: StoredRun; age: number }[]> {
  const store = new DirectStore(resultsDir);
  const all: { run: StoredRun; head: RunHead }[] = [];
  let at = 0;
  for await (const head of store.heads(store.runs)) all.push({ run: store.runs[at++] as StoredRun, head });
  const later = new Map<string, number>();
  const aged = all.reverse().map(({ run, head: { machine, unit, settings } }) => {
    const age = later.get(`${machine} ${unit}`) ?? 0;
    later.set(`${machine} ${unit}`, age + 1);
    return { run, age, isWhole: whole.has(`${run.machine} ${run.id}`) || settings.suites.includes(CONTRIBUTION) };
  });
  return aged.filter(({ isWhole }) => !isWhole).reverse();
}

async function requireCompacted(run: StoredRun, parquet: CompactedStore | null): Promise<void> {
  const { cases, ...head } = JSON.parse(readFileSync(run.file, 'utf8'));
  if (parquet?.has(run) && (await parquet.text(run)) === JSON.stringify({ ...head, cases })) return;
  throw new RecordError(run.file, undefined, 'differs from what was compacted of it, so nothing of it was removed');
}

function remove(file: string): string {
  onDisk(file, () => rmSync(file, { force: true }));
  return file;
}
