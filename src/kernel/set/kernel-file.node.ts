/** What counts as a kernel file, on a disk as in a commit. */
import { KernelError } from './kernel.ts';

/** A larger file is a mistake. */
export const LARGEST_FILE = 1 << 20;

const EXTENSION = '.wgsl';

/** Emacs marks a file that is being edited by a link of this name, which leads nowhere. */
const EDITOR_LOCK = /(^|\/)\.#[^/]*$/;

export function isKernelFile(path: string): boolean {
  return path.endsWith(EXTENSION) && !EDITOR_LOCK.test(path);
}

/** Whether a link that cannot be followed might stand for a kernel, or for a folder of them. */
export function mayHoldKernels(path: string): boolean {
  return isKernelFile(path) || /(^|\/)[^/.]+$/.test(path);
}

/** @throws KernelError for what is no text in UTF-8 */
export function decoded(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new KernelError(`${shown}: is not text in UTF-8; save it as UTF-8`, { file: shown });
  }
}
