import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSite } from '../../atlas/build.node.ts';
import { collect } from '../../atlas/collect.node.ts';
import { measureFiles } from '../../atlas/measure/files.node.ts';
import { NothingToDo, UsageError } from '../../experiment/errors.ts';
import { printJson } from '../../experiment/io.ts';
import { measureData } from '../../experiment/page/measure-data.ts';
import { bytes, counted } from '../../report/si.ts';
import { EXIT } from '../exit.ts';
import { JSON_DOCUMENT, RESULTS, resultsPlace } from '../options.ts';
import { verb } from '../verb.ts';

/** `atlas`: the site of a results folder: static files, to be read from a folder or any host. */
export const atlas = verb({
  command: 'atlas',
  describe:
    'Write a site from stored records: machines, suites, cases, wrong results by machine, and a page that measures',
  lists: [],
  options: (argv) =>
    argv
      .option('results', RESULTS)
      .option('out', { type: 'string', demandOption: true, describe: 'Folder for the site' })
      .option('json', JSON_DOCUMENT),
  run: async (options, io) => {
    const out = resolve(io.cwd, options.out);
    refuseOthersFolder(out, options.out);
    const found = await collect(resultsPlace(io.cwd, options.results));
    if (found.places.length === 0)
      throw new NothingToDo(`${options.results} contains no record; \`shapemark run\` makes one`);
    const built = await buildSite(found, out, await measureFiles(await measureData(io), found.inspections.length > 0));
    if (options.json) printJson(io, { out: options.out, ...built });
    else
      io.out(
        `${counted(built.pages, 'page')} of ${counted(found.places.length, 'machine')} written to ${options.out}: ${bytes(built.bytes)} in ${counted(built.files, 'file')}, the largest page ${bytes(built.largest.bytes)}\n`,
      );
    return EXIT.fine;
  },
});

/** Folders of the site are emptied, so the folder must be one. */
function refuseOthersFolder(out: string, name: string): void {
  if (!existsSync(out) || readdirSync(out).length === 0 || existsSync(join(out, 'style.css'))) return;
  throw new UsageError(`--out ${name}: the folder holds something that is not a site; name a new or an empty one`);
}
