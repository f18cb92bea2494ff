import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadModels } from '../load.node.ts';
import type { Pass } from './pass.ts';
import { attendedPairs, flopPerToken, passFlop } from './totals.ts';

const MODELS = loadModels({ cwd: process.cwd() });

function totals(name: string, pass: Pass) {
  const model = MODELS.get(name);
  if (model === undefined) throw new Error(name);
  return passFlop(model, pass);
}

/** Counts pairs one by one, as a mask would. */
function countPairs(sequence: number, window: number): number {
  let pairs = 0;
  for (let query = 0; query < sequence; query++) {
    for (let key = 0; key <= query; key++) if (query - key < window) pairs++;
  }
  return pairs;
}

describe('attended pairs', () => {
  it('equals the masked count for every sequence and window', () => {
    const size = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(size, size, (sequence, window) => {
        const pass = { phase: 'prefill', batch: 1, sequence } as const;
        expect(attendedPairs({ causal: true }, pass, Math.min(window, sequence))).toBe(countPairs(sequence, window));
      }),
    );
  });
});

describe('passes', () => {
  it('sums full and sliding layers of gpt-oss in closed form', () => {
    const s = 2048;
    const w = 128;
    const pairs = 18 * ((s * (s + 1)) / 2) + 18 * (w * s - (w * (w - 1)) / 2);
    expect(totals('gpt-oss-120b', { phase: 'prefill', batch: 3, sequence: s }).attention).toBe(3 * 16_384 * pairs);
    const decode = totals('gpt-oss-120b', { phase: 'decode', batch: 5, context: 4096 });
    expect(decode.attention).toBe(5 * 16_384 * 18 * (4096 + 128));
  });

  it('counts lm_head once a sequence in prefill', () => {
    const pass = totals('gpt-oss-20b', { phase: 'prefill', batch: 2, sequence: 100 });
    const head = 2 * 2880 * 201_088;
    expect(pass).toMatchObject({ batch: 2, sequence: 100, tokens: 200 });
    expect(pass.linear).toBe(200 * (7_214_284_800 - head) + 2 * head);
  });

  it('lets every token of an encoder see every other', () => {
    const { attention } = totals('bert-base', { phase: 'prefill', batch: 1, sequence: 512 });
    expect(attention).toBe(36_864 * 512 * 512);
  });

  it('triples in training, with logits for every token', () => {
    const model = MODELS.get('llama3.1-8b');
    const pass = { phase: 'train', batch: 2, sequence: 64 } as const;
    expect(totals('llama3.1-8b', pass).linear).toBe(3 * 128 * 15_009_316_864);
    expect(model && flopPerToken(model, pass)).toEqual({ linear: 3 * 15_009_316_864, attentionPerKey: 3 * 524_288 });
  });
});
