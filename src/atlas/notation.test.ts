import { describe, expect, it } from 'vitest';
import { WEIGHT_FORMATS } from '../gemm/problem.ts';
import { element } from '../report/document/markup.ts';
import { formatText, shapeText } from '../report/labels.ts';
import { NOTATION, notationOf } from './notation.ts';

const used = (text: string) =>
  [...element('div', {}, notationOf(element('p', {}, text).markup)).markup.matchAll(/id="note-([\w-]+)"/g)].map(
    ([, name]) => name,
  );

const ROW = {
  shape: { batch: 1, m: 4, n: 8, k: 16 },
  layout: 'nn',
  format: { w: 'f32', a: 'f32', acc: 'f32', out: 'f32' },
  bias: false,
  operands: { mode: 'cold' },
} as const;

describe('notation', () => {
  it.each([
    ['a batch', shapeText({ ...ROW, shape: { ...ROW.shape, batch: 3 } }), 'batch'],
    ['experts', shapeText({ ...ROW, groups: { experts: 8, rows: [2, 2, 0, 0, 0, 0, 0, 0] } }), 'experts'],
    ['a layout', shapeText({ ...ROW, layout: 'nt' }), 'layout'],
    ['activations', formatText({ ...ROW, format: { ...ROW.format, w: 'int4-64-zp' } }), 'activations'],
    ['an accumulator', formatText({ ...ROW, format: { ...ROW.format, acc: 'f16' } }), 'acc'],
    ['an output', formatText({ ...ROW, format: { ...ROW.format, out: 'f16' } }), 'output'],
    ['a bias', formatText({ ...ROW, bias: true }), 'bias'],
    ['hot operands', formatText({ ...ROW, operands: { mode: 'hot' } }), 'hot'],
    ['no checks', formatText({ ...ROW, robustness: 'off' }), 'unchecked'],
    ['routing of experts', 'expert_up 128x4t1', 'routing'],
    ['a width', 'Which d_ff is fast?', 'dff'],
  ] as const)('of %s is explained where it stands: %s', (_, text, name) => {
    expect(used(text)).toContain(name);
  });

  it('of every format is explained where its name stands, and not where it is part of a kernel’s', () => {
    for (const name of WEIGHT_FORMATS) {
      expect(used(`${name}·f32`)).toContain(`format-${name}`);
      expect(used(`${name}-gemv`)).not.toContain(`format-${name}`);
    }
  });

  it('is not explained where there is none', () => {
    expect(used('Nothing is multiplied here, and no machine is named.')).toEqual([]);
  });

  it('has one definition a name', () => {
    expect(new Set(NOTATION.map(({ name }) => name)).size).toBe(NOTATION.length);
  });
});
