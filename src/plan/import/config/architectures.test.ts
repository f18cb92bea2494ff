/** Every architecture against sizes that are written out, and against the parameters that its checkpoint has. */
import { describe, expect, it } from 'vitest';
import { modelGemms } from '../../model/gemms.ts';
import type { Model } from '../../model/model.ts';
import { flopPerToken } from '../../model/totals.ts';
import { parseSuite } from '../../suite/parse.ts';
import { importText } from '../import.ts';
import { configs } from '../testdata/configs.ts';
import { EXPECTED, type Matmul } from '../testdata/matmuls.ts';
import { SOURCES } from '../testdata/sources.ts';
import { toYaml } from '../to-suite.ts';
import { ARCHITECTURES } from './architectures.ts';

const CONFIGS = configs();

function modelOf(name: string): Model {
  const imported = importText({ file: `${name}/config.json`, text: JSON.stringify(CONFIGS.get(name)) });
  if (imported === undefined) throw new Error(`${name} was not seen to be a config.json`);
  const model = parseSuite(toYaml(imported), name).models[0]?.model;
  if (model === undefined) throw new Error(`${name} has no model`);
  return model;
}

function gemmsOf(model: Model): Matmul[] {
  return modelGemms(model, { phase: 'prefill', batch: 1, sequence: 1 }).flatMap((gemm): Matmul[] => {
    if ('reason' in gemm || gemm.part === 'activations') return [];
    const { name, n, k, count, group } = gemm;
    return [group ? [name, n, k, count, group.groups.experts, gemm.m] : [name, n, k, count]];
  });
}

describe('the architectures', () => {
  it('are all tried, but for those whose attention no GEMM stands for', () => {
    const tried = [...CONFIGS.values()].map((config) => {
      const { text_config: text, model_type: type } = config as {
        text_config?: { model_type: string };
        model_type: string;
      };
      return text?.model_type ?? (type === 'minimax' ? 'minimax_m2' : type);
    });
    const known = Object.entries(ARCHITECTURES).filter(([, { attention: kind }]) => kind !== 'other');
    const relatives = ['ministral3', 'granitemoeshared', 'granitemoehybrid'];
    expect([...new Set([...tried, ...relatives])].sort()).toEqual(known.map(([name]) => name).sort());
  });

  it('have an expectation for every config, and say where it was read', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual([...CONFIGS.keys()].sort());
    expect(Object.keys(SOURCES).sort()).toEqual([...CONFIGS.keys()].sort());
  });

  it.each(Object.entries(EXPECTED))('%s: its matmuls, one by one', (name, { matmuls }) => {
    expect(gemmsOf(modelOf(name))).toEqual(matmuls);
  });

  it.each(Object.entries(EXPECTED))('%s: FLOP of a token', (name, { matmuls }) => {
    const flop = matmuls.reduce((sum, [, n, k, times, , active = 1]) => sum + 2 * n * k * times * active, 0);
    expect(flopPerToken(modelOf(name), { phase: 'prefill', batch: 1, sequence: 1 }).linear).toBe(flop);
  });

  const published = Object.entries(EXPECTED).filter(([, { published: known }]) => known !== undefined);
  it.each(published)('%s: parameters of the checkpoint', (_, { matmuls, tied, published: known = 0, rest = 0 }) => {
    const weights = matmuls.reduce((sum, [, n, k, times, matrices = 1]) => sum + n * k * times * matrices, 0);
    const [, vocab = 0, hidden = 0] = matmuls.find(([matmul]) => matmul === 'lm_head') ?? [];
    const embedding = tied ? 0 : vocab * hidden;
    expect(Math.abs(weights + embedding + rest - known) / known).toBeLessThan(0.000_01);
  });
});
