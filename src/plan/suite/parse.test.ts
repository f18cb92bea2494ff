import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expand } from '../case/expand.ts';
import { loadModels } from '../load.node.ts';
import { SpecError } from '../spec/spec-error.ts';
import { parseSuite } from './parse.ts';
import { failure } from './testdata/failure.ts';

const known = () => loadModels({ cwd: process.cwd() });

describe('mistakes', () => {
  it('report the first mistake of several', () => {
    expect(failure('shapes:\n  - { m: 1, n: 1, k: x, from: a }\n  - { m: y, n: 1, k: 1, from: b }\n').message).toBe(
      's.yaml:2:22: shapes[0].k: expected a positive integer, got "x"',
    );
  });

  it('point at a value behind an alias by where the alias stands', () => {
    const text = 'shapes:\n  - &s { m: 0, n: 1, k: 1, from: a }\n  - *s\n';
    expect(failure(text).message).toMatch(/^s\.yaml:2:\d+: shapes\[0\]\.m: expected/);
  });

  it('are refused by a SpecError whatever is written where', () => {
    const suite = {
      name: 's',
      defaults: { w: 'f16' },
      phases: { decode: { batch: 1, context: 8 } },
      shapes: [{ m: 4, n: { from: 1, to: 9, step: 4 }, k: 'm', from: 'x' }],
      models: ['bert-base', { model: 'gpt-oss-20b', tp: [1, 2], only: ['o_*'] }],
    };
    const texts = fc.tuple(fc.nat(), fc.jsonValue({ maxDepth: 2 })).map(([where, value]) => {
      // Replaces the where-th value of the document, counted depth first.
      let index = 0;
      const leaves = JSON.stringify(suite).match(/"[^"]*"(?!:)|\d+|\{|\[/g)?.length ?? 1;
      return JSON.stringify(suite, (_, old: unknown) => (index++ === 1 + (where % leaves) ? value : old));
    });
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expand(parseSuite(text, 's.yaml', known), { kernels: ['naive'] });
        } catch (error) {
          expect(error).toBeInstanceOf(SpecError);
        }
      }),
      { numRuns: 200 },
    );
  });
});
