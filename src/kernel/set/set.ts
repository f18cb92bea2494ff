/** From files to a kernel set; the files may come from a disk, a git ref or the network. */
import { canonicalJson, digest, plainText } from '../../gemm/digest.ts';
import { readFrontMatter } from './front-matter.ts';
import { type Kernel, KernelError, type KernelSet } from './kernel.ts';

export interface KernelFile {
  /** Path for messages. */
  readonly path: string;
  readonly text: string;
}

interface Placed {
  readonly kernel: Kernel;
  readonly buildsOnLine: number;
}

/**
 * The kernels of one file.
 *
 * @throws KernelError when the front matter is not valid
 */
export function parseKernels({ path, text: given }: KernelFile): Placed[] {
  const text = plainText(given);
  const { kernels, body, bodyLine } = readFrontMatter(path, text);
  return kernels.map(({ described, buildsOnLine }) => {
    // Kernels that share a file have different programs, and a change of the file changes all of them.
    const hash = digest(kernels.length === 1 ? text : `${text}\0${described.name}`);
    return { kernel: { ...described, file: path, body, bodyLine, hash }, buildsOnLine };
  });
}

/**
 * @param origin where the files came from, for messages
 * @throws KernelError when there is no file, a file is not valid, two share a name, or kernels build on each other in a circle
 */
export function kernelSet(origin: string, files: readonly KernelFile[]): KernelSet {
  if (files.length === 0) throw new KernelError(`${origin}: no kernels here; expected files that end in .wgsl`);
  const byName = new Map<string, Placed>();
  for (const placed of files.flatMap(parseKernels)) {
    const { kernel } = placed;
    const other = byName.get(kernel.name)?.kernel;
    if (other) {
      const message = `${kernel.file}: the name "${kernel.name}" is taken by ${other.file}; rename one of them`;
      throw new KernelError(message, { file: kernel.file });
    }
    byName.set(kernel.name, placed);
  }
  for (const placed of byName.values()) refuseCircle(placed, byName);
  const kernels = [...byName.values()]
    .map(({ kernel }) => kernel)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return { origin, kernels };
}

/** A kernel may build on one that is not in this set: a folder can hold a copy of a single kernel. It may not build on itself. */
function refuseCircle(
  { kernel: { name, file, buildsOn }, buildsOnLine: line }: Placed,
  byName: ReadonlyMap<string, Placed>,
): void {
  const seen = new Set([name]);
  for (let next = buildsOn; next !== undefined; next = byName.get(next)?.kernel.buildsOn) {
    if (seen.has(next))
      throw new KernelError(`${file}:${line}: builds-on: ${[...seen, next].join(' builds on ')}`, { file, line });
    seen.add(next);
  }
}

/** @throws KernelError naming the kernels there are */
export function findKernel(set: KernelSet, name: string): Kernel {
  const found = set.kernels.find((kernel) => kernel.name === name);
  if (found) return found;
  const names = set.kernels.map((kernel) => kernel.name).join(', ');
  throw new KernelError(`no kernel "${name}" in ${set.origin}; there are ${names}`);
}

/** In topological order of builds-on. */
export function inSeries(kernels: readonly Kernel[]): Kernel[] {
  const known = new Set(kernels.map(({ name }) => name));
  const after = (name: string | undefined): Kernel[] =>
    kernels
      .filter(({ buildsOn }) => (buildsOn !== undefined && known.has(buildsOn) ? buildsOn : undefined) === name)
      .flatMap((kernel) => [kernel, ...after(kernel.name)]);
  return after(undefined);
}

/** Hash of a kernel set: over the hashes of its files, by name. */
export function setHash(set: KernelSet): string {
  return digest(canonicalJson(Object.fromEntries(set.kernels.map(({ name, hash }) => [name, hash]))));
}
