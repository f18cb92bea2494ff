/** `store compact`: the history as Parquet, for stores that outgrow their files. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { NothingToDo, UsageError } from '../../experiment/errors.ts';
import { printJson } from '../../experiment/io.ts';
import { compact } from '../../record/compact.node.ts';
import { counted } from '../../report/si.ts';
import { EXIT } from '../exit.ts';
import { JSON_DOCUMENT, RESULTS } from '../options.ts';
import type { Verb } from '../verb.ts';

interface Options {
  action: 'compact';
  results: string;
  to: string | undefined;
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
      .option('json', JSON_DOCUMENT),
  run: async ({ results, to = results, json }, io) => {
    const folder = resolve(io.cwd, results);
    if (!existsSync(folder)) throw new UsageError(`--results ${results}: no such folder`);
    const months = await compact(folder, resolve(io.cwd, to));
    if (months.length === 0) throw new NothingToDo(`${results} contains no record; \`shapemark run\` makes one`);
    if (json) printJson(io, { months });
    else for (const line of lines(months)) io.out(`${line}\n`);
    return EXIT.fine;
  },
};

function lines(months: Awaited<ReturnType<typeof compact>>): string[] {
  return [...new Set(months.map(({ machine }) => machine))].map((name) => {
    const own = months.filter(({ machine }) => machine === name);
    const [records, added] = (['records', 'added'] as const).map((key) => own.reduce((sum, one) => sum + one[key], 0));
    return `${name}: ${counted(records ?? 0, 'record')} of ${counted(own.length, 'month')}, ${added} of them new`;
  });
}
