import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expand } from './case/expand.ts';
import { planSearch, type SearchRequest, searchInSuite, suiteFromRequest, widthsOf } from './search.ts';
import { parseSuite } from './suite/parse.ts';

const REQUEST: SearchRequest = {
  hidden: 512,
  around: '8/3',
  distance: 32,
  step: 4,
  tokens: 64,
  gated: true,
  gateUp: 'fused',
  w: 'f16',
  kernel: 'best',
  operands: 'cold',
};

function planOf(request: SearchRequest) {
  const { suite, gemms } = suiteFromRequest(request);
  const { cases } = expand(suite, { kernels: [] });
  const { baseline } = widthsOf(request);
  return planSearch(suite, cases, { gemms, hidden: request.hidden, baseline, gated: request.gated });
}

describe('a search from flags', () => {
  it('has the baseline among its candidates, and d_ff on both sides of the MLP', () => {
    const plan = planOf(REQUEST);
    expect(plan.baseline).toBe(1365);
    expect(plan.candidates.map(({ dFf }) => dFf)).toEqual([
      1336, 1340, 1344, 1348, 1352, 1356, 1360, 1364, 1365, 1368, 1372, 1376, 1380, 1384, 1388, 1392, 1396,
    ]);
    const [up, down] = plan.candidates[0]?.cases ?? [];
    expect(up?.problem.shape).toEqual({ batch: 1, m: 64, n: 2672, k: 512 });
    expect(down?.problem.shape).toEqual({ batch: 1, m: 64, n: 512, k: 1336 });
    expect(up?.id).toMatch(/^search\/mlp\/gate_up\/m=64\/n=2672\/k=512\/layout=nt\/w=f16/);
  });

  it('counts gate and up twice when they are separate, and up alone when there is no gate', () => {
    expect(planOf({ ...REQUEST, gateUp: 'separate' }).gemms[0]).toEqual({ name: 'up', role: 'up', width: 1, times: 2 });
    const ungated = planOf({ ...REQUEST, gated: false });
    expect(ungated.gemms[0]).toEqual({ name: 'up', role: 'up', width: 1, times: 1 });
    expect(ungated.candidates[0]?.parameters).toBe(2 * 512 * 1336);
  });

  it('takes a range of d_ff and keeps the baseline in it', () => {
    const plan = planOf({ ...REQUEST, range: { from: 1280, to: 1408 }, step: 64 });
    expect(plan.candidates.map(({ dFf }) => dFf)).toEqual([1280, 1344, 1365, 1408]);
  });

  it('routes tokens to experts', () => {
    const plan = planOf({ ...REQUEST, experts: { total: 8, active: 2, routing: 'skewed' } });
    const [up] = plan.candidates[0]?.cases ?? [];
    expect(up?.problem.groups?.rows.reduce((sum, rows) => sum + rows, 0)).toBe(128);
    expect(up?.name).toBe('expert_gate_up');
  });

  it('pairs every width with a case of every GEMM', () => {
    const requests = fc.record({
      hidden: fc.integer({ min: 64, max: 2048 }),
      distance: fc.integer({ min: 0, max: 120 }),
      step: fc.integer({ min: 1, max: 32 }),
      gated: fc.boolean(),
      gateUp: fc.constantFrom('fused', 'separate'),
    });
    fc.assert(
      fc.property(requests, (some) => {
        const plan = planOf({ ...REQUEST, ...some });
        for (const { dFf, cases } of plan.candidates) {
          expect(cases.map(({ problem }) => problem.shape)).toEqual([
            { batch: 1, m: 64, n: dFf * (plan.gemms[0]?.width ?? 0), k: some.hidden },
            { batch: 1, m: 64, n: some.hidden, k: dFf },
          ]);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('a search from a suite', () => {
  const around = '{around: 8/3, hidden: 96, distance: 8, step: 4';
  const up = `  - {name: gate_up, m: 8, n: ${around}, times: 2}, k: 96, from: x}`;
  const down = `  - {name: down, m: 8, n: 96, k: ${around}}, from: x}`;
  const suiteOf = (...shapes: string[]) => parseSuite(['shapes:', ...shapes].join('\n'), 'mlp.yaml');

  it('finds both sides of the MLP', () => {
    const suite = suiteOf(up, down, '  - {name: other, m: 8, n: 8, k: 8, from: x}');
    const found = searchInSuite(suite);
    expect(found).toMatchObject({ hidden: 96, baseline: 256, gated: true });
    expect(planSearch(suite, expand(suite, { kernels: [] }).cases, found).candidates.map(({ dFf }) => dFf)).toEqual([
      248, 252, 256, 260, 264,
    ]);
  });

  it('refuses half of one', () => {
    expect(() => searchInSuite(suiteOf(up))).toThrow('mlp.yaml: is not a search: it needs a shape with');
  });

  it('refuses sides about different widths', () => {
    expect(() => searchInSuite(suiteOf(up, down.replace('distance: 8', 'distance: 4')))).toThrow(/different widths/);
  });

  it('refuses two cases for one width', () => {
    const suite = suiteOf(up.replace('m: 8', 'm: [8, 16]'), down);
    const { cases } = expand(suite, { kernels: [] });
    expect(() => planSearch(suite, cases, searchInSuite(suite))).toThrow(/takes one of them: add --filter/);
  });
});
