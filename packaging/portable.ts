/**
 * `npm run pack`: one archive that measures on a machine with nothing but a driver: Node, the built project, its
 * production dependencies for linux-x64, the embedded software adapter, kernels and suites. Besides what the npm package has, it
 * has the evaluation `gpu-day`, for machines that are lent for minutes, and the native parts of `inspect`, which need a compiler.
 *
 *     tar xJf shapemark-0.1.0-linux-x64.tar.xz && cd work && ../shapemark-0.1.0-linux-x64/shapemark run quick
 *
 * Needs glibc 2.34 and libstdc++ of GCC 12 where it runs (Debian 12, Ubuntu 22.04 or later): what Dawn is linked against.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBundles } from '../src/atlas/bundles.node.ts';
import { BUILT, native } from '../src/experiment/inspect/native.ts';
import { BUILT_FROM, commitOf, shapemarkVersion } from '../src/record/environment.node.ts';
import {
  EMBEDDED_DRIVER,
  GPUJS,
  isWanted,
  LAUNCHERS,
  type LockedPackage,
  launcher,
  OWN,
  partsOf,
  runtimeFolders,
} from './contents.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MOST_BYTES = 60e6;

async function main(): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`the archive holds this Node, which is for ${process.platform}-${process.arch}; pack on linux-x64`);
  const name = `shapemark-${shapemarkVersion()}-linux-x64`;
  const staging = mkdtempSync(join(tmpdir(), 'shapemark-portable-'));
  try {
    await stage(join(staging, name));
    const archive = join(ROOT, 'portable', `${name}.tar.xz`);
    compress(staging, name, archive);
    const { size } = statSync(archive);
    console.log(`${relative(process.cwd(), archive)}: ${(size / 1e6).toFixed(1)} MB, Node ${process.versions.node}`);
    if (size > MOST_BYTES) throw new Error(`the archive is larger than ${MOST_BYTES / 1e6} MB`);
  } finally {
    rmSync(staging, { recursive: true });
  }
}

async function stage(folder: string): Promise<void> {
  mkdirSync(folder);
  execFileSync(
    process.execPath,
    // Folders as in a clone, since the evaluation is beside the sources and imports them.
    [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.portable.json', '--outDir', folder],
    { cwd: ROOT, stdio: 'inherit' },
  );
  const lock: { packages: Record<string, LockedPackage> } = JSON.parse(read('package-lock.json'));
  for (const path of [...OWN, ...runtimeFolders(lock.packages).flatMap(partsOf), ...GPUJS, ...EMBEDDED_DRIVER])
    copy(path, folder);
  stageNative(join(folder, 'src/inspect/native'));
  await writeBundles(join(folder, 'src/atlas'));
  // Records of the archive must name the commit.
  const commit = commitOf(ROOT);
  if (commit) writeFileSync(join(folder, BUILT_FROM), `${JSON.stringify(commit)}\n`);
  cpSync(process.execPath, join(folder, 'node'), { dereference: true });
  for (const [name, script] of Object.entries(LAUNCHERS)) writeFileSync(join(folder, name), launcher(script));
  for (const file of ['node', ...Object.keys(LAUNCHERS)]) chmodSync(join(folder, file), 0o755);
}

/** Built here, because there may be no compiler where it is used. */
function stageNative(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const { layers, files } = native();
  for (const file of files) cpSync(join(layers, file), join(folder, BUILT, file));
}

function copy(path: string, folder: string): void {
  const from = join(ROOT, path);
  if (!existsSync(from)) throw new Error(`${path} is missing; run npm ci first`);
  cpSync(from, join(folder, path), { recursive: true, filter: (source) => isWanted(relative(ROOT, source)) });
}

/** Equal content, equal bytes: names sorted, one owner, the commit's date. */
function compress(staging: string, name: string, archive: string): void {
  const whole = join(staging, basename(archive));
  const date = execFileSync('git', ['log', '-1', '--format=%cI'], { cwd: ROOT, encoding: 'utf8' }).trim();
  execFileSync(
    'tar',
    [
      '--sort=name',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      `--mtime=${date}`,
      '-I',
      'xz -T2 -6',
      '-cf',
      whole,
      name,
    ],
    { cwd: staging, stdio: 'inherit' },
  );
  mkdirSync(dirname(archive), { recursive: true });
  cpSync(whole, archive);
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

await main();
