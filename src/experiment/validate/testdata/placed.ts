/** The sound record with its files in a folder of results of its own. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { NOW, SOUND, SOUND_FILE } from './sound.ts';

export const CONTEXT = { names: [], now: NOW };
export const MACHINE = SOUND.machine;

/** A folder for each test, which is removed after it. */
export const at = { dir: '' };

export function inFolders(): void {
  beforeEach(() => {
    at.dir = mkdtempSync(join(tmpdir(), 'shapemark-vet-'));
  });
  afterEach(() => rmSync(at.dir, { recursive: true, force: true }));
}

/** Below `results/<machine>`. */
export function placed(machine = MACHINE): string {
  const folder = join(at.dir, 'results', machine);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(dirname(SOUND_FILE)))
    if (name.startsWith(SOUND.id) || name === 'machine.json')
      cpSync(join(dirname(SOUND_FILE), name), join(folder, name));
  return join(folder, `${SOUND.id}.json`);
}

export const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(file, change(readFileSync(file, 'utf8')));
