import { describe, expect, it } from 'vitest';
import type { Problem } from '../gemm/problem.ts';
import { checkPredictions, type MeasuredCase } from './check.ts';
import { tileQuantization } from './tiles.ts';

const peak = { flopPerSecond: 100e9, bytesPerSecond: 1e15 };
const tile = { m: 32, n: 64 };

function measured(m: number, rate: (efficiency: number) => number, more: Partial<MeasuredCase> = {}): MeasuredCase {
  const format = { w: 'f32', a: 'f32', acc: 'f32', out: 'f32' } as const;
  const problem: Problem = { shape: { batch: 1, m, n: 256, k: 256 }, layout: 'nn', format, bias: false };
  const flopPerSecond = rate(tileQuantization(problem, tile).efficiency);
  return { id: `s/p/m=${m}`, machine: 'here', kernel: 'tiled', problem, tile, peak, flopPerSecond, ...more };
}

const rows = [8, 16, 24, 32, 40, 48, 56, 64, 72, 80];

describe('checkPredictions', () => {
  it('credits the predictor that orders a staircase of tiles', () => {
    const { cases, kernels } = checkPredictions(rows.map((m) => measured(m, (efficiency) => 60e9 * efficiency)));
    expect(kernels).toHaveLength(1);
    expect(kernels[0]).toMatchObject({ machine: 'here', kernel: 'tiled', cases: 10 });
    expect(kernels[0]?.rankCorrelation.tiles).toBeCloseTo(1, 12);
    expect(kernels[0]?.rankCorrelation['tiles-roofline']).toBeCloseTo(1, 12);
    expect(cases[3]).toMatchObject({ measured: 60e9, predicted: { tiles: 100e9, roofline: 100e9 } });
  });

  it('gives a predictor that knows no tiles nothing to say', () => {
    const { kernels } = checkPredictions(rows.map((m) => measured(m, (efficiency) => 60e9 * efficiency)));
    expect(kernels[0]?.rankCorrelation.roofline).toBeNull();
  });

  it('says how far off the scaled predictions are: nothing for the right model, much for time by FLOP alone', () => {
    const { kernels } = checkPredictions(rows.map((m) => measured(m, (efficiency) => 60e9 * efficiency)));
    expect(kernels[0]?.rankCorrelation.work).toBeNull();
    expect(kernels[0]?.misses.tiles).toBeCloseTo(0, 12);
    // Efficiencies of 10 heights on tiles of 32: half of them are 20 % or more from the middle one.
    expect(kernels[0]?.misses.work).toBeGreaterThan(0.15);
    expect(kernels[0]?.misses['tiles-waves-roofline']).toBeNull();
  });

  it('shows a bad predictor', () => {
    const { kernels } = checkPredictions(rows.map((m) => measured(m, (efficiency) => 60e9 * (1.1 - efficiency))));
    expect(kernels[0]?.rankCorrelation.tiles).toBeCloseTo(-1, 12);
  });

  it('predicts waves only where the units are known', () => {
    const [unknown, known] = [measured(64, () => 1e9), measured(64, () => 1e9, { units: 5, machine: 'there' })];
    const { cases, kernels } = checkPredictions([unknown, known]);
    expect(cases[0]?.predicted['tiles-waves-roofline']).toBeUndefined();
    expect(cases[1]?.predicted['tiles-waves-roofline']).toBeCloseTo(80e9, 0);
    expect(kernels.map(({ machine }) => machine)).toEqual(['here', 'there']);
  });

  it('keeps kernels apart', () => {
    const two = checkPredictions([measured(8, () => 1), measured(8, () => 1, { kernel: 'other' })]);
    expect(two.kernels.map(({ kernel, cases }) => [kernel, cases])).toEqual([
      ['tiled', 1],
      ['other', 1],
    ]);
  });
});
