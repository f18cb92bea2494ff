import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { killedRuns } from './killed-run.ts';

const CLI = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));

it('runs killed at random moments and resumed lose nothing, repeat nothing and leave nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shapemark-kill-'));
  try {
    const suite = join(folder, 'many.yaml');
    const scenario = join(folder, 'scenario.yaml');
    const shapes = '{name: many, m: {from: 1, to: 100, step: 1}, n: 64, k: 64, w: f32, from: made up}';
    writeFileSync(suite, `defaults: {kernels: naive}\nshapes: [${shapes}]\n`);
    writeFileSync(scenario, "cost: [{seconds: 1e-3}]\nprobes: [{probe: '*', seconds: 1e-4}]\n");
    const words = [suite, '--engine', 'scripted', '--scenario', scenario, '--processes', '3'];
    const found = await killedRuns({
      command: [process.execPath, '--import', 'tsx', CLI, 'run', ...words],
      ...{ folder, kills: 8, seed: 2, mostBytes: 1 << 16 },
    });
    const nothing = { changed: 0, lost: 0, repeated: 0, repeatedCases: 0, missingCases: 0, left: [] };
    expect(found).toMatchObject({ kills: 8, cases: 100, ...nothing });
    expect(found.visits).toBeGreaterThanOrEqual(300);
    expect(found.lines).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);
