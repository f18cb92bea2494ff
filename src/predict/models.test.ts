import { describe, expect, it } from 'vitest';
import { loadModels } from '../plan/load.node.ts';
import { parameterCount } from '../plan/model/parameters.ts';
import { modelMemory } from './memory.ts';
import { mlpParameterRatio, mlpRatio, weightBytes } from './ratio.ts';

const MODELS = loadModels({ cwd: process.cwd() });

function model(name: string) {
  const found = MODELS.get(name);
  if (!found) throw new Error(name);
  return found;
}

describe('mlpRatio', () => {
  it.each([
    ['gpt-oss-120b', 4],
    ['gpt-oss-20b', 4],
    ['llama2-7b', 2.6875],
    ['llama3.1-8b', 3.5],
    ['mixtral-8x7b', 7],
    ['qwen3-30b-a3b', 3],
    ['deepseek-v3', 2.5714],
    ['gpt2-124m', 4],
  ])('%s: %f', (name, ratio) => {
    expect(mlpRatio(model(name))).toBeCloseTo(ratio, 4);
  });

  it('at 4 a gated MLP has half as many parameters again as an ungated one', () => {
    expect(mlpParameterRatio(model('gpt-oss-120b'))).toBe(1.5);
    expect(mlpParameterRatio(model('gpt2-124m'))).toBe(1);
  });
});

describe('parameterCount', () => {
  // Norms and attention sinks: (2·layers + 1)·hidden and one logit a query head and layer.
  const rest = (layers: number) => (2 * layers + 1) * 2880 + 64 * layers;
  const total = (name: string) => {
    const { weights, biases, embedding } = parameterCount(model(name));
    return weights + biases + embedding;
  };

  it('of gpt-oss adds up to its model card', () => {
    expect(total('gpt-oss-120b') + rest(36)).toBe(116_829_156_672);
    expect(((total('gpt-oss-20b') + rest(24)) / 1e9).toFixed(2)).toBe('20.91');
    const { activeWeights, activeBiases, expertShare } = parameterCount(model('gpt-oss-120b'));
    expect(activeWeights + activeBiases + rest(36)).toBe(5_132_849_472);
    expect(expertShare).toBeGreaterThan(0.98);
  });
});

describe('memory', () => {
  it('one token of gpt-oss-120b reads 3.10 GB of bf16 and 1.90 GB of MXFP4', () => {
    const read = Object.fromEntries(
      weightBytes(model('gpt-oss-120b')).map(({ format, perToken }) => [format, perToken]),
    );
    expect(((read.bf16 ?? 0) / 1e9).toFixed(3)).toBe('3.096');
    expect(((read.mxfp4 ?? 0) / 1e9).toFixed(3)).toBe('1.904');
    expect((modelMemory(model('gpt-oss-20b')).weightBytesPerToken / 1e9).toFixed(2)).toBe('3.71');
  });

  it('checkpoints are as large as their files', () => {
    expect((modelMemory(model('gpt-oss-120b')).checkpointBytes / 2 ** 30).toFixed(2)).toBe('60.77');
    expect((modelMemory(model('gpt-oss-20b')).checkpointBytes / 2 ** 30).toFixed(2)).toBe('12.82');
  });

  it('latent attention caches one vector a token and layer', () => {
    expect(modelMemory(model('deepseek-v3'), 1000).cacheBytes).toBe(61 * 1000 * 576 * 2);
  });
});
