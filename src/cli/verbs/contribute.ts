import { relative } from 'node:path';
import { printJson } from '../../experiment/io.ts';
import { runSuites } from '../../experiment/run/run.ts';
import { collectingRepository } from '../../experiment/setup/repository.ts';
import { sharedFiles, steps } from '../../experiment/validate/contribution.ts';
import { vetFile } from '../../experiment/validate/file.ts';
import { sharedFacts } from '../../report/shared-facts.ts';
import { contributionDocument } from '../../report/vetting.ts';
import { commandLine, flagsUnlike, USUAL } from '../command-line.ts';
import { EXIT } from '../exit.ts';
import { deviceOptions, JSON_DOCUMENT, RESULTS, resume } from '../options.ts';
import { printDocument } from '../print.ts';
import { verb } from '../verb.ts';
import { ownNames, repositoryOf } from './validate.ts';

/** The suite as it is, with the settings that it has. */
const REQUEST = {
  suite: ['contribution'],
  filter: [],
  kernel: [],
  kernels: undefined,
  operands: undefined,
  robustness: 'on',
  processes: undefined,
  budget: undefined,
  seed: 1,
  shard: undefined,
  tuning: true,
  'divide-by-sentinel': false,
} as const;

/** `contribute`: measures the suite that every machine measures, and shows what would be shared and how. Nothing is sent. */
export const contribute = verb({
  command: 'contribute',
  describe:
    'Measure the suite that every machine measures, show what would be shared, and print the commands that share it',
  lists: [],
  options: (argv) =>
    argv
      .options(deviceOptions())
      .option('results', RESULTS)
      .option('resume', resume('contribution'))
      .option('json', JSON_DOCUMENT),
  run: async (options, io) => {
    const again = commandLine('contribute', [], [...flagsUnlike(options, USUAL), ['resume', true]]);
    const written = await runSuites({ ...REQUEST, ...options }, io, { again, cutShort: () => undefined });
    if (written === null) return EXIT.interrupted;
    const { record, json } = written;
    const repository = await repositoryOf(io.cwd);
    const vetted = await vetFile(json, relative(io.cwd, json), {
      names: ownNames(),
      ...(repository !== null && { repository }),
    });
    const files = sharedFiles(written, io.cwd);
    const names = files.map(([file]) => file);
    const shared = await steps(names, record, io.cwd, collectingRepository());
    const found = { facts: sharedFacts(record), files, vetted, steps: shared };
    if (options.json) printJson(io, found);
    else printDocument(io, contributionDocument(found, record));
    return vetted.verdict === 'refuse' ? EXIT.broken : EXIT.fine;
  },
});
