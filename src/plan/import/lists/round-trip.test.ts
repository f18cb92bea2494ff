/** What is exported and imported again is the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asScaled } from '../../../gemm/formats/registry.ts';
import { LAYOUTS, WEIGHT_FORMATS } from '../../../gemm/problem.ts';
import { expand } from '../../case/expand.ts';
import { listDocument } from '../../case/list.ts';
import { parseSuite } from '../../suite/parse.ts';
import { imported, shapes } from '../testdata/imported.ts';
import { type SuiteText, toYaml } from '../to-suite.ts';

const size = fc.integer({ min: 1, max: 4096 });
const row = fc.record(
  {
    name: fc.constantFrom('up', 'down', 'qkv_proj@tp8'),
    phase: fc.constantFrom('decode', 'prefill'),
    ...{ batch: fc.integer({ min: 2, max: 9 }), m: size, n: size, k: size },
    ...{
      layout: fc.constantFrom(...LAYOUTS),
      w: fc.constantFrom(...WEIGHT_FORMATS),
      out: fc.constantFrom('f32', 'f16'),
    },
    bias: fc.constant(true),
  },
  { requiredKeys: ['m', 'n', 'k', 'w', 'layout'] },
);

/** What is measured, whatever it is called. */
function problems(suite: SuiteText) {
  const expansion = expand(parseSuite(JSON.stringify(suite), 'x.yaml'), { kernels: [] });
  return { expansion, ids: expansion.cases.map(({ id }) => id).sort() };
}

describe('export and import', () => {
  const suites = fc
    .array(row, { minLength: 1, maxLength: 6 })
    .map((rows) => rows.map((one) => (asScaled(one.w) ? { ...one, layout: 'nt' as const } : one)))
    .map((rows) => [
      ...new Map(rows.map((one) => [JSON.stringify({ ...one, from: 0 }), { ...one, from: 'drawn' }])).values(),
    ])
    .map((drawn): SuiteText => ({ name: 'mine', shapes: drawn as NonNullable<SuiteText['shapes']> }));

  it('of a suite as YAML is the identity', () => {
    fc.assert(
      fc.property(suites, (suite) => {
        const again = parseSuite(toYaml({ suite, notes: ['a\nnote'], left: [] }), 'mine.yaml');
        expect(expand(again, { kernels: [] }).cases).toEqual(problems(suite).expansion.cases);
      }),
      { numRuns: 30 },
    );
  });

  it('of what `list --json` prints is the identity', () => {
    fc.assert(
      fc.property(suites, (suite) => {
        const { expansion, ids } = problems(suite);
        const found = imported('list.json', JSON.stringify(listDocument([expansion])), { name: 'mine' });
        expect(problems(found.suite).ids).toEqual(ids);
        expect(found.notes).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('of groups, likewise', () => {
    const suite: SuiteText = {
      name: 'mine',
      shapes: [{ groups: { experts: 4, tokens: 6, topK: 2 }, n: 8, k: 32, w: 'mxfp4', layout: 'nt', from: 'x' }],
    };
    const found = imported('list.json', JSON.stringify(listDocument([problems(suite).expansion])), { name: 'mine' });
    expect(found.suite.shapes?.[0]).toMatchObject({ groups: { rows: [3, 3, 3, 3] }, n: 8, k: 32 });
  });

  it('of a table in any order of columns, case and separator is the identity', () => {
    const columns = fc.shuffledSubarray(['m', 'n', 'k', 'batch', 'layout', 'w'], { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(suites, columns, fc.constantFrom(',', ';', '\t'), fc.boolean(), (suite, order, mark, upper) => {
        const plain = (suite.shapes ?? []).map(({ m, n, k, batch, layout, w }) => ({
          m,
          n,
          k,
          batch: Number(batch ?? 1),
          layout,
          w,
        }));
        const head = order.map((name) => (upper ? name.toUpperCase() : name)).join(mark);
        const lines = plain.map((one) => order.map((name) => one[name as keyof typeof one]).join(mark));
        const found = shapes('t.csv', [head, ...lines].join('\n'));
        const wanted = plain.map(({ batch, ...one }) => ({ ...(batch > 1 && { batch }), ...one }));
        expect(new Set(found.map((one) => JSON.stringify(one, Object.keys(one as object).sort())))).toEqual(
          new Set(wanted.map((one) => JSON.stringify(one, Object.keys(one).sort()))),
        );
      }),
      { numRuns: 30 },
    );
  });
});
