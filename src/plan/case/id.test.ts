import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFormats, anyLayout } from '../../gemm/testdata/problems.ts';
import { explicitGroups, routedGroups } from '../model/routing.ts';
import { formatId, type IdParts, parseId } from './id.ts';

const size = fc.integer({ min: 1, max: 2 ** 31 });
const segment = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,12}$/);
const parts: fc.Arbitrary<IdParts> = fc.record(
  {
    suite: segment,
    phase: segment,
    name: segment,
    shape: fc.record({ batch: fc.oneof(fc.constant(1), size), m: size, n: size, k: size }),
    groups: fc.oneof(
      fc.array(fc.nat(99), { minLength: 1 }).map((rows) => explicitGroups(rows).label),
      fc.constantFrom('128x4t1', '8x2t16-skewed7'),
    ),
    layout: anyLayout,
    format: fc.record(anyFormats),
    bias: fc.boolean(),
    operands: fc.constantFrom('cold', 'hot'),
    robustness: fc.constant('off'),
    kernel: segment,
  },
  { requiredKeys: ['suite', 'phase', 'name', 'shape', 'layout', 'format', 'bias', 'operands', 'kernel'] },
);

const example: IdParts = {
  suite: 'gpt-oss-120b',
  phase: 'decode',
  name: 'o_proj',
  shape: { batch: 1, m: 1, n: 2880, k: 4096 },
  layout: 'nt',
  format: { w: 'bf16', a: 'f16', acc: 'f32', out: 'f16' },
  bias: false,
  operands: 'cold',
  kernel: 'register-tile',
};
const id = 'gpt-oss-120b/decode/o_proj/m=1/n=2880/k=4096/layout=nt/w=bf16/a=f16/acc=f32/out=f16/kernel=register-tile';

describe('case ids', () => {
  it('leave defaults out', () => {
    expect(formatId(example)).toBe(id);
    expect(
      formatId({ ...example, shape: { ...example.shape, batch: 2 }, bias: true, operands: 'hot', groups: '8x2t4' }),
    ).toBe(
      'gpt-oss-120b/decode/o_proj/batch=2/groups=8x2t4/m=1/n=2880/k=4096/layout=nt/w=bf16/a=f16/acc=f32/out=f16/bias=f32/operands=hot/kernel=register-tile',
    );
  });

  it('are read back as they were written', () => {
    fc.assert(
      fc.property(parts, (value) => {
        expect(parseId(formatId(value))).toEqual(value);
      }),
    );
  });

  it('differ when anything differs', () => {
    fc.assert(
      fc.property(parts, parts, (x, y) => {
        expect(formatId(x) === formatId(y)).toBe(
          JSON.stringify(parseId(formatId(x))) === JSON.stringify(parseId(formatId(y))),
        );
      }),
    );
  });

  it.each([
    ['too short', 'quick/decode', /not one of suite\/phase\/name/],
    ['a key twice', id.replace('m=1/', 'm=1/m=2/'), /"m" is out of order/],
    ['keys out of order', id.replace('m=1/n=2880', 'n=2880/m=1'), /"m" is out of order/],
    ['an unknown key', id.replace('acc=', 'accu='), /cannot read "accu=f32"/],
    ['a missing key', id.replace('/out=f16', ''), /lacks out=/],
    ['a size of zero', id.replace('n=2880', 'n=0'), /n is no positive integer/],
    ['a size not in plain digits', id.replace('n=2880', 'n=2.88e3'), /n is no positive integer/],
    ['a default written out', id.replace('m=1/', 'batch=1/m=1/'), /batch=1 is the default/],
    ['an unknown format', id.replace('w=bf16', 'w=bf61'), /unknown w "bf61"; did you mean "bf16"/],
    ['cold operands written out', id.replace('/kernel', '/operands=cold/kernel'), /unknown operands "cold"/],
    ['unreadable groups', id.replace('m=1/', 'groups=many/m=1/'), /cannot read groups=many/],
  ])('refuse %s', (_, text, message) => {
    expect(() => parseId(text)).toThrow(message);
  });
});

describe('group labels', () => {
  it('tell explicit rows from routed ones, even where the rows agree', () => {
    const routed = routedGroups({ experts: 4, tokens: 2, topK: 2, routing: 'uniform', seed: 1 });
    const explicit = explicitGroups(routed.groups.rows);
    expect(explicit.groups).toEqual(routed.groups);
    expect([routed.label, explicit.label]).toMatchInlineSnapshot(`
      [
        "4x2t2",
        "4rd82c48a43f94",
      ]
    `);
  });

  it('ignore the seed of even routing and keep that of skewed', () => {
    const label = (routing: 'uniform' | 'skewed', seed: number) =>
      routedGroups({ experts: 8, tokens: 4, topK: 2, routing, seed }).label;
    expect(label('uniform', 1)).toBe(label('uniform', 2));
    expect(label('skewed', 1)).not.toBe(label('skewed', 2));
  });
});
