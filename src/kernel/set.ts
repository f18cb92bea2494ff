/** From files to a kernel set; the files may come from a disk, a git ref or the network. */
import { digest, plainText } from '../gemm/digest.ts';
import { readFrontMatter } from './front-matter.ts';
import { type Kernel, KernelError, type KernelSet } from './kernel.ts';

export interface KernelFile {
  /** Path for messages. */
  readonly path: string;
  readonly text: string;
}

/** @throws KernelError when the front matter is not valid */
export function parseKernel({ path, text: given }: KernelFile): Kernel {
  const text = plainText(given);
  const { frontMatter, body } = readFrontMatter(path, text);
  const { frontMatter: _version, kernelAbi: _abi, ...described } = frontMatter;
  return { ...described, file: path, body, hash: digest(text) };
}

/**
 * @param origin where the files came from, for messages
 * @throws KernelError when there is no file, a file is not valid, or two share a name
 */
export function kernelSet(origin: string, files: readonly KernelFile[]): KernelSet {
  if (files.length === 0) throw new KernelError(`${origin}: no kernels here; expected files that end in .wgsl`);
  const byName = new Map<string, Kernel>();
  for (const kernel of files.map(parseKernel)) {
    const other = byName.get(kernel.name);
    if (other) {
      const message = `${kernel.file}: the name "${kernel.name}" is taken by ${other.file}; rename one of them`;
      throw new KernelError(message, { file: kernel.file });
    }
    byName.set(kernel.name, kernel);
  }
  const kernels = [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  return { origin, kernels };
}

/** @throws KernelError naming the kernels there are */
export function findKernel(set: KernelSet, name: string): Kernel {
  const found = set.kernels.find((kernel) => kernel.name === name);
  if (found) return found;
  const names = set.kernels.map((kernel) => kernel.name).join(', ');
  throw new KernelError(`no kernel "${name}" in ${set.origin}; there are ${names}`);
}
