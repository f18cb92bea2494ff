/** Finds installed libraries, which have a separate package.json to keep the main install small. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NothingToDo } from '../src/experiment/errors.ts';
import type { Entry } from './catalogue.ts';
import type { LibraryVersion } from './document.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
export const INSTALL = '`npm ci --prefix peers`';

/** @throws NothingToDo when no library of the peers' own install is there */
export function requireInstalled(entries: readonly Entry[]): void {
  const own = entries.filter((entry) => entry.installed === 'peers');
  if (own.length > 0 && own.every((entry) => versionOf(entry) === null)) {
    throw new NothingToDo(`the libraries to compare with are not installed: ${INSTALL} installs them (about 400 MB)`);
  }
}

/** Version of a library; null where it is not installed, `-` where there is nothing to install. */
export function versionOf(entry: Entry): string | null {
  if (entry.installed === 'none') return '-';
  for (const folder of [join(HERE, 'node_modules'), join(HERE, '..', 'node_modules')]) {
    try {
      const content: unknown = JSON.parse(readFileSync(join(folder, entry.package, 'package.json'), 'utf8'));
      if (content !== null && typeof content === 'object' && 'version' in content) return String(content.version);
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

export function libraryVersions(entries: readonly Entry[]): LibraryVersion[] {
  return entries.flatMap((entry) => {
    const version = versionOf(entry);
    return version === null || version === '-' ? [] : [{ name: entry.name, version }];
  });
}
