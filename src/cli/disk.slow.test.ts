/**
 * Runs on disks that are read-only or fill at a chosen line: file systems of a few pages, in a mount namespace of their own, which
 * needs Linux and the right to make one. docs/faults.md has what else can happen to a run.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { readRecord } from '../record/store/store.node.ts';
import { folderOfEach } from '../record/testdata/folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RUN = [
  ...['src/cli/bin.ts', 'run', 'src/cli/testdata/tiny.yaml', '--engine', 'scripted'],
  ...['--scenario', 'src/cli/testdata/steady.yaml'],
];

const canMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt'], { stdio: 'ignore' }).status === 0;

const dir = folderOfEach();
beforeEach(() => {
  mkdirSync(join(dir(), 'disk'));
  mkdirSync(join(dir(), 'after'));
});

const shapemark = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', ...RUN, ...args], { cwd: ROOT, encoding: 'utf8', timeout: 120_000 });

/** Runs with results on a disk mounted so; what it holds then is in `after`. */
function onDiskOf(mount: string, folder: string, ...args: string[]) {
  const script = `mount -t tmpfs -o "$1" none "$2/disk" && shift && folder=$1 && shift
    "$@"; code=$?; cp -r "$folder/disk/." "$folder/after"; exit $code`;
  const run = [process.execPath, '--import', 'tsx', ...RUN, '--results', join(dir(), 'disk', folder), ...args];
  const { status, stdout, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', script, 'sh', mount, dir(), ...run], {
    ...{ cwd: ROOT, encoding: 'utf8', timeout: 120_000 },
  });
  const said = stderr.replace(/^(progress: .*|no limit was asked for.*)\n/gm, '');
  expect(stdout + stderr).not.toMatch(/^\s+at /m);
  return { exit: status, said, out: stdout, left: files(join(dir(), 'after')) };
}

const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe.runIf(canMount)('results', () => {
  it('on a read-only disk are refused before anything is measured', () => {
    for (const folder of ['.', 'a/b']) {
      const { exit, said, out, left } = onDiskOf('ro', folder);
      expect({ exit, out, left }).toEqual({ exit: 4, out: '', left: [] });
      expect(said).toMatch(
        /^[^\n]+: the file system is read-only \(EROFS\); results cannot be written there: [^\n]+\n$/,
      );
    }
  }, 120_000);

  // At the first size a visit does not fit into the journal, at the last all of them do, and the record does not.
  it.each([80, 100, 164])(
    'on a disk of %d KiB are kept as far as they fit, and go on elsewhere',
    (kib) => {
      const { exit, said, left } = onDiskOf(`size=${kib}k`, 'r', '--processes', '40');
      expect(exit).toBe(4);
      expect(said).toMatch(/^finished visits are kept; make room, or copy .+ into another folder and name that/);
      expect(said).toMatch(/: no space is left on the disk \(ENOSPC\)\n$/);
      expect(left.filter((name) => !/\.journal\.ndjson$|^machine\.json$/.test(name))).toEqual([]);
      const [machine = ''] = readdirSync(join(dir(), 'after/r'));
      const [journal = ''] = left.filter((name) => name.endsWith('.ndjson'));
      const kept = readFileSync(join(dir(), 'after/r', machine, journal), 'utf8');
      expect(kept.endsWith('\n')).toBe(true);
      const visits = kept.match(/"type":"visit"/g)?.length ?? 0;
      cpSync(join(dir(), 'after/r'), join(dir(), 'elsewhere'), { recursive: true });
      const resumed = shapemark('--processes', '40', '--resume', '--results', join(dir(), 'elsewhere'));
      expect(resumed.stderr).toContain(`${visits} visits are done`);
      expect(resumed.status).toBe(0);
      const record = files(join(dir(), 'elsewhere')).find((name) => /Z-[\w-]+\.json$/.test(name)) ?? '';
      const { cases } = readRecord(join(dir(), 'elsewhere', machine, record));
      expect(cases.map((row) => row.visits.length)).toEqual([40, 40]);
    },
    240_000,
  );
});
