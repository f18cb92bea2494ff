import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scripted } from '../../engine/scripted/engine.ts';
import { AB_RULES } from '../../judge/ab/rules.ts';
import { loadKernels } from '../../kernel/set/load.node.ts';
import { playedHost } from '../../measure/parent/host.played.ts';
import { journals, readJournal } from '../../record/journal/journal.node.ts';
import { folderOfEach } from '../../record/testdata/folder.ts';
import { PLAIN } from '../../report/style.ts';
import { expansions } from '../setup/selection.ts';
import { Harnesses, type HarnessOutcome } from './harness.ts';

const KERNELS = fileURLToPath(new URL('../../../kernels', import.meta.url));
const TINY = fileURLToPath(new URL('../../cli/testdata/tiny.yaml', import.meta.url));
const NOISE = 'noise: {betweenProcesses: {kind: normal, sigma: 0.004}, withinProcess: {sigma: 0.01}}';
const tree = (seconds: number, seed: number) =>
  playedHost(
    scripted.read(`seed: ${seed}\ncost: [{seconds: ${seconds}}]\n${NOISE}\n`, 'tree.yaml'),
    () => new Promise<void>((done) => setImmediate(done)),
  );

const dir = folderOfEach();

/** @param interruptAfter visits after which Ctrl-C is pressed */
async function compared({ interruptAfter = Number.POSITIVE_INFINITY, resume = false, hash = 'a' } = {}) {
  const shown: HarnessOutcome[] = [];
  let [err, visits] = ['', 0];
  const io = {
    out: () => {},
    err: (text: string) => {
      err += text;
      if (/ \d+\/\d+ .* left /.test(text) && ++visits === interruptAfter) process.emit('SIGINT');
    },
    ...{ cwd: dir(), environment: {}, style: PLAIN, columns: 200 },
  };
  const set = await loadKernels(KERNELS);
  const options = {
    ...{ harness: 'v1', suite: [TINY], filter: [], engine: 'scripted', adapter: 'auto', scenario: undefined },
    ...{ seed: 3, budget: undefined, results: 'results', resume },
  };
  const cases = (await expansions([TINY], set, io)).flatMap((one) => one.cases);
  const request = {
    ...{ set, cases, options, rules: { ...AB_RULES, minimumEffect: 0.02 } },
    ...{
      reproduce: (id: string) => id,
      again: 'the same with --resume',
      show: (one: HarnessOutcome) => shown.push(one),
    },
  };
  const hosts = { base: tree(2e-3, 1), head: tree(2.4e-3, 2) };
  const outcome = await new Harnesses(request, { hosts, hash }, set, io).run();
  return { outcome, shown, err };
}

const left = () => readdirSync(dir(), { recursive: true, encoding: 'utf8' });

describe('a comparison of harnesses', () => {
  it('finds the slower one, and leaves nothing behind', async () => {
    const { outcome, shown } = await compared();
    expect(outcome?.cases.map(({ verdict }) => verdict)).toEqual(['slower', 'slower']);
    expect(shown).toEqual([outcome]);
    expect(left()).toEqual(['results']);
  });

  it('goes on where it was interrupted, with every visit that was made', async () => {
    const { outcome, shown, err } = await compared({ interruptAfter: 7 });
    expect(outcome).toBeNull();
    expect(shown).toMatchObject([{ ended: 'interruption' }]);
    expect(err).toContain('interrupted; continue with: the same with --resume');
    const [file = ''] = journals(join(dir(), 'results'));
    const before = readJournal(file).entries.filter(({ type }) => type === 'visit');
    expect(before.length).toBeGreaterThanOrEqual(7);
    expect(left().filter((name) => /lock|tmp/.test(name))).toEqual([]);
    const resumed = await compared({ resume: true });
    expect(resumed.err).toContain(`resuming: ${before.length} visits are done`);
    expect(resumed.outcome?.cases.map(({ verdict }) => verdict)).toEqual(['slower', 'slower']);
    expect(left()).toEqual(['results']);
  });

  it('of other code is another one', async () => {
    await compared({ interruptAfter: 5 });
    const { err } = await compared({ resume: true, hash: 'b' });
    expect(err).toContain('nothing to resume');
  });
});
