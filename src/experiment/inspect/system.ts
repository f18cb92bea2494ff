/**
 * Where drivers come from: this system, or another root folder (as made by debootstrap). Programs of the other system are started
 * with its own loader and libraries, so no chroot, mount or root privilege is needed.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { NothingToDo } from '../errors.ts';
import type { Io } from '../io.ts';

/** Debian's triplet of each architecture, and the path of its dynamic loader. */
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, { triplet: string; loader: string }>> = {
  x64: { triplet: 'x86_64-linux-gnu', loader: 'lib64/ld-linux-x86-64.so.2' },
  arm64: { triplet: 'aarch64-linux-gnu', loader: 'lib/ld-linux-aarch64.so.1' },
};

/** The folder of `--root`, or of the environment; null if none is named. */
export function rootOf(option: string | undefined, { environment }: Pick<Io, 'environment'>): string | null {
  return option ?? environment.SHAPEMARK_INSPECT_ROOT ?? null;
}

export interface System {
  /** What stands before a program's name on the command line. */
  readonly starter: readonly string[];
  /** The text of a driver's manifest with the library's whole path; null where the system lacks the driver. */
  readonly manifest: (driver: string) => string | null;
}

const FOLDERS = ['usr/share/vulkan/icd.d', 'etc/vulkan/icd.d', 'usr/local/share/vulkan/icd.d'];

/** @param root null for this system. @throws NothingToDo where the folder holds no system of this architecture */
export function systemAt(root: string | null): System {
  const at = root ?? '/';
  const { triplet, loader } = ARCHITECTURES[process.arch] ?? { triplet: '', loader: '' };
  const libraries = [`usr/lib/${triplet}`, `lib/${triplet}`, 'usr/lib64', 'usr/lib', 'usr/local/lib'].map((folder) =>
    join(at, folder),
  );
  if (root !== null && (triplet === '' || !existsSync(join(root, loader))))
    throw new NothingToDo(`${root} contains no system of this architecture: it lacks ${loader} in it`);
  return {
    starter: root === null ? [] : [join(root, loader), '--library-path', libraries.join(':')],
    manifest: (driver) => manifestOf(at, driver, libraries),
  };
}

function manifestOf(root: string, driver: string, libraries: readonly string[]): string | null {
  const named = new RegExp(`^${driver}_icd(\\..*)?\\.json$`);
  for (const folder of FOLDERS.map((name) => join(root, name)).filter(existsSync)) {
    const file = readdirSync(folder)
      .sort()
      .find((name) => named.test(name));
    if (file === undefined) continue;
    const manifest = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { ICD: { library_path: string } };
    const { library_path: path } = manifest.ICD;
    const candidates = isAbsolute(path) ? [join(root, path)] : libraries.map((place) => join(place, basename(path)));
    const library = candidates.find((candidate) => existsSync(candidate));
    return JSON.stringify({ ...manifest, ICD: { ...manifest.ICD, library_path: library ?? path } });
  }
  return null;
}
