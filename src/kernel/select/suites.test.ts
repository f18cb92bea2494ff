/**
 * Golden tests of what `best` picks for the shipped suites. A change for a GPU must not change what software adapters get, where
 * it was measured. After an intended change: `npx vitest run src/kernel/select/suites.test.ts -u`.
 */
import { describe, expect, it } from 'vitest';
import { suiteNames } from '../../plan/load.node.ts';
import { loadKernels } from '../set/load.node.ts';
import { counted, DEVICES, SUITES_FOR_GPUS, suitePicks } from '../testdata/suite-picks.ts';

const set = await loadKernels('kernels');
const GPUS = Object.entries(DEVICES).filter(([, { source }]) => source === 'gpu');

describe('what software adapters get', () => {
  it.each(['lavapipe', 'swiftshader'])('is what it was: %s', { timeout: 60_000 }, async (name) => {
    const device = DEVICES[name];
    if (!device) throw new Error(`devices.json has no ${name}`);
    const lines: string[] = [];
    for (const suite of await suiteNames({ cwd: process.cwd() })) {
      const picks = await suitePicks(suite, device, set);
      lines.push(`${suite}: ${picks.length} cases`, ...counted(picks).map((line) => `  ${line}`));
    }
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../testdata/suite-picks.${name}.golden.txt`);
  });
});

describe('what GPUs get', () => {
  it.each(GPUS)('is listed: %s', { timeout: 60_000 }, async (name, device) => {
    const lines: string[] = [];
    for (const suite of SUITES_FOR_GPUS) {
      const picks = await suitePicks(suite, device, set);
      lines.push(`${suite}: ${picks.length} cases`, ...counted(picks).map((line) => `  ${line}`));
    }
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../testdata/suite-picks.${name}.golden.txt`);
  });

  it('is no kernel that shuffles where subgroups vary or shuffles are emulated', async () => {
    for (const [, device] of GPUS)
      for (const suite of SUITES_FOR_GPUS)
        for (const { kernel } of await suitePicks(suite, device, set))
          expect(kernel.body).not.toContain('subgroupShuffle');
  });
});
