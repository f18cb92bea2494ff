import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scripted } from '../../engine/scripted/engine.ts';
import { decide } from '../../judge/ab/ab.ts';
import { PAIR_RULES } from '../../judge/ab/rules.ts';
import { CallFailed } from '../../measure/parent/connection.ts';
import { playedHost } from '../../measure/parent/host.played.ts';
import type { Host, WorkerHandle } from '../../measure/parent/host.ts';
import { measureScripted, testCase, testSettings } from '../../measure/parent/testdata/scripted-experiment.ts';
import type { FromWorker, ToWorker } from '../../measure/worker/protocol.ts';
import { median } from '../../stats/centre.ts';
import { alternatingHost, PROTOCOL_MISMATCH, pairRatios, treeOf, visitFailure } from './alternate.ts';

const SEED = 5;
const PAIRS = PAIR_RULES.looks[0] ?? 0;
const NOISE = 'noise: {betweenProcesses: {kind: normal, sigma: 0.01}, withinProcess: {sigma: 0.01}}';
const scenario = (seconds: number, seed: number) => `seed: ${seed}\ncost: [{seconds: ${seconds}}]\n${NOISE}`;
const harness = (seconds: number, seed: number) => playedHost(scripted.read(scenario(seconds, seed), 'harness.yaml'));

async function comparedOn(base: number, head: number) {
  const { cases } = await measureScripted(scenario(1, 1), {
    cases: [testCase('one'), testCase('two')],
    host: alternatingHost({ base: harness(base, 1), head: harness(head, 2) }, SEED),
    settings: testSettings({ processes: PAIRS * 2, looks: [PAIRS * 2] }),
  });
  return cases.map((outcome) => pairRatios(outcome, SEED));
}

function decision({ ratios, noise }: ReturnType<typeof pairRatios>) {
  const processes = ratios.map((headToBase) => ({ headToBase, headToTwin: null, twinToBase: null }));
  return decide({ processes, noise }, { ...PAIR_RULES, cases: 2 });
}

describe('the order of trees', () => {
  it('has one process of each tree in every pair, and puts either first', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1000 }), fc.nat({ max: 500 }), (seed, pair) => {
        expect([treeOf(2 * pair, seed), treeOf(2 * pair + 1, seed)].sort()).toEqual(['base', 'head']);
      }),
    );
    const first = Array.from({ length: 100 }, (_, pair) => treeOf(2 * pair, SEED));
    expect(first.filter((tree) => tree === 'base').length).toBeGreaterThan(30);
    expect(first.filter((tree) => tree === 'head').length).toBeGreaterThan(30);
  });
});

describe('two harnesses in turn', () => {
  it('give one ratio a pair that holds the truth, and an A/A beside it', async () => {
    for (const pairs of await comparedOn(0.002, 0.0022)) {
      const { ratios, noise } = pairs;
      expect(ratios).toHaveLength(PAIRS);
      expect(noise).toHaveLength(PAIRS);
      expect(median(ratios)).toBeCloseTo(1.1, 1);
      expect(Math.abs(Math.log(median(noise)))).toBeLessThan(0.02);
      expect(decision(pairs).verdict).toBe('slower');
    }
  });

  it('are the same where the trees are', async () => {
    for (const pairs of await comparedOn(0.002, 0.002)) expect(decision(pairs).verdict).not.toMatch(/slower|faster/);
  });
});

/** A worker of another version: answers every call with the same object. */
function foreign(answer: object): Host {
  const { clock } = harness(0.002, 1);
  const start = (): WorkerHandle => {
    let hear: (message: FromWorker) => void = () => {};
    return {
      post: ({ id }: ToWorker) =>
        queueMicrotask(() =>
          hear({ type: 'answer', id, answer: answer as Extract<FromWorker, { type: 'answer' }>['answer'] }),
        ),
      onMessage: (listener) => {
        hear = listener;
      },
      onExit: () => {},
      kill: () => {},
    };
  };
  return { clock, replication: 'process', start };
}

describe('a worker of another version', () => {
  it.each([
    [{ facts: {}, tried: [] }, 'the worker of the base does not state its protocol'],
    [{ facts: {}, tried: [], protocol: 7 }, 'the worker of the base uses protocol 7, this harness uses 1'],
  ])('is refused: %j', async (answer, message) => {
    const host = alternatingHost({ base: foreign(answer), head: harness(0.002, 1) }, SEED);
    const failure = await measureScripted(scenario(1, 1), { host }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CallFailed);
    expect(failure).toMatchObject({ reason: PROTOCOL_MISMATCH, message: expect.stringContaining(message) });
  });
});

describe('a failed visit', () => {
  it('says what failed', () => {
    const visit = { caseId: 'x', process: 0, result: null, sentinel: null };
    expect(visitFailure({ ...visit, refusal: { status: 'failed', reason: 'hang', detail: 'no sign' } })).toBe(
      'hang: no sign',
    );
    expect(visitFailure({ ...visit, refusal: { status: 'skipped', reason: 'budget', detail: '' } })).toBeNull();
  });
});
