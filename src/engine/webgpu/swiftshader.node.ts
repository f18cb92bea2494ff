/**
 * SwiftShader, a CPU Vulkan driver, out of the optional npm package `@sparticuz/chromium` (linux-x64): what makes
 * `npm ci && npm run bench` work on a machine without any Vulkan.
 *
 * The archive holds the driver, its manifest (which names the driver relative to itself) and Khronos' loader.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';

const PACKAGE = '@sparticuz/chromium';
const WANTED = ['libvk_swiftshader.so', 'libvulkan.so.1', 'vk_swiftshader_icd.json'] as const;

export interface SwiftShader {
  /** The driver manifest, for VK_DRIVER_FILES. */
  readonly manifest: string;
  /** A Vulkan loader, for machines that have none. */
  readonly loader: string;
}

/**
 * Unpacks SwiftShader once into a cache folder that carries the package's version (a shared, unversioned one would
 * serve an older driver after an update) and returns its files.
 *
 * @throws Error with the reason when this platform or installation has none
 */
export function unpackSwiftShader(cacheRoots: readonly string[] = defaultCacheRoots()): SwiftShader {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`there is an embedded driver for linux-x64 only, not for ${process.platform}-${process.arch}`);
  }
  const { archive, version } = findPackage();
  const failures: string[] = [];
  for (const root of cacheRoots) {
    try {
      return filesIn(unpackInto(root, `swiftshader-${version}`, archive));
    } catch (error) {
      failures.push(`${root}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`no folder to unpack SwiftShader into (${failures.join('; ')})`);
}

function defaultCacheRoots(): string[] {
  const user = process.getuid?.() ?? 0;
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return [path.join(cache, 'shapemark'), path.join(os.tmpdir(), `shapemark-${user}`)];
}

function findPackage(): { archive: string; version: string } {
  const folders = createRequire(import.meta.url).resolve.paths(PACKAGE) ?? [];
  for (const folder of folders) {
    const archive = path.join(folder, PACKAGE, 'bin', 'swiftshader.tar.br');
    if (!fs.existsSync(archive)) continue;
    const manifest: unknown = JSON.parse(fs.readFileSync(path.join(folder, PACKAGE, 'package.json'), 'utf8'));
    const version = typeof manifest === 'object' && manifest && 'version' in manifest ? String(manifest.version) : '';
    if (!/^[\w.+-]+$/.test(version)) throw new Error(`${PACKAGE} in ${folder} has no usable version`);
    return { archive, version };
  }
  throw new Error(`the optional package ${PACKAGE} is not installed (npm ci --include=optional)`);
}

/** Written aside and renamed, so that a second process never sees half a driver. */
function unpackInto(root: string, name: string, archive: string): string {
  fs.mkdirSync(root, { recursive: true, mode: 0o700 });
  // A shared temporary folder is writable by everybody: load no driver that another user could have put there.
  const owner = fs.statSync(root).uid;
  if (process.getuid !== undefined && owner !== process.getuid()) throw new Error(`belongs to user ${owner}`);
  const target = path.join(root, name);
  if (isComplete(target)) return target;
  const scratch = fs.mkdtempSync(path.join(root, `${name}.`));
  try {
    const files = readTar(zlib.brotliDecompressSync(fs.readFileSync(archive)));
    for (const file of WANTED) {
      const content = files.get(file);
      if (content === undefined) throw new Error(`${archive} holds no ${file}`);
      fs.writeFileSync(path.join(scratch, file), content, { mode: 0o755 });
    }
    fs.renameSync(scratch, target);
  } catch (error) {
    fs.rmSync(scratch, { recursive: true, force: true });
    if (!isComplete(target)) throw error;
  }
  return target;
}

function isComplete(folder: string): boolean {
  return WANTED.every((file) => fs.existsSync(path.join(folder, file)));
}

function filesIn(folder: string): SwiftShader {
  return { manifest: path.join(folder, 'vk_swiftshader_icd.json'), loader: path.join(folder, 'libvulkan.so.1') };
}

/**
 * Regular files of a ustar archive by base name (POSIX.1-1988: 512-byte headers, name at 0, octal size at 124, type
 * at 156). Enough for short names; longer ones or links would simply not be found.
 */
export function readTar(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0; ) {
    const name = archive.toString('latin1', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 136), 8);
    if (!Number.isSafeInteger(size) || at + 512 + size > archive.length) throw new Error('damaged tar archive');
    const type = archive[at + 156];
    if (type === 0 || type === 0x30) files.set(path.posix.basename(name), archive.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
