import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultScale } from '../gemm/formats/scale.ts';
import type { Layout, Problem, WeightFormat } from '../gemm/problem.ts';
import { alignmentClass, powerOfTwoDivisor, rowStrides } from './alignment.ts';
import { BLOCK_SIZES, blockCounts } from './blocks.ts';
import { neighbours } from './neighbours.ts';
import { predict } from './rate.ts';
import { roofline } from './roofline.ts';
import { tileQuantization, waveQuantization } from './tiles.ts';

function problem(m: number, n: number, k: number, w: WeightFormat = 'bf16', layout: Layout = 'nt', batch = 1): Problem {
  const scale = defaultScale(w);
  const format = { w, a: w === 'f32' ? 'f32' : w === 'f16' ? 'f16' : 'bf16', acc: 'f32', out: 'f32' } as const;
  return { shape: { batch, m, n, k }, layout, format, ...(scale && { scale }), bias: false };
}

describe('tile and wave quantization', () => {
  const cut = (m: number, n: number, tile: [number, number], slots: number, batch = 1) => {
    const { tiles, efficiency } = tileQuantization(problem(m, n, 64, 'bf16', 'nt', batch), { m: tile[0], n: tile[1] });
    return {
      tiles,
      tile: efficiency,
      ...waveQuantization(tiles, slots),
      wave: waveQuantization(tiles, slots).efficiency,
    };
  };

  it('2304 × 1536 in 256 × 128 tiles fills 108 SMs; one column more takes a second wave', () => {
    expect(cut(2304, 1536, [256, 128], 108)).toMatchObject({ tiles: 108, waves: 1, wave: 1, tile: 1 });
    for (const n of [1537, 1600, 1664]) expect(cut(2304, n, [256, 128], 108)).toMatchObject({ tiles: 117, waves: 2 });
    expect(cut(2304, 1537, [256, 128], 108).wave.toFixed(3)).toBe('0.542');
  });

  it('257 × 256 in 128 × 128 tiles takes six tiles for four', () => {
    expect(cut(257, 256, [128, 128], 108).tiles).toBe(6);
    expect(cut(257, 256, [128, 128], 108).tile.toFixed(3)).toBe('0.669');
  });

  it('8192 × 14336 in 128 × 256 tiles gains a wave between 148 and 152 SMs', () => {
    expect(cut(8192, 14_336, [128, 256], 148)).toMatchObject({ tiles: 3584, waves: 25 });
    expect(cut(8192, 14_336, [128, 256], 152)).toMatchObject({ waves: 24 });
  });

  it('gpt-oss o_proj, 4096 tokens, 108 SMs', () => {
    const wide = cut(4096, 2880, [128, 256], 108);
    expect([wide.tile.toFixed(4), wide.wave.toFixed(3), (wide.tile * wide.wave).toFixed(3)]).toEqual([
      '0.9375',
      '0.889',
      '0.833',
    ]);
    const square = cut(4096, 2880, [128, 128], 108);
    expect((square.tile * square.wave).toFixed(3)).toBe('0.952');
    const narrow = cut(4096, 2880, [128, 64], 108);
    expect([narrow.tile, narrow.wave.toFixed(3)]).toEqual([1, '0.952']);
  });

  it('gpt-oss gate_up, 4096 tokens, 108 SMs', () => {
    const wide = cut(4096, 5760, [128, 256], 108);
    expect([wide.tile.toFixed(3), wide.wave.toFixed(3), (wide.tile * wide.wave).toFixed(3)]).toEqual([
      '0.978',
      '0.974',
      '0.952',
    ]);
    const narrow = cut(4096, 5760, [128, 64], 108);
    expect((narrow.tile * narrow.wave).toFixed(3)).toBe('0.988');
  });

  it.each([
    [10_752, '0.926'],
    [11_008, '0.948'],
    [11_264, '0.970'],
    [11_520, '0.992'],
  ])('up-projection to %i, 4096 tokens, 128 × 256 tiles, 132 SMs: %s', (n, efficiency) => {
    const { tile, wave } = cut(4096, n, [128, 256], 132);
    expect((tile * wave).toFixed(3)).toBe(efficiency);
  });

  it('a batched sweep of k never changes its tiles: 2048 of them, 99.8 % of 108 SMs, 97.0 % of 132', () => {
    expect(cut(4096, 4096, [128, 256], 108, 4)).toMatchObject({ tiles: 2048, waves: 19 });
    expect((cut(4096, 4096, [128, 256], 108, 4).wave * 100).toFixed(1)).toBe('99.8');
    expect(cut(4096, 4096, [128, 256], 132, 4)).toMatchObject({ waves: 16 });
    expect((cut(4096, 4096, [128, 256], 132, 4).wave * 100).toFixed(1)).toBe('97.0');
  });

  it('is never above 1, and 1 exactly where everything divides', () => {
    const size = fc.integer({ min: 1, max: 3000 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.constantFrom(16, 32, 64, 128),
        fc.integer({ min: 1, max: 200 }),
        (m, n, tile, slots) => {
          const { tile: tileEfficiency, tiles, wave } = cut(m, n, [tile, tile], slots);
          expect(tileEfficiency).toBeLessThanOrEqual(1);
          expect(wave).toBeLessThanOrEqual(1);
          expect(tileEfficiency === 1).toBe(m % tile === 0 && n % tile === 0);
          expect(wave === 1).toBe(tiles % slots === 0);
        },
      ),
    );
  });

  it('refuses a device without units', () => {
    expect(() => waveQuantization(4, 0)).toThrow(RangeError);
  });
});

