/**
 * Subgroups of other widths on lavapipe. Its cache on disk keeps the functions that read textures, and takes those of another
 * width for its own: wrong values, or a crash. Whoever opens a device must have switched it off.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasSoftwareAdapter } from '../../.ci/software-adapter.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shapemark-widths-'));
  mkdirSync(join(folder, 'kernels'));
  cpSync('kernels/subgroup.wgsl', join(folder, 'kernels/subgroup.wgsl'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function cloudAt(bits: number) {
  const { MESA_SHADER_CACHE_DISABLE: _, ...environment } = process.env;
  const env = { ...environment, LP_NATIVE_VECTOR_WIDTH: String(bits), XDG_CACHE_HOME: join(folder, 'cache') };
  const words = ['--adapter', 'software', '--kernels', join(folder, 'kernels'), '--each', '1', '--shapes', '8'];
  return spawnSync(process.execPath, ['--import', 'tsx', 'evals/cloud.ts', ...words], { env, encoding: 'utf8' });
}

describe.runIf(hasSoftwareAdapter())('kernels of subgroups', { timeout: 300_000 }, () => {
  it('are right at each width, after another has run', () => {
    for (const bits of [512, 128, 256]) {
      const { status, stdout, stderr } = cloudAt(bits);
      expect(status, `${bits} bits: ${stderr}`).toBe(0);
      expect(stdout).toMatch(/texture +\d+ right/);
    }
  });
});
