/** Merges folders of results: shards become the record of their run, whole records are copied. */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolder, onDisk, replace } from '../disk.node.ts';
import { journals, readJournal } from '../journal/journal.node.ts';
import { JournalError } from '../journal/journal.ts';
import { RecordError } from '../record-error.ts';
import type { RunRecord } from '../schema.ts';
import {
  casesMissing,
  chosenShards,
  differences,
  isShard,
  mergedRecord,
  missingShards,
  type ShardRecord,
} from './merge.ts';
import { listRecords, readRecord, readSamples, writeRecord } from './store.node.ts';

/** One run of which there are shards. */
export interface Sweep {
  readonly machine: string;
  readonly suites: readonly string[];
  readonly count: number;
  /** Ids of the records that were merged, in the order of their shards. */
  readonly shards: readonly string[];
  /** Ids of records that a better record of the same shard replaces. */
  readonly superseded: readonly string[];
  readonly missing: readonly number[];
  /** Shards that are missing and have a journal, which can be resumed. */
  readonly unfinished: readonly number[];
  /** Why it was not merged; null if it was. */
  readonly problem: string | null;
  /** The merged record; null without one. */
  readonly file: string | null;
  /** Whether the record was there already. */
  readonly isOld: boolean;
}

export interface Merged {
  readonly sweeps: readonly Sweep[];
  /** Whole records that were copied, and those that were there already. */
  readonly copied: readonly string[];
  readonly known: readonly string[];
}

interface Found {
  readonly file: string;
  readonly record: RunRecord;
}

/** Merges what lies under the folders into `into`. Throws RecordError for a damaged file, or two that contradict. */
export function mergeFolders(folders: readonly string[], into: string): Merged {
  const found = distinct(
    folders.flatMap((folder) => listRecords(folder)).map((file) => ({ file, record: readRecord(file) })),
  );
  const shards = found.filter((one): one is Found & { record: ShardRecord } => isShard(one.record));
  const whole = found.filter(({ record }) => !isShard(record));
  const begun = folders.flatMap(unfinishedShards);
  const sweeps = groups(shards).map((group) => mergeSweep(group, begun, into));
  const elsewhere = whole.filter(({ file, record }) => dirname(file) !== join(into, record.machine));
  const copies = elsewhere.map(({ file, record }) => ({ file, isNew: copyRecord(file, record, into) }));
  const of = (isNew: boolean) => copies.filter((copy) => copy.isNew === isNew).map(({ file }) => basename(file));
  return { sweeps, copied: of(true), known: of(false) };
}

/** The same record in two folders counts once; two records of one id contradict each other. */
function distinct(found: readonly Found[]): Found[] {
  const byId = new Map<string, Found>();
  for (const one of [...found].sort((a, b) => (a.file < b.file ? -1 : 1))) {
    const key = `${one.record.machine}/${one.record.id}`;
    const known = byId.get(key);
    if (known === undefined) byId.set(key, one);
    else if (JSON.stringify(known.record) !== JSON.stringify(one.record) && !canCoexist(known, one))
      throw new RecordError(
        one.file,
        undefined,
        `contradicts ${known.file}, which has the same id; remove one of them`,
      );
    else if (canCoexist(known, one)) byId.set(`${key} ${one.file}`, one);
  }
  return [...byId.values()];
}

/** Shards that start in the same second on machines with folders of their own have the same id. */
function canCoexist({ record: one }: Found, { record: other }: Found): boolean {
  return isShard(one) && isShard(other) && one.settings.shard.index !== other.settings.shard.index;
}

/** Shards by the run that they belong to, in an order that does not depend on the folders'. */
function groups(shards: readonly (Found & { record: ShardRecord })[]): (Found & { record: ShardRecord })[][] {
  const sorted = [...shards].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const found: (Found & { record: ShardRecord })[][] = [];
  for (const one of sorted) {
    const group = found.find(([first]) => first && differences(first.record, one.record).length === 0);
    if (group) group.push(one);
    else found.push([one]);
  }
  return found;
}

function keyOf({ record: { id, settings } }: Found): string {
  return `${String(settings.shard?.index).padStart(6, '0')} ${id}`;
}

type Shards = readonly (Found & { record: ShardRecord })[];

function mergeSweep(group: Shards, begun: readonly ShardRecord['settings']['shard'][], into: string): Sweep {
  const { chosen, superseded } = chosenShards(group.map(({ record }) => record));
  const [first] = chosen as [ShardRecord];
  const missing = missingShards(chosen);
  const { count } = first.settings.shard;
  const about = {
    machine: first.machine,
    suites: first.settings.suites,
    count,
    shards: chosen.map(({ id }) => id),
    superseded: superseded.map(({ id }) => id),
    missing,
    unfinished: missing.filter((index) => begun.some((shard) => shard.index === index && shard.count === count)),
  };
  const problem = problemWith(chosen, missing);
  if (problem !== null) return { ...about, problem, file: null, isOld: false };
  const complete = chosen.map((record) => {
    const file = group.find((one) => one.record === record)?.file ?? '';
    return (readSamples(file, record) ?? record) as ShardRecord;
  });
  return { ...about, problem: null, ...written(mergedRecord(complete), into) };
}

function problemWith(shards: readonly ShardRecord[], missing: readonly number[]): string | null {
  if (missing.length > 0) return `shard ${missing.join(', ')} is missing`;
  const units = new Map(shards.map(({ unit, settings }) => [unit, settings.shard.index]));
  if (units.size > 1) {
    const [[one, a], [other, b]] = [...units] as [[string, number], [string, number]];
    return `shards ${a} and ${b} are of the units ${one} and ${other}, and verdicts never mix units; give all machines of a pool the same SHAPEMARK_UNIT`;
  }
  const lost = casesMissing(shards);
  return lost === 0 ? null : `${lost} cases of the run are in none of its shards`;
}

/** Merging again writes nothing; another record of that id is an error. */
function written(record: RunRecord, into: string): { file: string; isOld: boolean } {
  const file = join(into, record.machine, `${record.id}.json`);
  if (!existsSync(file)) return { file: writeRecord(into, record).json, isOld: false };
  const there = readRecord(file);
  if (JSON.stringify(there.settings.merged) === JSON.stringify(record.settings.merged)) return { file, isOld: true };
  throw new RecordError(file, undefined, 'was merged from other shards; move it away to merge these');
}

const BESIDE = ['.csv', '.samples.json.gz', '.json'] as const;

/** Copies a record with the files beside it; the record itself last. @returns whether it is new */
function copyRecord(file: string, record: RunRecord, into: string): boolean {
  const folder = join(into, record.machine);
  const to = join(folder, basename(file));
  if (existsSync(to)) {
    if (readFileSync(to, 'utf8') === readFileSync(file, 'utf8')) return false;
    throw new RecordError(to, undefined, `contradicts ${file}; records are never overwritten`);
  }
  makeFolder(folder);
  const machine = join(folder, 'machine.json');
  const described = join(dirname(file), 'machine.json');
  if (!existsSync(machine) && existsSync(described)) onDisk(machine, () => copyFileSync(described, machine));
  for (const suffix of BESIDE) {
    const from = file.replace(/\.json$/, suffix);
    if (existsSync(from)) replace(to.replace(/\.json$/, suffix), readFileSync(from));
  }
  return true;
}

function unfinishedShards(folder: string): NonNullable<RunRecord['settings']['shard']>[] {
  return journals(folder).flatMap((file) => {
    try {
      return readJournal(file).header.settings.shard ?? [];
    } catch (error) {
      // Nothing can be resumed from it.
      if (error instanceof JournalError) return [];
      throw error;
    }
  });
}
