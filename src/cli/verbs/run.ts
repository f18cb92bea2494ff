/** `run`: measure and record. */
import { resolve } from 'node:path';
import { type Io, printJson, printWritten } from '../../experiment/io.ts';
import { runSuites } from '../../experiment/run/run.ts';
import { readShard } from '../../experiment/setup/shard.ts';
import { verifySuites } from '../../experiment/verify/verify.ts';
import { latestCalibration } from '../../record/beside/calibration.node.ts';
import type { Verification } from '../../record/beside/verification.ts';
import type { RunRecord } from '../../record/schema.ts';
import { dividedBySentinel } from '../../record/sentinel-share.ts';
import { readSamples, type WrittenRecord } from '../../record/store/store.node.ts';
import { section } from '../../report/document/document.ts';
import { profileBlocks, RUN_WIDTH, runDocument } from '../../report/run.ts';
import { verificationDocument } from '../../report/verification.ts';
import { EXIT, type ExitCode, worst } from '../exit.ts';
import { suitesAsked } from '../options.ts';
import { printDocument } from '../print.ts';
import type { Verb } from '../verb.ts';
import { checkNumbers, type RunOptions, resumeCommand, runOptions } from './run-options.ts';

export const run: Verb<RunOptions> = {
  command: 'run [suite..]',
  describe: 'Verify and measure the cases of suites, and store the record',
  lists: ['suite', 'shape', 'filter', 'kernel'],
  options: runOptions,
  run: async (given, io) => {
    const options = { ...given, suite: suitesAsked(given, 'quick'), shard: shardAsked(given, io) };
    checkNumbers(options);
    if (options['verify-only']) return verified(await verifySuites(options, io), options, io);
    const cutShort = (soFar: RunRecord, by: 'interruption' | 'error') => printSoFar(soFar, by, options, io);
    const written = await runSuites(options, io, { again: resumeCommand(options), cutShort });
    if (written === null) return EXIT.interrupted;
    print(written, options, io);
    return exitOf(written.record);
  },
};

/** As numbers, because the command that resumes a run may be started where no scheduler sets them. */
function shardAsked({ shard }: RunOptions, io: Io): string | undefined {
  if (shard === undefined) return undefined;
  const { index, count } = readShard(shard, io.environment);
  return `${index}/${count}`;
}

/** Nothing is stored: there are no times. */
function verified(found: Verification | null, { json }: RunOptions, io: Io): ExitCode {
  if (found === null) return EXIT.interrupted;
  if (json) printJson(io, found);
  else printDocument(io, verificationDocument(found), RUN_WIDTH);
  const { counts, ended } = found;
  if (ended === 'interruption') return EXIT.interrupted;
  return worst([...(counts.failed > 0 ? [EXIT.broken] : []), ...(counts.verified === 0 ? [EXIT.nothing] : [])]);
}

function exitOf({ cases }: RunRecord): ExitCode {
  const of = (status: string) => cases.filter((row) => row.status === status).length;
  return worst([...(of('failed') > 0 ? [EXIT.broken] : []), ...(of('measured') === 0 ? [EXIT.nothing] : [])]);
}

/** As for a finished run. With `--json` nothing is printed here, because the one document is then the error. */
function printSoFar(record: RunRecord, by: 'interruption' | 'error', options: RunOptions, io: Io): void {
  if (!options.json) printTable(record, options, io);
  else if (by === 'interruption') printJson(io, record);
}

function print({ json, record, files }: WrittenRecord, options: RunOptions, io: Io): void {
  if (options.json) printJson(io, readSamples(json, record) ?? record);
  else {
    printTable(record, options, io);
    printWritten(io, files);
  }
}

function printTable(record: RunRecord, options: RunOptions, io: Io): void {
  const calibration = latestCalibration(resolve(io.cwd, options.results), record.machine, record.unit);
  const shown = options['divide-by-sentinel'] ? dividedBySentinel(record, 'gemm') : record;
  if (shown !== record) io.out('times are divided by the gemm sentinel; the record has both\n\n');
  const document = runDocument(shown, calibration);
  const profile = options.profile ? section('profile', ...profileBlocks(record)) : [];
  printDocument(io, { ...document, sections: [...document.sections, ...profile] }, RUN_WIDTH);
}
