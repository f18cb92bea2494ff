import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientBundle, clientNames, writeBundles } from './bundles.node.ts';

describe('scripts of the pages', () => {
  it('are there', () => {
    expect(clientNames()).toContain('measure-worker');
    expect(new Set(clientNames()).size).toBe(clientNames().length);
  });

  // A `node:` module, anywhere in what it imports, is an error of the bundler.
  it.each(clientNames())('%s runs in a browser: it is one file and needs nothing of Node', async (name) => {
    const text = await clientBundle(name);
    expect(text).not.toMatch(/from\s*["']|\bimport\s*\(|\brequire\s*\(/);
    expect(text).not.toMatch(/["']node:/);
    expect(text.length).toBeGreaterThan(50);
  });

  it('asks for no evaluation of text, which the policy of the site forbids', async () => {
    for (const name of clientNames()) expect(await clientBundle(name)).not.toMatch(/\beval\(|new Function\b/);
  });

  it('are written for the package, which finds them beside its code', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shapemark-'));
    try {
      await writeBundles(folder);
      expect(readdirSync(join(folder, 'bundles')).sort()).toEqual(
        clientNames()
          .map((name) => `${name}.js`)
          .sort(),
      );
      const built = readFileSync(join(folder, 'bundles', 'measure-worker.js'), 'utf8');
      expect(built).toBe(await clientBundle('measure-worker'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are refused by an unknown name', async () => {
    await expect(clientBundle('nothing')).rejects.toThrow('no script "nothing"; there are ');
  });
});
