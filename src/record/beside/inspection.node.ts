/** Inspections on disk. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, newestFirst } from '../disk.node.ts';
import { parseStored } from '../read.ts';
import { recordId } from '../record-id.ts';
import type { Commit } from '../schema.ts';
import { create, INSPECTIONS } from '../store/store.node.ts';
import { type Inspection, type StoredInspection, storedInspectionSchema } from './inspection.ts';

/** Writes `results/inspections/<utc>-<commit>.json`; returns its path. Throws RecordError if the id exists. */
export function writeInspection(resultsDir: string, inspection: Inspection, commit: Commit | null): string {
  const folder = join(resultsDir, INSPECTIONS);
  makeFolder(folder);
  const now = new Date();
  const stored: StoredInspection = { id: recordId(now, commit), startedAt: now.toISOString(), commit, ...inspection };
  const file = join(folder, `${stored.id}.json`);
  create(file, `${JSON.stringify(storedInspectionSchema.parse(stored), null, 1)}\n`);
  return file;
}

/** Reads one. Throws RecordError. */
export function readInspection(file: string): StoredInspection {
  return parseStored(readFileSync(file, 'utf8'), file, storedInspectionSchema);
}

/** Paths of all inspections of a results folder, newest first. */
export function listInspections(resultsDir: string): string[] {
  return newestFirst(join(resultsDir, INSPECTIONS));
}
