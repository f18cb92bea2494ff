import { describe, expect, it } from 'vitest';
import { type ComparedCase, type Comparison, countsOf } from '../judge/ab/comparison.ts';
import { comparisonDocument } from './comparison.ts';
import { renderMarkdown } from './document/markdown.ts';
import { renderText } from './document/text.ts';

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
const unmeasured: ComparedCase = {
  ...missing,
  ...{ id: 'gate/small/square/m=1/kernel=subgroup-matrix', verdict: 'unmeasured', cause: 'device' },
  kernels: { base: 'subgroup-matrix', head: 'subgroup-matrix' },
  reason: 'subgroup-matrix needs subgroups, which this device lacks',
  reproduce: 'shapemark compare main --kernel subgroup-matrix --adapter gpu',
};
const byText: ComparedCase = { ...missing, id: 'quick/shape/d/m=1/kernel=best', verdict: 'same' };
const cases = [same, slower, missing, byText, unmeasured];
const comparison: Comparison = {
  ...{ base: 'main:kernels', head: 'kernels', machine: 'm1', processes: 14, minimumEffect: 0.02 },
  ...{ cases, counts: countsOf(cases), changed: ['gemv', 'subgroup-matrix'], unmeasured: ['gemv', 'subgroup-matrix'] },
  ...{ leftOut: [{ id: 'gate/small/few-rows/kernel=direct', reason: '9.0 s are spent' }], note: 'a note' },
  ...{ ended: 'budget', seconds: 9.2 },
};

describe('a comparison', () => {
  it('is worst first, with what could be detected and the commands that show it again', () => {
    expect(renderText(comparisonDocument(comparison))).toMatchInlineSnapshot(`
      "verdict  case                                time head/base  interval     A/A floor  detectable  processes  why
      slower   quick/shape/b/m=1 (naive → direct)           1.100  1.090…1.110      1.1 %       3.1 %         14  slower than both the base and its twin in 14 of 14 processes, faster in 0; error grew from 1.0e-7 to 1.0e-6
      same     quick/shape/a/m=1 (naive)                    1.002  0.995…1.008      1.1 %       3.1 %         14  the interval lies within ±2.0 %

      verdict     kernel           cases  first case                                    why
      unmeasured  subgroup-matrix      1  gate/small/square/m=1/kernel=subgroup-matrix  subgroup-matrix needs subgroups, which this device lacks
      missing                          1  quick/shape/c                                 not on the head: no kernel | serves it

      a note
      14 processes, 9 s; ended because the rest of the budget does not reach the next look; a larger --budget decides more cases
      1 same without measuring: both sides are the same program
      changed, but excluded by --filter or --kernel: gemv
      left out by the budget: gate/small/few-rows/kernel=direct (9.0 s are spent)
      detectable: the slowdown that this many processes call slower 9 times in 10
      columns, flags and verdicts are explained in docs/reading.md

      measure again:
        shapemark compare main --kernel subgroup-matrix --adapter gpu
        shapemark compare main --filter c
        shapemark compare main --filter b
      kernels against main:kernels on m1: 1 unmeasured, 1 missing, 1 slower, 2 same (minimum effect 2 %)
      "
    `);
  });

  it('is the same in markdown', () => {
    expect(renderMarkdown(comparisonDocument(comparison))).toMatchInlineSnapshot(`
      "**kernels against main:kernels on m1: 1 unmeasured, 1 missing, 1 slower, 2 same (minimum effect 2 %)**

      | verdict | case | time head/base | interval | A/A floor | detectable | processes | why |
      | - | - | -: | - | -: | -: | -: | - |
      | slower | quick/shape/b/m=1 (naive → direct) | 1.100 | 1.090…1.110 | 1.1 % | 3.1 % | 14 | slower than both the base and its twin in 14 of 14 processes, faster in 0; error grew from 1.0e-7 to 1.0e-6 |
      | same | quick/shape/a/m=1 (naive) | 1.002 | 0.995…1.008 | 1.1 % | 3.1 % | 14 | the interval lies within ±2.0 % |

      | verdict | kernel | cases | first case | why |
      | - | - | -: | - | - |
      | unmeasured | subgroup-matrix | 1 | gate/small/square/m=1/kernel=subgroup-matrix | subgroup-matrix needs subgroups, which this device lacks |
      | missing | | 1 | quick/shape/c | not on the head: no kernel \\| serves it |

      a note  
      14 processes, 9 s; ended because the rest of the budget does not reach the next look; a larger --budget decides more cases  
      1 same without measuring: both sides are the same program  
      changed, but excluded by --filter or --kernel: gemv  
      left out by the budget: gate/small/few-rows/kernel=direct (9.0 s are spent)  
      detectable: the slowdown that this many processes call slower 9 times in 10  
      columns, flags and verdicts are explained in docs/reading.md

      measure again:

      \`\`\`sh
      shapemark compare main --kernel subgroup-matrix --adapter gpu
      shapemark compare main --filter c
      shapemark compare main --filter b
      \`\`\`
      "
    `);
  });

  it('says how a new kernel is timed', () => {
    const fresh: ComparedCase = {
      ...missing,
      ...{ id: 'gate/large/square/m=1024/kernel=mine', verdict: 'new', kernels: { base: null, head: 'mine' } },
      reason: 'verified (error 1.0e-7), not compared; not on the base: main:kernels has no kernel "mine"',
      reproduce: 'shapemark run gate --kernel mine --filter gate/large',
    };
    const cases = [fresh, fresh];
    const told = renderText(comparisonDocument({ ...comparison, cases, counts: countsOf(cases) }));
    expect(told).toContain(`measure what only the head has:\n  ${fresh.reproduce}\n`);
  });

  it('says when nothing was compared', () => {
    expect(renderText(comparisonDocument({ ...comparison, cases: [], counts: countsOf([]) }))).toContain(
      'nothing compared',
    );
  });
});
