/** The kernel files of a folder: links are followed, and what cannot be read is named. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { KernelError } from './kernel.ts';
import { decoded, isKernelFile, LARGEST_FILE, mayHoldKernels } from './kernel-file.node.ts';
import type { KernelFile } from './set.ts';

/** Folders whose links are not followed. */
const OTHERS = /(^|[\\/])(node_modules|\.git)[\\/]/;

/** @param origin the folder as it was named, for messages */
export async function readFolder(folder: string, origin: string): Promise<KernelFile[]> {
  const shownAs = (path: string) => `${origin.replace(/[\\/]$/, '')}/${relative(folder, path).replaceAll('\\', '/')}`;
  const paths = (await kernelsBelow(folder, shownAs, [])).sort();
  return Promise.all(paths.map(async (path) => ({ path: shownAs(path), text: await readKernel(path, shownAs(path)) })));
}

async function readKernel(path: string, shown: string): Promise<string> {
  const { size } = await stat(path);
  if (size > LARGEST_FILE)
    throw new KernelError(`${shown} is ${size} bytes long; a kernel has at most ${LARGEST_FILE}`, { file: shown });
  const bytes = await readFile(path).catch((error: Error) => {
    throw new KernelError(`${shown}: cannot be read: ${error.message.replace(/, open .*/, '')}`, { file: shown });
  });
  return decoded(bytes, shown);
}

/** Files first; a link to one of them adds nothing. */
async function kernelsBelow(
  folder: string,
  shownAs: (path: string) => string,
  trail: readonly string[],
): Promise<string[]> {
  const here = await realpath(folder);
  // A folder that contains itself is not entered again.
  if (trail.includes(here)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const pathOf = (entry: (typeof entries)[number]) => join(entry.parentPath, entry.name);
  const found = entries.filter((entry) => entry.isFile() && isKernelFile(entry.name)).map(pathOf);
  const real = new Set(await Promise.all(found.map((path) => realpath(path))));
  const links = entries.filter((entry) => entry.isSymbolicLink()).map(pathOf);
  for (const link of links.filter((path) => !OTHERS.test(relative(folder, path)))) {
    for (const path of await behindLink(link, shownAs, [...trail, here])) {
      const target = await realpath(path);
      if (!real.has(target)) found.push(path);
      real.add(target);
    }
  }
  return found;
}

async function behindLink(link: string, shownAs: (path: string) => string, trail: readonly string[]) {
  const target = await stat(link).catch(() => null);
  if (target?.isDirectory()) return kernelsBelow(link, shownAs, trail);
  if (target === null && mayHoldKernels(link.replaceAll('\\', '/'))) {
    const shown = shownAs(link);
    throw new KernelError(`${shown} is a link that leads nowhere; mend or remove it`, { file: shown });
  }
  return target?.isFile() && isKernelFile(link) ? [link] : [];
}
