import { describe, expect, it } from 'vitest';
import { loadModels } from '../load.node.ts';
import { modelGemms, type PassOptions } from './gemms.ts';
import type { ModelGemm, Pass } from './pass.ts';

const MODELS = loadModels({ cwd: process.cwd() });

function gemms(name: string, pass: Pass, options: PassOptions) {
  const model = MODELS.get(name);
  if (model === undefined) throw new Error(name);
  return modelGemms(model, pass, options);
}

const sized = (name: string, pass: Pass, options: PassOptions): ModelGemm[] =>
  gemms(name, pass, options).flatMap((gemm) => ('reason' in gemm ? [] : [gemm]));
const decode = { phase: 'decode', batch: 128, context: 500 } as const;

describe('one rank of an expert-parallel group', () => {
  it('has whole experts and the rows that all ranks send them', () => {
    const experts = sized('deepseek-v3', decode, { ep: 8 }).filter(({ group }) => group);
    expect(experts.map(({ name, m, n, k, group }) => [name, m, n, k, group?.groups.experts])).toEqual([
      // 128 tokens · 8 experts each over 256: four rows for each of 32.
      ['expert_gate_up@ep8', 128, 4096, 7168, 32],
      ['expert_down@ep8', 128, 7168, 2048, 32],
    ]);
    expect(experts[0]?.group?.groups.rows).toEqual(Array.from({ length: 32 }, () => 4));
  });

  it('has every other matmul as it was', () => {
    const others = (options: PassOptions) => sized('deepseek-v3', decode, options).filter(({ group }) => !group);
    expect(others({ ep: 8 })).toEqual(others({}));
  });

  it('shares columns of its experts where it is one of a tensor-parallel group too', () => {
    const [up] = sized('deepseek-v3', decode, { ep: 8, tp: 2 }).filter(({ group }) => group);
    expect(up).toMatchObject({ name: 'expert_gate_up@tp2@ep8', n: 2048, m: 128 });
  });

  it('names the degree after what a gradient is of', () => {
    const names = sized('gpt-oss-20b', { phase: 'train', batch: 1, sequence: 64 }, { ep: 4 }).map(({ name }) => name);
    expect(names).toContain('expert_down.dgrad@ep4');
  });

  it('is skipped, with the reason, where it has no whole experts or no rows', () => {
    const reasons = (pass: Pass, ep: number) =>
      gemms('gpt-oss-20b', pass, { ep }).flatMap((gemm) => ('reason' in gemm ? [gemm.reason] : []));
    expect(reasons(decode, 5)).toEqual([
      '32 experts cannot be divided by ep 5',
      '32 experts cannot be divided by ep 5',
    ]);
    expect(reasons({ ...decode, batch: 1 }, 32)[0]).toBe('no token reaches the 1 experts of this rank');
  });

  it('has all the work together with the others when routing is even', () => {
    const rows = (ep: number) => sized('deepseek-v3', decode, { ep }).find(({ group }) => group)?.m ?? 0;
    for (const ep of [2, 4, 16, 64]) expect(rows(ep) * ep).toBe(rows(1));
  });
});
