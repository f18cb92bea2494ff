import { existsSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { basename, resolve } from 'node:path';
import { UsageError } from '../../experiment/errors.ts';
import { type Io, printJson } from '../../experiment/io.ts';
import { RecordError } from '../../record/record-error.ts';
import { readRecord, readSamples } from '../../record/store.node.ts';
import { type Verdict, vetRecord } from '../../record/validate.ts';
import { EXIT } from '../exit.ts';
import { JSON_DOCUMENT } from '../options.ts';
import type { Verb } from '../verb.ts';

interface Vetted extends Verdict {
  readonly file: string;
}

/** `validate`: checks records before they are merged. Exits with 4 when any is refused. */
export const validate: Verb<{ file: string[]; json: boolean }> = {
  command: 'validate <file..>',
  describe: 'Check records: schema, summaries against samples, rates against shapes, privacy',
  lists: ['file'],
  options: (argv) =>
    argv
      .positional('file', { type: 'string', array: true, demandOption: true, describe: 'Record files' })
      .option('json', JSON_DOCUMENT),
  run: async ({ file, json }, io) => {
    for (const name of file) checkFile(name, io.cwd);
    const files = file.map((name) => vet(name, io.cwd));
    if (json) printJson(io, { files });
    else for (const vetted of files) print(io, vetted);
    return files.some(({ verdict }) => verdict === 'refuse') ? EXIT.broken : EXIT.fine;
  },
};

function checkFile(name: string, cwd: string): void {
  const path = resolve(cwd, name);
  if (!existsSync(path)) throw new UsageError(`${name}: no such file`);
  if (statSync(path).isDirectory()) throw new UsageError(`${name}: is a directory; name the records in it`);
}

function vet(file: string, cwd: string): Vetted {
  const path = resolve(cwd, file);
  try {
    const record = readRecord(path);
    const full = readSamples(path, record);
    const fileName = basename(path).replace(/\.json$/, '');
    return { file, ...vetRecord(full ?? record, { withSamples: full !== null, names: ownNames(), fileName }) };
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    const place = error.line === undefined ? '' : `line ${error.line}: `;
    return { file, verdict: 'refuse', reasons: [place + error.reason] };
  }
}

/**
 * The person who validates may be the one who measured, so their own names must not occur in the file. Generic names are ignored.
 */
function ownNames(): string[] {
  const common = new Set(['root', 'user', 'admin', 'runner', 'node', 'localhost', 'ubuntu', 'debian']);
  return [hostname(), login()].filter((name) => name !== '' && !common.has(name.toLowerCase()));
}

function login(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

function print(io: Io, { file, verdict, reasons }: Vetted): void {
  const paint = { accept: io.style.good, ask: io.style.warn, refuse: io.style.bad }[verdict];
  io.out(`${paint(verdict)} ${file}\n`);
  for (const reason of reasons) io.out(`  ${reason}\n`);
}
