import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { machineFile } from '../../atlas/alone.ts';
import { collectRecords } from '../../atlas/collect.node.ts';
import { NothingToDo, UsageError } from '../../experiment/errors.ts';
import { type Io, printJson } from '../../experiment/io.ts';
import { cliffsOf } from '../../judge/cliffs.ts';
import { latestCalibration } from '../../record/beside/calibration.node.ts';
import { toCsv } from '../../record/csv.ts';
import { writeOut } from '../../record/disk.node.ts';
import type { RunRecord } from '../../record/schema.ts';
import { dividedBySentinel, referenceFor, SENTINELS, type SentinelName } from '../../record/sentinel-share.ts';
import type { StoredRun } from '../../record/store/history-store.ts';
import { openStore } from '../../record/store/open-store.node.ts';
import { readRecord } from '../../record/store/store.node.ts';
import { cliffsDocument } from '../../report/cliffs.ts';
import { renderMarkdown } from '../../report/document/markdown.ts';
import { benchmarkEntries } from '../../report/github-action-benchmark.ts';
import { renderRooflineSvg } from '../../report/roofline-svg.ts';
import { RUN_WIDTH, runDocument } from '../../report/run.ts';
import { PLAIN } from '../../report/style.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { RESULTS, resultsPlace } from '../options.ts';
import { printDocument } from '../print.ts';
import type { Verb } from '../verb.ts';

interface Options {
  record: string[];
  results: string;
  machine: string | undefined;
  cliffs: boolean;
  format: (typeof FORMATS)[number];
  out: string | undefined;
  'divide-by-sentinel': SentinelName | undefined;
}

const FORMATS = ['text', 'markdown', 'csv', 'html', 'svg', 'github-action-benchmark'] as const;

/** `report`: stored records as tables, a page or a chart's data; without names the latest of each machine. */
export const report: Verb<Options> = {
  command: 'report [record..]',
  describe: 'Print stored records; by default the latest of each machine',
  lists: ['record'],
  options: (argv) =>
    argv
      .positional('record', { type: 'string', array: true, default: [], describe: 'Record files' })
      .option('results', RESULTS)
      .option('machine', { type: 'string', describe: 'Only this machine' })
      .option('cliffs', {
        type: 'boolean',
        default: false,
        describe: 'Compare each shape with better-aligned neighbours, from all records',
      })
      .option('format', { choices: FORMATS, default: 'text' as const, describe: 'Output format' })
      .option('divide-by-sentinel', {
        choices: SENTINELS,
        describe: 'Divide each visit by this sentinel; text and markdown only',
      })
      .option('out', { type: 'string', describe: 'File to write instead of printing' }),
  run: async (options, io) => {
    if (options.out === undefined) return print(options, io);
    let text = '';
    const exit = await print(options, {
      ...io,
      style: PLAIN,
      out: (more) => {
        text += more;
      },
    });
    writeOut(resolve(io.cwd, options.out), text);
    return exit;
  },
};

async function print(options: Options, io: Io): Promise<ExitCode> {
  if (options.cliffs) return printCliffs(options, io);
  const records = divided(await latestOrNamed(options, io), options);
  switch (options.format) {
    case 'csv':
      // One header for all of them.
      records.forEach((record, i) => {
        io.out(i === 0 ? toCsv(record) : toCsv(record).replace(/^[^\n]*\n/, ''));
      });
      return EXIT.fine;
    case 'html':
      return printPage(records, options, io);
    case 'svg':
      io.out(renderRooflineSvg(onlyOne(records)));
      return EXIT.fine;
    case 'github-action-benchmark':
      return printEntries(records, io);
    default:
      for (const record of records) printRecord(record, options, io);
      return EXIT.fine;
  }
}

function onlyOne(records: readonly RunRecord[]): RunRecord {
  const [record, ...more] = records;
  if (record === undefined || more.length > 0)
    throw new UsageError(`--format svg draws one record, not ${records.length}: name it, or choose a --machine`);
  return record;
}

/** Formats that other programs read contain measured times only. */
function divided(records: RunRecord[], { format, 'divide-by-sentinel': sentinel }: Options): RunRecord[] {
  if (sentinel === undefined) return records;
  if (format !== 'text' && format !== 'markdown')
    throw new UsageError(`--divide-by-sentinel needs --format text or markdown, not ${format}`);
  return records.map((record) => dividedBySentinel(record, sentinel, referenceFor(record, records, sentinel)));
}

function printRecord(record: RunRecord, options: Options, io: Io): void {
  const { format, results, 'divide-by-sentinel': sentinel } = options;
  const calibration = latestCalibration(resultsPlace(io.cwd, results), record.machine, record.unit);
  const note = sentinel === undefined ? '' : `, times divided by the ${sentinel} sentinel`;
  const document = { title: `${record.machine} ${record.id}${note}`, ...runDocument(record, calibration) };
  if (format === 'markdown') io.out(renderMarkdown(document, 2));
  else printDocument(io, document, RUN_WIDTH);
  io.out('\n');
}

/** The records asked for, with all of the store's history behind them. */
async function printPage(records: readonly RunRecord[], { results, machine }: Options, io: Io): Promise<ExitCode> {
  io.out(machineFile(await collectRecords(records, resultsPlace(io.cwd, results), machine)));
  return EXIT.fine;
}

function printEntries(records: readonly RunRecord[], io: Io): ExitCode {
  const { entries, left } = benchmarkEntries(records);
  if (entries.length === 0)
    throw new NothingToDo('no case was measured in fresh processes, so there is nothing to plot');
  if (left > 0) io.err(`${entries.length} series are written; ${left} more are only in the records\n`);
  printJson(io, entries);
  return EXIT.fine;
}

/** Neighbours may have been measured in other runs, so all records count unless some are named. */
async function printCliffs(options: Options, io: Io): Promise<ExitCode> {
  const { record, results } = options;
  const records = record.length > 0 ? named(options, io) : await storedRecords(options, io, (runs) => runs);
  const cliffs = cliffsOf(records);
  if (cliffs.length === 0)
    throw new NothingToDo(
      `${results} contains no shape with a better-aligned neighbour; \`shapemark run cliffs\` measures some`,
    );
  printDocument(io, cliffsDocument(cliffs));
  return EXIT.fine;
}

function latestOrNamed(options: Options, io: Io): Promise<RunRecord[]> | RunRecord[] {
  return options.record.length > 0 ? named(options, io) : latest(options, io);
}

function named({ record }: Options, io: Io): RunRecord[] {
  const files = record.map((name) => resolve(io.cwd, name));
  const missing = files.findIndex((file) => !existsSync(file) || statSync(file).isDirectory());
  if (missing >= 0) throw new UsageError(`${record[missing]}: no such record`);
  return files.map(readRecord);
}

async function latest(options: Options, io: Io): Promise<RunRecord[]> {
  const { results, machine } = options;
  // Oldest first: the last one of each machine stays.
  const records = await storedRecords(options, io, (runs) => [
    ...new Map(runs.map((run) => [run.machine, run])).values(),
  ]);
  if (records.length === 0)
    throw new NothingToDo(
      `${results} contains no record${machine ? ` of ${machine}` : ''}; \`shapemark run\` makes one`,
    );
  return records;
}

async function storedRecords(
  { results, machine }: Options,
  io: Io,
  choose: (runs: readonly StoredRun[]) => readonly StoredRun[],
): Promise<RunRecord[]> {
  const store = await openStore(resultsPlace(io.cwd, results), machine);
  const records: RunRecord[] = [];
  for (const run of choose(store.runs)) records.push(await store.record(run));
  return records;
}
