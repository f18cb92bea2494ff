/** A contribution as a range of commits: read from git without checking it out, so that none of its code can run. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gitBytes, gitText, resolveRef } from '../../kernel/set/git.node.ts';
import { machineText } from '../../record/machine.ts';
import { RecordError } from '../../record/record-error.ts';
import { listRecords, readRecord } from '../../record/store/store.node.ts';
import { UsageError } from '../errors.ts';
import { type VetContext, type Vetted, vetFile } from './file.ts';

/** What a contribution adds: a record, its sidecar and CSV, or the description of a new machine. */
const ADDED =
  /^results\/([a-z0-9]+(?:-[a-z0-9]+)*)\/(?:machine\.json|(\d{8}T\d{6}Z-[0-9a-z-]+)\.(json|csv|samples\.json\.gz))$/;
const MAX_FILES = 1000;
const MAX_BYTES = 33 << 20;
/** Of all files together: git keeps zeros in nothing. */
const MAX_SUM = 256 << 20;
/** Records that one contributor measures of a machine for one pull request; more may crowd out those of others. */
const MANY_RECORDS = 20;

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
  const ends = await endsOf(range, repository);
  const changes = await changesOf(ends, repository);
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
      if (path.endsWith('/machine.json')) vetted.push(...machineFile(folder, path));
      else if (RECORD.test(path))
        vetted.push(await vetFile(join(folder, path), path, { ...context, reviewed: ends.base }));
    }
    const many = good.filter(({ path }) => RECORD.test(path)).length;
    return [
      ...wrong,
      ...large,
      ...(await passingFiles(range, ends, changes, repository)),
      ...(many > MANY_RECORDS
        ? [asked(range, `adds ${many} records; more than ${MANY_RECORDS} at once are rare`)]
        : []),
      ...vetted,
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const RECORD = /Z-[0-9a-z-]+\.json$/;
const refused = (file: string, reason: string): Vetted => ({ file, verdict: 'refuse', reasons: [reason] });
const asked = (file: string, reason: string): Vetted => ({ file, verdict: 'ask', reasons: [reason] });

function refusalOf({ mode, status, path }: Change, all: readonly Change[]): string | undefined {
  const match = ADDED.exec(path);
  if (status !== 'A') return `is ${status === 'D' ? 'deleted' : 'changed'}; a contribution only adds files`;
  if (!match) return 'is not a record, sidecar, CSV or machine.json under results/<machine>/';
  if (mode !== '100644') return `has mode ${mode}; a regular file is expected`;
  const [, machine, id] = match;
  if (id === undefined && !all.some((other) => RECORD.test(other.path) && ADDED.exec(other.path)?.[1] === machine))
    return 'comes without a record of the machine';
  if (id !== undefined && !all.some((other) => other.path === `results/${machine}/${id}.json`))
    return `comes without its record ${id}.json`;
  return undefined;
}

interface Ends {
  /** The commit that the range starts from, or goes past: its history is reviewed. */
  readonly base: string;
  readonly head: string;
  /** Where both parted. */
  readonly common: string;
}

async function endsOf(range: string, cwd: string): Promise<Ends> {
  const [from, to, ...rest] = range.split(/\.\.\.?/);
  if (!from || !to || rest.length > 0)
    throw new UsageError(`--pull ${range}: expected BASE..HEAD, for example origin/main..HEAD`);
  const [base, head] = [await commitOf(from, cwd), await commitOf(to, cwd)];
  const common = (await gitText(cwd, ['merge-base', base, head]).catch(() => '')).trim();
  if (common === '') throw new UsageError(`--pull ${range}: the two have no common commit; is this clone shallow?`);
  return { base, head, common };
}

async function changesOf({ common, head }: Ends, cwd: string): Promise<Change[]> {
  const raw = await gitText(cwd, ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', common, head]);
  const fields = raw.split('\0').filter((field) => field !== '');
  return Array.from({ length: fields.length / 2 }, (_, i) => {
    const [, mode = '', , oid = '', status = ''] = (fields[2 * i] ?? '').split(' ');
    return { mode, oid, status, path: fields[2 * i + 1] ?? '' };
  });
}

/** What commits of the range add and later ones take away again stays in the history that a merge brings. */
async function passingFiles(
  range: string,
  { base, head }: Ends,
  changes: readonly Change[],
  cwd: string,
): Promise<Vetted[]> {
  const kept = new Set(changes.map(({ oid }) => oid));
  const objects = await gitText(cwd, ['rev-list', '--objects', '--filter=object:type=blob', head, '--not', base]);
  const passing = objects.split('\n').flatMap((line) => {
    const [, oid = '', path = ''] = /^([0-9a-f]{40,64}) (.*)$/.exec(line) ?? [];
    return oid === '' || kept.has(oid) ? [] : [path];
  });
  return passing.length === 0
    ? []
    : [
        asked(
          range,
          `its commits hold ${passing.length} files that are gone at the end, the first ${passing[0]}; merge it as one commit`,
        ),
      ];
}

async function commitOf(ref: string, cwd: string): Promise<string> {
  const found = await resolveRef(ref, cwd);
  if ('problem' in found) throw new UsageError(`--pull: ${ref}: ${found.problem}`);
  return found.commit;
}

/** Sizes are asked for first. */
async function writeBlobs(changes: readonly Change[], folder: string, cwd: string): Promise<Vetted[]> {
  const oids = changes.map(({ oid }) => `${oid}\n`).join('');
  const sizes = (await gitText(cwd, ['cat-file', '--batch-check=%(objectsize)'], oids)).split('\n');
  const large: Vetted[] = [];
  let sum = 0;
  for (const [i, { oid, path }] of changes.entries()) {
    const size = Number(sizes[i]);
    if (!(size <= MAX_BYTES)) large.push(refused(path, `is ${sizes[i]} bytes long; ${MAX_BYTES} are allowed`));
    else if (sum + size > MAX_SUM) large.push(refused(path, `is beyond the ${MAX_SUM} bytes that are allowed at once`));
    else {
      sum += size;
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), await gitBytes(cwd, ['cat-file', 'blob', oid]));
    }
  }
  return large;
}

/** The description of a machine is what one of the records beside it makes it, to the letter. */
function machineFile(folder: string, path: string): Vetted[] {
  const text = readFileSync(join(folder, path), 'utf8');
  const machine = basename(dirname(path));
  const expected = listRecords(join(folder, 'results'), machine).flatMap((file) => describedBy(file));
  return expected.includes(text.replaceAll('\r\n', '\n'))
    ? []
    : [asked(path, 'is not what a record beside it makes it')];
}

function describedBy(file: string): string[] {
  try {
    return [machineText(readRecord(file).environment)];
  } catch (error) {
    // It has a verdict of its own.
    if (error instanceof RecordError) return [];
    throw error;
  }
}
