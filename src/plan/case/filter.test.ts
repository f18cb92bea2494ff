import { describe, expect, it } from 'vitest';
import { loadModels } from '../load.node.ts';
import { parseSuite } from '../suite/parse.ts';
import type { Case } from './case.ts';
import { expand } from './expand.ts';
import { parseFilters } from './filter.ts';

const known = () => loadModels({ cwd: process.cwd() });

const text = `
name: mixed
shapes:
  - { name: square, m: [16, 64], n: m, k: m, w: [f32, f16], kernels: all, from: test }
  - { name: biased, m: 8, n: 130, k: 32, layout: nt, w: mxfp4, bias: true, operands: [cold, hot], from: test }
models:
  - { model: gpt-oss-20b, phases: { decode: { batch: [1, 8] } }, only: [o_proj, 'expert_*'] }
`;
const { cases } = expand(parseSuite(text, 'mixed.yaml', known), { kernels: ['naive', 'gemv'] });

function pick(...filters: string[]): Case[] {
  return cases.filter(parseFilters(filters));
}

describe('filters', () => {
  it('match everything when there is none', () => {
    expect(pick()).toHaveLength(cases.length);
    expect(cases).toHaveLength(8 + 2 + 6);
  });

  it.each([
    ['a path', 'mixed/shape/square', 8],
    ['a path with globs', 'mix*/*/sq?are', 8],
    ['the start of a path', 'mixed/decode', 6],
    ['a glob for any segment', 'decode', 6],
    ['a GEMM without its model', 'o_proj', 2],
    ['a GEMM without its model, in a path', '*/decode/expert_*', 4],
    ['a comparison of text', 'w=mxfp4', 6],
    ['a glob in a comparison', 'name=gpt-oss-20b:*', 6],
    ['an order', 'm<=8', 2 + 3 + 1],
    ['a negated comparison', 'kernel!=naive', 12],
    ['a remainder', 'n%64!=0', 4 + 2],
    ['and', 'square,w=f16,kernel=gemv', 2],
    ['not', '!square,!decode', 2],
    ['a path and keys, as in an id', 'mixed/*/square/m=16/w=f32', 2],
    ['absent bias', 'bias=none', 8],
    ['absent groups', 'groups!=none', 4],
    ['operands', 'operands=hot', 1],
    ['FLOP', 'flop>=1e5', 4 + 6],
  ])('%s: %s', (_, filter, count) => {
    expect(pick(filter).map((entry) => entry.id)).toHaveLength(count);
  });

  it('join several by or', () => {
    expect(pick('o_proj', 'square,m=16')).toHaveLength(2 + 4);
  });

  it('match one case by its id, and no relative of it', () => {
    for (const entry of cases) expect(pick(entry.id)).toEqual([entry]);
  });

  it.each([
    ['nothing', '', /empty filter term/],
    ['nothing after a comma', 'm=1,', /empty filter term/],
    ['an unknown key', 'mm<=16', /unknown key "mm".*known: suite, phase, name, batch/],
    ['an order of text', 'w<=f16', /"w" is not a number/],
    ['an order without a number', 'm<=big', /expected a number after "<="/],
    ['a remainder by zero', 'n%0=0', /divides by zero/],
    ['no value', 'm=', /cannot read "m="/],
    ['a path that is too long', 'a/b/c/d', /at most suite\/phase\/name/],
  ])('refuse %s', (_, filter, message) => {
    expect(() => parseFilters([filter])).toThrow(message);
  });

  it('say nothing when they match nothing: the caller sees an empty list', () => {
    expect(pick('no-such-suite')).toEqual([]);
  });
});
