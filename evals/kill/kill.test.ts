import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { killedRuns } from './killed-run.ts';

const CLI = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));

const SCENARIO = "cost: [{seconds: 1e-3}]\nprobes: [{probe: '*', seconds: 1e-4}]\n";
const SUITE = `defaults: {kernels: naive}
shapes: [{name: many, m: {from: 1, to: 100, step: 1}, n: 64, k: 64, w: f32, from: made up}]
`;
const SEARCH = '--hidden 96 --around 8/3 --distance 40 --step 4 --tokens 16 --budget 60';

/** Both store a record of every visit. */
it.each([
  { words: ['run', './many.yaml', '--processes', '3'], kills: 8, cases: 100, mostBytes: 1 << 16 },
  { words: ['search', ...SEARCH.split(' ')], kills: 6, cases: 42, mostBytes: 1 << 15 },
])(
  '$words.0, killed at random moments and resumed, loses nothing, repeats nothing and leaves nothing behind',
  async ({ words, cases, ...how }) => {
    const folder = mkdtempSync(join(tmpdir(), 'shapemark-kill-'));
    try {
      const suite = join(folder, 'many.yaml');
      const scenario = join(folder, 'scenario.yaml');
      writeFileSync(suite, SUITE);
      writeFileSync(scenario, SCENARIO);
      const asked = words.map((word) => (word === './many.yaml' ? suite : word));
      const found = await killedRuns({
        command: [process.execPath, '--import', 'tsx', CLI, ...asked, '--engine', 'scripted', '--scenario', scenario],
        ...{ folder, seed: 2, ...how },
      });
      const nothing = { changed: 0, lost: 0, repeated: 0, repeatedCases: 0, missingCases: 0, left: [] };
      expect(found).toMatchObject({ kills: how.kills, cases, ...nothing });
      expect(found.visits).toBeGreaterThanOrEqual(cases);
      expect(found.lines).toBeGreaterThan(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  300_000,
);
