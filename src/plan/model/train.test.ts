import { describe, expect, it } from 'vitest';
import { loadModels } from '../load.node.ts';
import { modelGemms } from './gemms.ts';
import type { ModelGemm, Pass } from './pass.ts';

const MODELS = loadModels({ cwd: process.cwd() });

function gemms(name: string, pass: Pass): ModelGemm[] {
  const model = MODELS.get(name);
  if (model === undefined) throw new Error(`no model ${name}`);
  return modelGemms(model, pass).filter((gemm): gemm is ModelGemm => !('reason' in gemm));
}

describe('training', () => {
  const train = { phase: 'train', batch: 1, sequence: 48 } as const;

  it('has three GEMMs for each forward one, with transposed layouts', () => {
    const qkv = gemms('gpt2-124m', train).filter((gemm) => gemm.name.startsWith('qkv_proj'));
    expect(qkv.map(({ name, m, n, k, layout, bias }) => [name, m, n, k, layout, bias])).toEqual([
      ['qkv_proj', 48, 2304, 768, 'nt', true],
      ['qkv_proj.dgrad', 48, 768, 2304, 'nn', false],
      ['qkv_proj.wgrad', 2304, 768, 48, 'tn', false],
    ]);
    const values = gemms('gpt2-124m', train).filter((gemm) => gemm.name.startsWith('attn_values'));
    expect(values.map(({ name, m, n, k, layout }) => [name, m, n, k, layout])).toEqual([
      ['attn_values', 48, 64, 48, 'nn'],
      ['attn_values.dgrad', 48, 48, 64, 'nt'],
      ['attn_values.wgrad', 48, 64, 48, 'tn'],
    ]);
  });

  it('gives each touched expert its mean rows in the weight gradient', () => {
    const pass = { phase: 'train', batch: 1, sequence: 40 } as const;
    const [wgrad] = gemms('gpt-oss-20b', pass).filter((gemm) => gemm.name === 'expert_down.wgrad');
    expect(wgrad).toMatchObject({ batch: 32, m: 2880, n: 2880, k: 5, layout: 'tn' });
    expect(wgrad?.note).toMatch(/32 experts/);
    expect(wgrad?.group).toBeUndefined();
  });

  it('costs each dense model three forward passes', () => {
    for (const name of ['llama2-7b', 'gpt2-124m', 'gemma2-9b']) {
      const flop = (filter: (name: string) => boolean) =>
        gemms(name, train)
          .filter((gemm) => filter(gemm.name))
          .reduce((sum, g) => sum + g.batch * g.m * g.n * g.k * g.count, 0);
      expect(flop(() => true)).toBe(3 * flop((gemm) => !gemm.includes('.')));
    }
  });
});
