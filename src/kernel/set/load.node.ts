/** Loads kernel sets in Node: from a folder, or from a git ref without checking it out and without running its code. */
import { lstat, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readFolder } from './folder-files.node.ts';
import { EMPTY_NAME, kernelPlace } from './git.node.ts';
import { KernelError, type KernelSet } from './kernel.ts';
import { RefReader } from './ref-files.node.ts';
import { kernelSet } from './set.ts';

/**
 * Loads a kernel set.
 *
 * @param where a folder; or a git ref, whose `kernels/` is read at the path that `cwd` has in the repository; or `REF:path`, a folder
 *   from the repository's root. A folder that exists wins; `ref:NAME` forces the ref
 * @param cwd where a relative folder starts, and which repository holds the ref
 * @throws KernelError when neither is there, the folder has no kernels, or a kernel is not valid
 */
export async function loadKernels(where: string, cwd = process.cwd()): Promise<KernelSet> {
  // An empty path would be the working folder itself, and everything below it the kernels.
  if (where.trim() === '') throw new KernelError(`which kernels? ${EMPTY_NAME}`);
  if (where.startsWith('ref:')) return loadRef(where.slice('ref:'.length), cwd);
  const path = resolve(cwd, where);
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) return kernelSet(where, await readFolder(path, where));
  if (found) throw new KernelError(`${where} is a file; name the folder that holds the kernels`, { file: where });
  if (await lstat(path).catch(() => null)) throw new KernelError(`${where} is a link that leads nowhere; mend it`);
  return loadRef(where, cwd);
}

async function loadRef(asked: string, cwd: string): Promise<KernelSet> {
  const place = await kernelPlace(asked, cwd);
  if ('problem' in place)
    throw new KernelError(`no kernels at "${asked}": there is no such folder, and ${place.problem}`);
  return kernelSet(`${place.ref}:${place.folder}`, await new RefReader(place, cwd).files());
}
