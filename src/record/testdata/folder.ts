/** Folders that tests write into, empty at first and removed afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

/** A folder for all tests of a file, or of the `describe` that this is called in. */
export const folderOfAll = () => folderBetween(beforeAll, afterAll);

/** A folder for each of them. */
export const folderOfEach = () => folderBetween(beforeEach, afterEach);

function folderBetween(before: (make: () => void) => void, after: (remove: () => void) => void): () => string {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'shapemark-test-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}
