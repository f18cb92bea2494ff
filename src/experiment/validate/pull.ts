/** A contribution as a range of commits: read from git without checking it out, so that none of its code can run. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gitBytes, gitText, resolveRef } from '../../kernel/set/git.node.ts';
import { machineSchema } from '../../record/environment.ts';
import { parseStored } from '../../record/read.ts';
import { RecordError } from '../../record/record-error.ts';
import { UsageError } from '../errors.ts';
import { type VetContext, type Vetted, vetFile } from './file.ts';

/** What a contribution adds: a record, its sidecar and CSV, or the description of a new machine. */
const ADDED =
  /^results\/([a-z0-9]+(?:-[a-z0-9]+)*)\/(?:machine\.json|(\d{8}T\d{6}Z-[0-9a-z-]+)\.(json|csv|samples\.json\.gz))$/;
const MAX_FILES = 1000;
const MAX_BYTES = 33 << 20;

interface Change {
  readonly mode: string;
  readonly oid: string;
  readonly status: string;
  readonly path: string;
}

/**
 * Vets every file that the range adds under results/, and refuses every other change.
 *
 * @param range BASE..HEAD
 */
export async function vetPull(range: string, context: VetContext & { readonly repository: string }): Promise<Vetted[]> {
  const { repository } = context;
  const changes = await changesOf(range, repository);
  if (changes.length === 0) throw new UsageError(`--pull ${range}: changes nothing`);
  if (changes.length > MAX_FILES)
    return [refused(range, `changes ${changes.length} files; ${MAX_FILES} are allowed at once`)];
  const wrong = changes.flatMap((change) => {
    const reason = refusalOf(change, changes);
    return reason ? [refused(change.path, reason)] : [];
  });
  const good = changes.filter(({ path }) => !wrong.some(({ file }) => file === path));
  const folder = mkdtempSync(join(tmpdir(), 'shapemark-pull-'));
  try {
    const vetted: Vetted[] = [];
    const large = await writeBlobs(good, folder, repository);
    for (const { path } of good) {
      if (large.some(({ file }) => file === path)) continue;
      if (path.endsWith('/machine.json')) vetted.push(...machineOf(folder, path));
      else if (/Z-[0-9a-z-]+\.json$/.test(path)) vetted.push(await vetFile(join(folder, path), path, context));
    }
    return [...wrong, ...large, ...vetted];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const refused = (file: string, reason: string): Vetted => ({ file, verdict: 'refuse', reasons: [reason] });

function refusalOf({ mode, status, path }: Change, all: readonly Change[]): string | undefined {
  const match = ADDED.exec(path);
  if (status !== 'A') return `is ${status === 'D' ? 'deleted' : 'changed'}; a contribution only adds files`;
  if (!match) return 'is not a record, sidecar, CSV or machine.json under results/<machine>/';
  if (mode !== '100644') return `has mode ${mode}; a regular file is expected`;
  const [, machine, id] = match;
  if (id !== undefined && !all.some((other) => other.path === `results/${machine}/${id}.json`))
    return `comes without its record ${id}.json`;
  return undefined;
}

async function changesOf(range: string, cwd: string): Promise<Change[]> {
  const [base, head, ...rest] = range.split(/\.\.\.?/);
  if (!base || !head || rest.length > 0)
    throw new UsageError(`--pull ${range}: expected BASE..HEAD, for example origin/main..HEAD`);
  const [from, to] = [await commitOf(base, cwd), await commitOf(head, cwd)];
  const common = (await gitText(cwd, ['merge-base', from, to]).catch(() => '')).trim();
  if (common === '') throw new UsageError(`--pull ${range}: the two have no common commit; is this clone shallow?`);
  const raw = await gitText(cwd, ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', common, to]);
  const fields = raw.split('\0').filter((field) => field !== '');
  return Array.from({ length: fields.length / 2 }, (_, i) => {
    const [, mode = '', , oid = '', status = ''] = (fields[2 * i] ?? '').split(' ');
    return { mode, oid, status, path: fields[2 * i + 1] ?? '' };
  });
}

async function commitOf(ref: string, cwd: string): Promise<string> {
  const found = await resolveRef(ref, cwd);
  if ('problem' in found) throw new UsageError(`--pull: ${ref}: ${found.problem}`);
  return found.commit;
}

/** Sizes are asked for first. */
async function writeBlobs(changes: readonly Change[], folder: string, cwd: string): Promise<Vetted[]> {
  const asked = changes.map(({ oid }) => `${oid}\n`).join('');
  const sizes = (await gitText(cwd, ['cat-file', '--batch-check=%(objectsize)'], asked)).split('\n');
  const large: Vetted[] = [];
  for (const [i, { oid, path }] of changes.entries()) {
    const size = Number(sizes[i]);
    if (!(size <= MAX_BYTES)) large.push(refused(path, `is ${sizes[i]} bytes long; ${MAX_BYTES} are allowed`));
    else {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), await gitBytes(cwd, ['cat-file', 'blob', oid]));
    }
  }
  return large;
}

/** A description alone says nothing wrong; with records beside it they check that it is theirs. */
function machineOf(folder: string, path: string): Vetted[] {
  try {
    const { machine } = parseStored(readFileSync(join(folder, path), 'utf8'), path, machineSchema);
    return path === `results/${machine}/machine.json` ? [] : [refused(path, `describes ${machine}`)];
  } catch (error) {
    if (error instanceof RecordError) return [refused(path, error.reason)];
    throw error;
  }
}
