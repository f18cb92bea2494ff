import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contradictions } from './consistency.ts';
import { notServed, notServedIds, servedPart } from './not-served.ts';
import { exampleRecord, measuredRow, rowBase, SAMPLES } from './testdata/example.ts';

const unserved = (problem: string, kernel: string, rule = 'serves weights in int4 only') => ({
  id: `quick/decode/${problem}/m=1/kernel=${kernel}`,
  kernel,
  rule,
});

/** A row as records from before `notServed` have it. */
const skipped = (kernel: string, detail: string, reason = 'unsupported') => ({
  ...rowBase(),
  id: rowBase().id.replace('kernel=best', `kernel=${kernel}`),
  kernel: { requested: kernel },
  status: 'skipped' as const,
  reason,
  detail,
});

describe('cases that are not served', () => {
  it('have one entry for a kernel and rule', () => {
    const cases = [unserved('a', 'int4'), unserved('b', 'int4'), unserved('b', 'gemv', 'is for m <= 64: …')];
    expect(notServed(cases)).toEqual({
      problems: ['quick/decode/a/m=1', 'quick/decode/b/m=1'],
      kernels: [
        { kernel: 'gemv', rule: 'is for m <= 64: …', problems: [1] },
        { kernel: 'int4', rule: 'serves weights in int4 only', problems: [0, 1] },
      ],
    });
  });

  it('are all named by it, each once', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'd');
    const cases = fc.uniqueArray(fc.tuple(word, word, word), {
      selector: ([problem, kernel]) => `${problem} ${kernel}`,
    });
    fc.assert(
      fc.property(cases, (triples) => {
        const all = triples.map(([problem, kernel, rule]) => unserved(problem, kernel, rule));
        expect(notServedIds(notServed(all)).sort()).toEqual(all.map(({ id }) => id).sort());
      }),
    );
  });

  it('are part of a sound record, also where nothing else is', () => {
    const of = notServed([unserved('a', 'int4')]);
    expect(contradictions(exampleRecord(undefined, { notServed: of }))).toEqual([]);
    expect(contradictions(exampleRecord([], { notServed: of }))).toEqual([]);
  });

  it.each([
    [
      'a problem that is not there',
      { problems: ['a/b/c'], kernels: [{ kernel: 'x', rule: '', problems: [1] }] },
      /problem 1/,
    ],
    ['one case twice', { problems: ['a/b/c'], kernels: [{ kernel: 'x', rule: '', problems: [0, 0] }] }, /twice/],
    ['what is no id', { problems: ['a'], kernels: [{ kernel: 'x', rule: '', problems: [0] }] }, /no case id/],
    [
      'a case with a row',
      { problems: [rowBase().id.replace('/kernel=best', '')], kernels: [{ kernel: 'best', rule: '', problems: [0] }] },
      /has a row/,
    ],
  ] as const)('are refused with %s', (_, of, reason) => {
    const kernels = of.kernels.map((entry) => ({ ...entry, problems: [...entry.problems] as [number, ...number[]] }));
    const found = contradictions(exampleRecord(undefined, { notServed: { ...of, kernels } }));
    expect(found.join('\n')).toMatch(reason);
  });
});

describe('older records', () => {
  it('are read as if they had it; what a device lacks stays a row', () => {
    const kept = [
      measuredRow(SAMPLES),
      skipped('subgroup', 'subgroup needs subgroups, which this device lacks'),
      skipped('int4-ring', 'int4-ring is for SUBGROUP_MIN >= 8 and TILE_N >= 8 * THREAD_N: lanes hold A'),
      skipped('naive', 'would take about 9 s', 'budget'),
    ];
    const left = [
      skipped('int4', 'int4 does not serve weights in f16, only in int4'),
      skipped('gemv-walk', 'gemv-walk does not serve layout nt, only nn'),
      skipped('texture', 'texture does not serve grouped GEMMs'),
      skipped('split-k', 'split-k is for m * n * matrices <= 65536: a larger C has enough tiles'),
      skipped('gpujs', 'the webgpu engine runs WGSL, not gpujs'),
    ];
    const { rows, notServed: of } = servedPart(exampleRecord([...kept, ...left]));
    expect(rows.map(({ id }) => id)).toEqual(kept.map(({ id }) => id));
    expect(of.kernels.map(({ kernel, rule }) => `${kernel} ${rule}`)).toEqual([
      'gemv-walk serves layout nn only',
      'gpujs is for --engine gpujs',
      'int4 serves weights in int4 only',
      'split-k is for m * n * matrices <= 65536: a larger C has enough tiles',
      'texture does not serve grouped GEMMs',
    ]);
    expect(notServedIds(of).sort()).toEqual(left.map(({ id }) => id).sort());
  });

  it('keep such rows where a newer record has them, because somebody named the kernel', () => {
    const named = skipped('int4', 'int4 does not serve weights in f16, only in int4');
    const { rows } = servedPart(exampleRecord([named], { notServed: notServed([]) }));
    expect(rows).toHaveLength(1);
  });
});
