import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { cliffsOf } from '../../judge/cliffs.ts';
import { toCsv } from '../../record/csv.ts';
import { listRecords, readRecord } from '../../record/store.node.ts';
import { renderCliffs } from '../../report/cliffs.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { reportOf } from '../../report/model.ts';
import { renderTable } from '../../report/table.ts';
import { EXIT, type ExitCode, NothingToDo, UsageError } from '../exit.ts';
import type { Io } from '../io.ts';
import type { Verb } from '../verb.ts';

interface Options {
  record: string[];
  results: string;
  machine: string | undefined;
  cliffs: boolean;
  format: 'text' | 'markdown' | 'csv';
}

/** `report`: stored records as text, markdown or CSV; without names the latest of each machine. */
export const report: Verb<Options> = {
  command: 'report [record..]',
  describe: 'Print stored records; by default the latest of each machine',
  lists: ['record'],
  options: (argv) =>
    argv
      .positional('record', { type: 'string', array: true, default: [], describe: 'Record files' })
      .option('results', { type: 'string', default: 'results', describe: 'Folder of records' })
      .option('machine', { type: 'string', describe: 'Only this machine' })
      .option('cliffs', {
        type: 'boolean',
        default: false,
        describe: 'Each shape beside its better-aligned neighbours, from all records',
      })
      .option('format', {
        choices: ['text', 'markdown', 'csv'] as const,
        default: 'text' as const,
        describe: 'How to print',
      }),
  run: async (options, io) => {
    if (options.cliffs) return printCliffs(options, io);
    const records = filesOf(options, io).map(readRecord);
    if (options.format === 'csv') {
      records.forEach((record, i) => {
        // One header for all of them.
        io.out(i === 0 ? toCsv(record) : toCsv(record).replace(/^[^\n]*\n/, ''));
      });
      return EXIT.fine;
    }
    for (const record of records) {
      const model = reportOf(record);
      if (options.format === 'markdown') io.out(`## ${record.machine} ${record.id}\n\n${renderMarkdown(model)}\n`);
      else io.out(`${io.style.bold(record.id)}\n\n${renderTable(model, { style: io.style })}\n`);
    }
    return EXIT.fine;
  },
};

/** Neighbours may have been measured in other runs, so all records count unless some are named. */
function printCliffs({ record, results, machine }: Options, io: Io): ExitCode {
  const files =
    record.length > 0 ? record.map((name) => resolve(io.cwd, name)) : listRecords(resolve(io.cwd, results), machine);
  const cliffs = cliffsOf(files.map(readRecord));
  if (cliffs.length === 0)
    throw new NothingToDo(
      `${results} holds no shape with a better-aligned neighbour; \`shapemark run cliffs\` measures some`,
    );
  io.out(renderCliffs(cliffs, io.style));
  return EXIT.fine;
}

function filesOf({ record, results, machine }: Options, io: Io): string[] {
  for (const name of record) {
    const path = resolve(io.cwd, name);
    if (!existsSync(path) || statSync(path).isDirectory()) throw new UsageError(`${name}: there is no such record`);
  }
  if (record.length > 0) return record.map((name) => resolve(io.cwd, name));
  const all = listRecords(resolve(io.cwd, results), machine);
  const latest = new Map(all.map((file) => [file.replace(/[\\/][^\\/]*$/, ''), file]));
  if (latest.size === 0)
    throw new NothingToDo(`${results} holds no record${machine ? ` of ${machine}` : ''}; \`shapemark run\` makes one`);
  return [...latest.values()];
}
