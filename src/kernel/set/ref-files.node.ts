/** The kernel files of a git ref, read as data: links are followed within the commit, and what cannot be followed is named. */
import { blobs, gitText, type KernelPlace, type Target, targetOf, treeEntries } from './git.node.ts';
import { KernelError } from './kernel.ts';
import { decoded, isKernelFile, LARGEST_FILE, mayHoldKernels } from './kernel-file.node.ts';
import type { KernelFile } from './set.ts';

const OUTSIDE = 'which is in no commit of this repository; name a checked-out folder of kernels instead of the ref';

interface Found {
  readonly path: string;
  readonly oid: string;
}

export class RefReader {
  readonly #place: KernelPlace;
  readonly #cwd: string;
  #tree = '';
  #linked = false;

  constructor(place: KernelPlace, cwd: string) {
    this.#place = place;
    this.#cwd = cwd;
  }

  /** @throws KernelError when the folder is not there, or something in it cannot be read */
  async files(): Promise<KernelFile[]> {
    const { commit, folder } = this.#place;
    const top = await targetOf(this.#cwd, commit, folder);
    if (top.kind !== 'tree') throw new KernelError(await this.#missing(top));
    this.#tree = top.oid;
    const found = await this.#kernelsBelow(folder, top.oid, []);
    const contents = await blobs(
      this.#cwd,
      found.map(({ oid }) => oid),
    );
    return found.map(({ path }, i) => {
      const shown = this.#shown(path);
      return { path: shown, text: decoded(contents[i] ?? new Uint8Array(), shown) };
    });
  }

  /** After reading: whether a link was followed, so that commits outside the folder can change a kernel. */
  async linked(): Promise<boolean> {
    const name = `${this.#place.commit}:${this.#place.folder}`;
    const plain = gitText(this.#cwd, ['rev-parse', '--verify', '--quiet', '--end-of-options', name]);
    return this.#linked || (await plain.catch(() => '')).trim() !== this.#tree;
  }

  #shown(path: string): string {
    return `${this.#place.ref}:${path}`;
  }

  /** Files first; a link to one of them adds nothing. */
  async #kernelsBelow(folder: string, tree: string, trail: readonly string[]): Promise<Found[]> {
    const found: Found[] = [];
    const links: string[] = [];
    for (const { kind, oid, bytes, path: below } of await treeEntries(this.#cwd, tree)) {
      const path = folder === '' ? below : `${folder}/${below}`;
      if (kind === 'submodule') throw this.#refusal(path, `is a submodule, ${OUTSIDE}`);
      if (kind === 'link') links.push(path);
      else if (isKernelFile(path)) {
        if (bytes > LARGEST_FILE)
          throw this.#refusal(path, `is ${bytes} bytes long; a kernel has at most ${LARGEST_FILE}`);
        found.push({ path, oid });
      }
    }
    for (const path of links) {
      const more = await this.#behindLink(path, [...trail, tree]);
      found.push(...more.filter(({ oid }) => !found.some((other) => other.oid === oid)));
    }
    return found;
  }

  async #behindLink(path: string, trail: readonly string[]): Promise<Found[]> {
    const target = await targetOf(this.#cwd, this.#place.commit, path);
    if (target.kind === 'blob' && !isKernelFile(path)) return [];
    if (target.kind === 'tree' || target.kind === 'blob') {
      this.#linked = true;
      if (target.kind === 'blob') return [{ path, oid: target.oid }];
      // A folder that contains itself is not entered again.
      return trail.includes(target.oid) ? [] : this.#kernelsBelow(path, target.oid, trail);
    }
    if (!mayHoldKernels(path)) return [];
    if (target.kind === 'outside') throw this.#refusal(path, `is a link to ${target.link}, ${OUTSIDE}`);
    throw this.#refusal(path, 'is a link that leads nowhere; mend or remove it');
  }

  #refusal(path: string, reason: string): KernelError {
    const file = this.#shown(path);
    return new KernelError(`${file} ${reason}`, { file });
  }

  async #missing(target: Target): Promise<string> {
    const { ref, commit, folder, explicit } = this.#place;
    const shown = this.#shown(folder);
    if (target.kind === 'blob') return `${shown} is a file; name the folder that holds the kernels`;
    if (target.kind === 'submodule') return `${shown} is a submodule, ${OUTSIDE}`;
    if (target.kind === 'outside') return `${shown} is a link to ${target.link}, ${OUTSIDE}`;
    if (target.kind !== 'missing') return `${shown} is a link that leads nowhere; mend it, or name a folder`;
    const top = explicit || folder === 'kernels' ? null : await targetOf(this.#cwd, commit, 'kernels');
    const remedy =
      top?.kind === 'tree'
        ? `those at the root of the repository are ${ref}:kernels`
        : `${ref}:path/to/kernels names another folder`;
    return `${shown}: no kernels here; ${remedy}`;
  }
}
