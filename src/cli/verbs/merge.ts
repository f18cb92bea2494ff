/** `merge`: folders of results in one, and the shards of a run as its record. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { NothingToDo, UsageError } from '../../experiment/errors.ts';
import { type Io, printJson, printWritten } from '../../experiment/io.ts';
import { requireWritable } from '../../record/disk.node.ts';
import { type Merged, mergeFolders, type Sweep } from '../../record/store/merge.node.ts';
import { EXIT, type ExitCode, worst } from '../exit.ts';
import { JSON_DOCUMENT, RESULTS } from '../options.ts';
import { verb } from '../verb.ts';

export const merge = verb({
  command: 'merge <folder..>',
  describe: 'Join the shards of a run to one record, and copy whole records; says which shards are missing',
  lists: ['folder'],
  options: (argv) =>
    argv
      .positional('folder', { type: 'string', array: true, demandOption: true, describe: 'Folders of results' })
      .option('results', { ...RESULTS, describe: 'Folder to write to; the same folders merged again add nothing' })
      .option('json', JSON_DOCUMENT),
  run: async (options, io) => {
    const folders = options.folder.map((folder) => resolve(io.cwd, folder));
    const absent = options.folder.find((_, i) => !existsSync(folders[i] ?? ''));
    if (absent !== undefined) throw new UsageError(`${absent}: no such folder`);
    const into = resolve(io.cwd, options.results);
    requireWritable(into);
    const merged = mergeFolders(folders, into);
    if (merged.sweeps.length + merged.copied.length + merged.known.length === 0)
      throw new NothingToDo(`no records under ${options.folder.join(', ')}`);
    if (options.json) printJson(io, merged);
    else print(merged, io);
    return exitOf(merged);
  },
});

/** A run that is not complete was not merged. */
function exitOf({ sweeps }: Merged): ExitCode {
  return worst(sweeps.flatMap(({ problem }) => (problem === null ? [] : [EXIT.nothing])));
}

function print({ sweeps, copied, known }: Merged, io: Io): void {
  for (const sweep of sweeps) io.out(`${sentencesOf(sweep).join('\n')}\n`);
  if (copied.length > 0) io.out(`${copied.length} whole records copied\n`);
  if (known.length > 0) io.out(`${known.length} whole records were there already\n`);
  printWritten(
    io,
    sweeps.flatMap(({ file, isOld }) => (file === null || isOld ? [] : [file])),
  );
}

function sentencesOf({ machine, suites, count, shards, superseded, problem, unfinished, isOld }: Sweep): string[] {
  const run = `${suites.join(' ')} on ${machine}, ${shards.length} of ${count} shards`;
  const outcome = problem === null ? (isOld ? 'were merged already' : 'merged') : `not merged: ${problem}`;
  return [
    `${run}: ${outcome}`,
    ...superseded.map((id) => `  left out: ${id}, of which shard there is another record`),
    ...unfinished.map(
      (index) => `  shard ${index} was interrupted; continue it with --shard ${index}/${count} --resume`,
    ),
  ];
}
