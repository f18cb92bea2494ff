/** Which files are kernels, on disk and in a commit. */
import { KernelError } from './kernel.ts';

/** A larger file is a mistake. */
export const LARGEST_FILE = 1 << 20;

const EXTENSION = '.wgsl';

/** Emacs locks a file with a dangling link of this name. */
const EDITOR_LOCK = /(^|\/)\.#[^/]*$/;

export function isKernelFile(path: string): boolean {
  return path.endsWith(EXTENSION) && !EDITOR_LOCK.test(path);
}

/** Whether a broken link might be meant for a kernel or a folder of them. */
export function mayHoldKernels(path: string): boolean {
  return isKernelFile(path) || /(^|\/)[^/.]+$/.test(path);
}

/** @throws KernelError for text that is not UTF-8 */
export function decoded(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new KernelError(`${shown}: is not text in UTF-8; save it as UTF-8`, { file: shown });
  }
}
