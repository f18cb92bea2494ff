import { describe, expect, it } from 'vitest';
import {
  type ComparedCase,
  type Comparison,
  countsOf,
  renderComparison,
  renderComparisonMarkdown,
} from './comparison.ts';
import { PLAIN } from './style.ts';

const same: ComparedCase = {
  id: 'quick/shape/a/m=1/kernel=best',
  verdict: 'same',
  ratio: 1.002,
  interval: [0.995, 1.008],
  floor: 0.011,
  minimalDetectableEffect: 0.031,
  ratios: Array.from({ length: 14 }, () => 1.002),
  reason: 'the interval lies within ±2.0 %',
  kernels: { base: 'naive', head: 'naive' },
  errors: { base: 1e-7, head: 1e-7 },
  reproduce: "shapemark compare main --filter 'quick/shape/a/m=1/kernel=best'",
};
const slower: ComparedCase = {
  ...same,
  id: 'quick/shape/b/m=1/kernel=best',
  verdict: 'slower',
  ratio: 1.1,
  interval: [1.09, 1.11],
  reason: 'slower than both the base and its twin in 14 of 14 processes, faster in 0',
  kernels: { base: 'naive', head: 'direct' },
  errors: { base: 1e-7, head: 1e-6 },
  reproduce: 'shapemark compare main --filter b',
};
const missing: ComparedCase = {
  ...same,
  ...{
    id: 'quick/shape/c',
    verdict: 'missing',
    ratio: null,
    interval: null,
    floor: null,
    minimalDetectableEffect: null,
  },
  ...{
    ratios: [],
    reason: 'not on the head: no kernel | serves it',
    kernels: { base: null, head: null },
    errors: null,
  },
  reproduce: 'shapemark compare main --filter c',
};
const cases = [same, slower, missing];
const comparison: Comparison = {
  ...{ base: 'main:kernels', head: 'kernels', machine: 'm1', processes: 14, minimumEffect: 0.02 },
  ...{ cases, counts: countsOf(cases), unmeasured: ['gemv'], note: 'a note' },
};

describe('a comparison', () => {
  it('is worst first, with what could be detected and the commands that show it again', () => {
    expect(renderComparison(comparison, PLAIN)).toMatchInlineSnapshot(`
      "verdict  case                                time head/base  interval     A/A floor  detectable  processes  why
      missing  quick/shape/c                                                                                      not on the head: no kernel | serves it
      slower   quick/shape/b/m=1 (naive → direct)  1.100           1.090…1.110  1.1 %      3.1 %       14         slower than both the base and its twin in 14 of 14 processes, faster in 0; error grew from 1.0e-7 to 1.0e-6
      same     quick/shape/a/m=1 (naive)           1.002           0.995…1.008  1.1 %      3.1 %       14         the interval lies within ±2.0 %

      kernels against main:kernels on m1: 1 missing, 1 slower, 1 same (effects from 2 % up)
      a note
      changed, but run by no case of this suite: gemv
      detectable: the slowdown that as many processes call slower 9 times in 10

      again:
        shapemark compare main --filter c
        shapemark compare main --filter b
      "
    `);
  });

  it('is the same in markdown', () => {
    expect(renderComparisonMarkdown(comparison)).toMatchInlineSnapshot(`
      "**kernels against main:kernels on m1: 1 missing, 1 slower, 1 same (effects from 2 % up)**

      | verdict | case | time head/base | interval | A/A floor | detectable | processes | why |
      |--|--|--:|--|--:|--:|--:|--|
      | missing | quick/shape/c |  |  |  |  |  | not on the head: no kernel \\| serves it |
      | slower | quick/shape/b/m=1 (naive → direct) | 1.100 | 1.090…1.110 | 1.1 % | 3.1 % | 14 | slower than both the base and its twin in 14 of 14 processes, faster in 0; error grew from 1.0e-7 to 1.0e-6 |
      | same | quick/shape/a/m=1 (naive) | 1.002 | 0.995…1.008 | 1.1 % | 3.1 % | 14 | the interval lies within ±2.0 % |

      a note  
      changed, but run by no case of this suite: gemv  
      detectable: the slowdown that as many processes call slower 9 times in 10  

      again:

      \`\`\`sh
      shapemark compare main --filter c
      shapemark compare main --filter b
      \`\`\`
      "
    `);
  });

  it('says when nothing was compared', () => {
    expect(renderComparison({ ...comparison, cases: [], counts: countsOf([]) }, PLAIN)).toContain('nothing compared');
  });
});
