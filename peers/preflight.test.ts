import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { processHost } from '../src/measure/parent/host.node.ts';
import { CATALOGUE, type Entry } from './catalogue.ts';
import { versionOf } from './install.ts';
import { preflight } from './preflight.ts';

const WORKER = fileURLToPath(new URL('./worker.node.ts', import.meta.url));
const adapter = 'auto';
const SECONDS_60 = 60_000;

// Workers are forked with the options of this process; vitest reads TypeScript without one, they do not.
beforeAll(() => {
  process.execArgv = [...process.execArgv, '--import', 'tsx'];
});

const host = (argv: readonly string[]) => processHost(WORKER, argv);

describe.each(CATALOGUE.filter((entry) => versionOf(entry) !== null))('$name, in a separate process', (entry) => {
  it('loads and multiplies right', { timeout: SECONDS_60 }, async () => {
    expect(await preflight({ host: host([entry.name]), adapter, entry })).toBeNull();
  });
});

describe('a library that cannot take part', () => {
  const entry: Entry = { name: 'nobody', kind: 'peer', package: '', installed: 'none', dense: true, fourBit: [] };

  it('stays out with a reason', { timeout: SECONDS_60 }, async () => {
    expect(await preflight({ host: host(['nobody']), adapter, entry })).toBe('is not known here');
  });

  it('stays out when it ends its process', { timeout: SECONDS_60 }, async () => {
    const dies = processHost(fileURLToPath(new URL('./no-such-worker.ts', import.meta.url)));
    expect(await preflight({ host: dies, adapter, entry })).toMatch(
      /^ends its process: .*exited with code 1.*Cannot find module/,
    );
  });
});
