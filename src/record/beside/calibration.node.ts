/** Calibrations on disk. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, newestFirst } from '../disk.node.ts';
import { parseStored } from '../read.ts';
import { rounded } from '../round.ts';
import { create } from '../store/store.node.ts';
import { type Calibration, calibrationSchema } from './calibration.ts';

const FOLDER = 'calibration';

/** Writes a calibration atomically; returns its path. Throws RecordError if the id exists. */
export function writeCalibration(resultsDir: string, calibration: Calibration): string {
  const folder = join(resultsDir, calibration.machine, FOLDER);
  makeFolder(folder);
  const file = join(folder, `${calibration.id}.json`);
  create(file, `${JSON.stringify(rounded(calibration), null, 1)}\n`);
  return file;
}

/** The latest calibration of a machine, on this physical unit; undefined without one. Throws RecordError. */
export function latestCalibration(resultsDir: string, machine: string, unit: string): Calibration | undefined {
  for (const file of newestFirst(join(resultsDir, machine, FOLDER))) {
    const calibration = parseStored(readFileSync(file, 'utf8'), file, calibrationSchema);
    if (calibration.unit === unit) return calibration;
  }
  return undefined;
}
