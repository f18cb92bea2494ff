import { describe, expect, it } from 'vitest';
import { loadKernels } from '../set/load.node.ts';
import { findKernel } from '../set/set.ts';
import { problemOf } from '../testdata/trial.ts';
import { best } from './best.ts';
import { shapeClass } from './shape-class.ts';
import type { Tuned } from './tuned.ts';

const set = await loadKernels('kernels');
const DEVICE = { features: [], limits: {}, source: 'gpu' } as const;
const LARGE = problemOf({ m: 100, n: 256, k: 256 });
const FROM_RULE = best(set, LARGE, DEVICE);

function tuned(name: string, choice: Tuned['choice'], more: Partial<Tuned['kernel']> = {}): Tuned {
  return {
    kernel: { name, hash: findKernel(set, 'direct').hash, ...more },
    choice,
    ruleWon: false,
    tuning: `tuning of ${name}`,
  };
}

const DIRECT = tuned('direct', { tile: { m: 8, n: 64, k: 4 }, thread: { m: 4, n: 4 } });

function pick(problem: typeof LARGE, ...choices: Tuned[]) {
  return best(set, problem, DEVICE, new Map([[shapeClass(LARGE), choices]]));
}

describe('best, tuned', () => {
  it('takes the choice of the class, for every shape in it, and says which tuning it is from', () => {
    for (const m of [65, 100, 128]) {
      expect(pick(problemOf({ m, n: 256, k: 256 }), DIRECT)).toMatchObject({
        kernel: { name: 'direct' },
        program: { kernel: 'direct', tile: { m: 8, n: 64, k: 4 } },
        tuning: 'tuning of direct',
      });
    }
  });

  it('leaves the cut to the rule where the rule won, as long as it picks that kernel', () => {
    const name = 'program' in FROM_RULE ? FROM_RULE.kernel.name : '';
    const { hash } = findKernel(set, name);
    const won = { ...tuned(name, { tile: { m: 64, n: 64 } }, { hash }), ruleWon: true };
    const narrow = problemOf({ m: 100, n: 20, k: 256 });
    const picked = best(set, narrow, DEVICE, new Map([[shapeClass(narrow), [won]]]));
    expect(picked).toEqual({ ...best(set, narrow, DEVICE), tuning: `tuning of ${name}` });
    expect(pick(LARGE, { ...DIRECT, ruleWon: true })).toEqual(pick(LARGE, DIRECT));
  });

  it('takes the newest', () => {
    const older = tuned('direct', { tile: { m: 64 } });
    expect(pick(LARGE, DIRECT, older)).toMatchObject({ program: { tile: { m: 8 } } });
  });

  it.each([
    ['of another class', problemOf({ m: 129, n: 256, k: 256 }), DIRECT],
    ['whose kernel has changed', LARGE, tuned('direct', DIRECT.choice, { hash: 'of another text' })],
    ['whose kernel is gone', LARGE, tuned('gone', {})],
    ['that the kernel no longer allows', LARGE, tuned('direct', { tile: { m: 7 } })],
  ])('falls back to the rule for a choice %s', (_, problem, choice) => {
    const picked = pick(problem, choice);
    expect(picked).not.toHaveProperty('tuning');
    if (problem === LARGE) expect(picked).toEqual(FROM_RULE);
  });
});