describe('alignment', () => {
  it('finds the largest power of two', () => {
    expect([2880, 5760, 5120, 201_088, 50_257, 2 ** 40].map(powerOfTwoDivisor)).toEqual([
      64,
      128,
      1024,
      128,
      1,
      2 ** 40,
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 10_000 }), (power, half) => {
        expect(powerOfTwoDivisor(2 ** power * (2 * half + 1))).toBe(2 ** power);
      }),
    );
    expect(() => powerOfTwoDivisor(0)).toThrow(/positive integer/);
  });

  it('10922 halves make rows of 21844 bytes, which start on multiples of 4 only', () => {
    const [a] = rowStrides(problem(4096, 4096, 10_922, 'f16', 'nn', 4));
    expect(a).toEqual({ operand: 'A', along: 'k', bytes: 21_844, divisor: 4, class: 'scalar' });
    expect([21_844, 21_888, 21_840].map(alignmentClass)).toEqual(['scalar', 'line', 'vector']);
  });

  it('follows the layout', () => {
    const along = (layout: Layout) =>
      rowStrides(problem(3, 5, 7, 'f32', layout))
        .map((stride) => stride.along)
        .join('');
    expect([along('nn'), along('nt'), along('tn')]).toEqual(['knn', 'kkn', 'mnn']);
  });

  it('pads rows of 4-bit codes to 16 bytes', () => {
    expect(rowStrides(problem(1, 8, 33, 'mxfp4'))[1]).toMatchObject({ bytes: 32, class: 'vector' });
  });
});

describe('roofline', () => {
  it('decoding one token: 1 FLOP per byte in bf16, 3.76 in MXFP4', () => {
    const ceiling = { flopPerSecond: 989.4e12, bytesPerSecond: 4.8e12 };
    const intensity = (w: WeightFormat) => roofline(problem(1, 100_000, 100_000, w), ceiling).arithmeticIntensity;
    expect(intensity('bf16').toFixed(2)).toBe('1.00');
    expect(intensity('mxfp4').toFixed(2)).toBe('3.76');
  });

  it('has its knee at peak over bandwidth', () => {
    const ceiling = { flopPerSecond: 100, bytesPerSecond: 10 };
    const low = roofline(problem(1, 64, 64), ceiling);
    expect(low).toMatchObject({ bound: 'memory', ridge: 10 });
    expect(low.flopPerSecond).toBeCloseTo(low.arithmeticIntensity * 10, 10);
    expect(roofline(problem(512, 512, 512), ceiling)).toMatchObject({ bound: 'compute', flopPerSecond: 100 });
  });
});

describe('block scales', () => {
  it('2880 is 90 MX blocks and 180 NVFP4 blocks, and no number of K-quant super-blocks', () => {
    const counts = blockCounts(2880, 2880);
    const facts = counts.map(({ format, perRow, remainder, bitsPerWeight }) => [
      format,
      ...[perRow, remainder, bitsPerWeight],
    ]);
    expect(facts).toEqual([
      ['mxfp4', 90, 0, 4.25],
      ['nvfp4', 180, 0, 4.5],
      ['mxfp8', 90, 0, 8.25],
      ['q4_k', 12, 64, 4.5],
    ]);
    // A page that lists sizes does not grow with formats.
    expect(BLOCK_SIZES.map(({ block }) => block)).toEqual([32, 16, 256]);
    expect(counts[0]?.bytes).toBe((2880 * 2880 * 17) / 32);
  });
});

describe('predicted rate', () => {
  const h100 = { flopPerSecond: 989.4e12, bytesPerSecond: 3.35e12, slots: 132, tile: { m: 128, n: 256 } };

  it('names what an unaligned k costs', () => {
    const rate = (k: number) => predict(problem(4096, 4096, k, 'f16', 'nn', 4), h100);
    expect(rate(10_922).alignmentEfficiency).toBeCloseTo(1 / 1.46, 10);
    expect(rate(10_944).alignmentEfficiency).toBe(1);
    expect(rate(10_944).flopPerSecond / rate(10_922).flopPerSecond).toBeCloseTo(1.46, 6);
  });

  it('finds better-aligned neighbours on both sides, closest first', () => {
    const found = neighbours(problem(4096, 2880, 4096), 'n', h100);
    expect(found.map(({ value, distance }) => [value, distance])).toEqual([
      [2816, -64],
      [2944, 64],
      [3072, 192],
    ]);
    for (const { value, divisor } of found) expect(value % divisor).toBe(0);
    expect(found.find(({ value }) => value === 3072)?.rateGain).toBeCloseTo(3072 / 2880 - 1, 10);
  });

  it('leaves m of a grouped GEMM alone', () => {
    const grouped = { ...problem(5, 64, 64), groups: { experts: 2, rows: [2, 3] } };
    expect(neighbours(grouped, 'm', h100)).toEqual([]);
  });

  it('never promises more than the ceilings', () => {
    const size = fc.integer({ min: 1, max: 4096 });
    fc.assert(
      fc.property(size, size, size, (m, n, k) => {
        const { flopPerSecond } = predict(problem(m, n, k), h100);
        expect(flopPerSecond).toBeLessThanOrEqual(roofline(problem(m, n, k), h100).flopPerSecond * (1 + 1e-12));
      }),
    );
  });
});
