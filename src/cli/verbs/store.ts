/** `store compact`: the history as Parquet, for stores that outgrow their files. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { NothingToDo, UsageError } from '../../experiment/errors.ts';
import { printJson } from '../../experiment/io.ts';
import { attribute } from '../../judge/history/attribute.ts';
import { readHistory } from '../../judge/history/history.node.ts';
import { namedRuns } from '../../judge/history/named.ts';
import { compact } from '../../record/store/compact.node.ts';
import { openStore } from '../../record/store/open-store.node.ts';
import { retain } from '../../record/store/retain.node.ts';
import { counted } from '../../report/si.ts';
import { EXIT } from '../exit.ts';
import { JSON_DOCUMENT, RESULTS } from '../options.ts';
import type { Verb } from '../verb.ts';

interface Options {
  action: 'compact';
  results: string;
  to: string | undefined;
  'keep-samples': number | undefined;
  'keep-records': number | undefined;
  json: boolean;
}

export const store: Verb<Options> = {
  command: 'store <action>',
  describe: 'Compact stored records to Parquet, a file for each machine and month, which check, report and atlas read',
  lists: [],
  options: (argv) =>
    argv
      .positional('action', { choices: ['compact'] as const, demandOption: true, describe: 'What to do' })
      .option('results', RESULTS)
      .option('to', { type: 'string', describe: 'Results folder to write to; by default the same' })
      .option('keep-samples', {
        type: 'number',
        describe:
          'Remove the samples of all but so many of the latest runs of each unit; kept where a verdict names a run',
      })
      .option('keep-records', {
        type: 'number',
        describe:
          'Remove the files of all but so many of the latest records of each unit, likewise; their Parquet stays',
      })
      .option('json', JSON_DOCUMENT),
  run: async ({ results, to = results, json, ...options }, io) => {
    const [samples, records] = [count(options, 'keep-samples'), count(options, 'keep-records')];
    const folder = resolve(io.cwd, results);
    if (!existsSync(folder)) throw new UsageError(`--results ${results}: no such folder`);
    const into = resolve(io.cwd, to);
    const months = await compact(folder, into);
    if (months.length === 0) throw new NothingToDo(`${results} contains no record; \`shapemark run\` makes one`);
    const removed =
      samples === null && records === null
        ? null
        : await retain(folder, into, { samples, records, whole: await named(into) });
    if (json) printJson(io, { months, ...(removed && { removed }) });
    else {
      for (const line of lines(months)) io.out(`${line}\n`);
      if (removed)
        io.out(
          `removed: samples of ${counted(removed.samples.length, 'run')}, files of ${counted(removed.records.length, 'record')}\n`,
        );
    }
    return EXIT.fine;
  },
};

/** Runs that verdicts name, as `machine id`. */
async function named(results: string): Promise<Set<string>> {
  const { tracks } = await readHistory(await openStore(results));
  return new Set(
    tracks.map(attribute).flatMap((judged) => [...namedRuns(judged)].map((id) => `${judged.track.machine} ${id}`)),
  );
}

function count(options: Pick<Options, 'keep-samples' | 'keep-records'>, name: keyof typeof options): number | null {
  const { [name]: value } = options;
  if (value === undefined) return null;
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`--${name} ${value}: expected a whole number from 1`);
  return value;
}

function lines(months: Awaited<ReturnType<typeof compact>>): string[] {
  return [...new Set(months.map(({ machine }) => machine))].map((name) => {
    const own = months.filter(({ machine }) => machine === name);
    const [records, added] = (['records', 'added'] as const).map((key) => own.reduce((sum, one) => sum + one[key], 0));
    return `${name}: ${counted(records ?? 0, 'record')} of ${counted(own.length, 'month')}, ${added} of them new`;
  });
}
