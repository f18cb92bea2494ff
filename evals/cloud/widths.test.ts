/**
 * Subgroups of each width that lavapipe has; `LP_NATIVE_VECTOR_WIDTH` chooses it. Only where the tests are on that adapter.
 *
 * lavapipe's cache on disk keeps the functions that read textures, and Mesa 25 takes those of another width for its own: wrong
 * values, or a crash. Whatever opens a device must have switched it off.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Twenty programs at each width: a minute with two cores. `.ci/sid.sh` takes more. */
const MEMBERS = 240;
const MINUTE = 60_000;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shapemark-widths-'));
  mkdirSync(join(folder, 'kernels'));
  cpSync('kernels/subgroup.wgsl', join(folder, 'kernels/subgroup.wgsl'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function cloudAt(lanes: number, ...words: string[]): Promise<{ code: number | null; said: string }> {
  const { MESA_SHADER_CACHE_DISABLE: _, ...environment } = process.env;
  const env = { ...environment, LP_NATIVE_VECTOR_WIDTH: String(32 * lanes), XDG_CACHE_HOME: join(folder, 'cache') };
  const child = spawn(process.execPath, ['--import', 'tsx', 'evals/cloud.ts', '--adapter', 'software', ...words], {
    env,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

describe.runIf(process.env.SHAPEMARK_ADAPTER === 'software')('in subgroups of other widths', () => {
  it('textures are read right at each, after another has been used', { timeout: 3 * MINUTE }, async () => {
    for (const lanes of [16, 4, 8]) {
      const { code, said } = await cloudAt(lanes, '--kernels', join(folder, 'kernels'), '--each', '1', '--shapes', '8');
      expect(code, `${lanes} lanes: ${said}`).toBe(0);
      expect(said).toMatch(/texture +\d+ right/);
    }
  });

  it('kernels are right at each', { timeout: 10 * MINUTE }, async () => {
    const widths = [4, 16];
    const clouds = await Promise.all(widths.map((lanes) => cloudAt(lanes, '--shapes', String(MEMBERS))));
    for (const [i, { code, said }] of clouds.entries()) expect(code, `${widths[i]} lanes: ${said}`).toBe(0);
  });
});
