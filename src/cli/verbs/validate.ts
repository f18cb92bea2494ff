import { existsSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { basename, relative, resolve } from 'node:path';
import { UsageError } from '../../experiment/errors.ts';
import type { Io } from '../../experiment/io.ts';
import { type VetContext, type Vetted, vetFile } from '../../experiment/validate/file.ts';
import { vetPull } from '../../experiment/validate/pull.ts';
import { gitText } from '../../kernel/set/git.node.ts';
import { listRecords } from '../../record/store/store.node.ts';
import { vettingDocument } from '../../report/vetting.ts';
import { EXIT } from '../exit.ts';
import { FORMATS, type FormatOptions } from '../options.ts';
import { printAs } from '../print.ts';
import type { Verb } from '../verb.ts';

interface ValidateOptions extends FormatOptions {
  file: string[];
  pull: string | undefined;
}

/** `validate`: vets records before they are merged. Exits with 4 when any is refused. */
export const validate: Verb<ValidateOptions> = {
  command: 'validate [file..]',
  describe: 'Vet contributed records: everything that can be recomputed, and what no machine does',
  lists: ['file'],
  options: (argv) =>
    argv
      .positional('file', { type: 'string', array: true, default: [], describe: 'Record files, or folders of them' })
      .option('pull', { type: 'string', describe: 'Vet what a range of commits adds, e.g. origin/main..HEAD' })
      .options(FORMATS),
  run: async (options, io) => {
    const files = await vetAll(options, io);
    printAs(io, options, { data: { files }, document: vettingDocument(files) });
    return files.some(({ verdict }) => verdict === 'refuse') ? EXIT.broken : EXIT.fine;
  },
};

async function vetAll({ file, pull }: ValidateOptions, io: Io): Promise<Vetted[]> {
  if (file.length > 0 === (pull !== undefined))
    throw new UsageError('validate takes record files or folders, or --pull BASE..HEAD');
  const repository = await repositoryOf(io.cwd);
  const context: VetContext = { names: ownNames(), ...(repository !== null && { repository }) };
  if (pull !== undefined) {
    if (repository === null) throw new UsageError('--pull needs a git repository');
    return vetPull(pull, { ...context, repository });
  }
  const vetted: Vetted[] = [];
  for (const name of file.flatMap((each) => recordsIn(each, io.cwd)))
    vetted.push(await vetFile(resolve(io.cwd, name), name, context));
  return vetted;
}

function recordsIn(name: string, cwd: string): string[] {
  const path = resolve(cwd, name);
  if (!existsSync(path)) throw new UsageError(`${name}: no such file`);
  if (!statSync(path).isDirectory()) return [name];
  // Folders within that of a machine hold files of other kinds.
  const own = listRecords(resolve(path, '..'), basename(path));
  const found = own.length > 0 ? own : listRecords(path);
  if (found.length === 0) throw new UsageError(`${name}: there are no records in this folder`);
  return found.map((each) => relative(cwd, each));
}

/** The root of the checkout around a folder; null where there is none. */
export async function repositoryOf(cwd: string): Promise<string | null> {
  return gitText(cwd, ['rev-parse', '--show-toplevel']).then(
    (path) => path.trim(),
    () => null,
  );
}

/**
 * The person who validates may be the one who measured, so their own names must not occur in the file. Generic names are ignored.
 */
export function ownNames(): string[] {
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
