import { describe, expect, it } from 'vitest';
import { chosen, hintFor } from './compare-filter.ts';

const ID = 'quick/decode/o_proj/m=1/n=2880/k=4096/layout=nt/w=mxfp4/a=f32/acc=f32/out=f32';

describe('cases that are asked for', () => {
  it('are chosen by suite, phase, format, kernel and words', () => {
    const of = (problem: string, kernel: string) => ({
      ...{ problem, ratio: 1, a: 1, b: 1, kernels: [kernel], apart: true, also: [] },
    });
    const all = [of(ID, 'mxfp4-gemv'), of(ID.replace('mxfp4', 'f16').replace('decode', 'prefill'), 'direct')];
    const nothing = { suite: '', phase: '', formats: [] as string[], kernel: '', words: [] as string[] };
    const count = (wanted: Partial<typeof nothing>) => chosen(all, { ...nothing, ...wanted }).length;
    expect(count({})).toBe(2);
    expect([count({ suite: 'quick' }), count({ phase: 'decode' }), count({ formats: ['f16', 'int4'] })]).toEqual([
      2, 1, 1,
    ]);
    expect([count({ kernel: 'direct' }), count({ kernel: 'gemv' })]).toEqual([1, 0]);
    expect([count({ words: ['n=2880'] }), count({ words: ['n=288'] }), count({ words: ['m='] })]).toEqual([2, 0, 2]);
    expect(count({ words: ['1x2880x4096'] })).toBe(2);
    expect([count({ words: ['o_proj', 'gemv'] }), count({ words: ['gemv', 'prefill'] })]).toEqual([1, 0]);
  });

  it('are hinted at where there is none: words that no case has, and suites by name', () => {
    const of = (problem: string) => ({ problem, ratio: 1, a: 1, b: 1, kernels: ['gemv'], apart: true, also: [] });
    const all = [of(ID), of(ID.replace('quick', 'gate'))];
    const wanted = { suite: '', phase: '', formats: [], kernel: '', words: ['gemv', 'llama'] };
    expect(hintFor(all, wanted)).toBe(
      'No case has ‘llama’. There are the suites gate, quick; a shape is typed as 1x2880x4096 or m=1.',
    );
    expect(hintFor(all, { ...wanted, words: [] })).toMatch(/^There are the suites gate, quick/);
  });
});
