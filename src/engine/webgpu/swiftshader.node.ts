/**
 * SwiftShader, a CPU Vulkan driver, from the optional npm package `@sparticuz/chromium` (linux-x64), so that `npm ci && npm run
 * bench` works on a machine without Vulkan.
 *
 * The archive holds the driver, its manifest (which names the driver relative to itself) and Khronos' loader.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import zlib from 'node:zlib';
import { cached } from '../../record/store/cache.node.ts';

const PACKAGE = '@sparticuz/chromium';
const WANTED = ['libvk_swiftshader.so', 'libvulkan.so.1', 'vk_swiftshader_icd.json'] as const;

export interface SwiftShader {
  /** The driver manifest, for VK_DRIVER_FILES. */
  readonly manifest: string;
  /** A Vulkan loader, for machines that have none. */
  readonly loader: string;
}

/**
 * Unpacks SwiftShader once into a cache folder named by the package version and returns its files.
 *
 * @throws Error with the reason when this platform or installation has none
 */
export function unpackSwiftShader(roots?: readonly string[]): SwiftShader {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`there is an embedded driver for linux-x64 only, not for ${process.platform}-${process.arch}`);
  }
  const { archive, version } = findPackage();
  const fill = (folder: string) => unpackInto(folder, archive);
  return filesIn(
    cached({ what: 'unpack SwiftShader into', name: `swiftshader-${version}`, files: WANTED, fill, roots }),
  );
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

function unpackInto(folder: string, archive: string): void {
  const files = readTar(zlib.brotliDecompressSync(fs.readFileSync(archive)));
  for (const file of WANTED) {
    const content = files.get(file);
    if (content === undefined) throw new Error(`${archive} holds no ${file}`);
    fs.writeFileSync(path.join(folder, file), content, { mode: 0o755 });
  }
}

function filesIn(folder: string): SwiftShader {
  return { manifest: path.join(folder, 'vk_swiftshader_icd.json'), loader: path.join(folder, 'libvulkan.so.1') };
}

/**
 * Regular files of a ustar archive by base name (POSIX.1-1988: 512-byte headers, name at 0, octal size at 124, type at 156).
 * Supports short names only; longer names and links are not found.
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
