import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mix } from '../stats/random.ts';
import { hash, integers, type Keys, keysOf, rangeOf } from './generator.ts';

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

test('mix is the published function', () => {
  // By the definition, in exact integers.
  const exact = (value: number) => {
    const wrap = (x: bigint) => x & 0xffff_ffffn;
    let x = BigInt(value);
    x = wrap((x ^ (x >> 16n)) * 0x7feb352dn);
    x = wrap((x ^ (x >> 15n)) * 0x846ca68bn);
    return Number(x ^ (x >> 16n));
  };
  fc.assert(fc.property(word, (value) => mix(value) === exact(value)));
});

describe('hash', () => {
  const COUNT = 4096;

  /** Share of output bits that flip, per input bit, over many indices. */
  function flips(hashOf: (index: number) => number, bit: number): number[] {
    const counts = new Array<number>(32).fill(0);
    for (let i = 0; i < COUNT; i += 1) {
      const index = Math.imul(i, 0x01000193) >>> 0;
      const changed = hashOf(index) ^ hashOf((index ^ (1 << bit)) >>> 0);
      for (let out = 0; out < 32; out += 1) counts[out] = (counts[out] ?? 0) + ((changed >>> out) & 1);
    }
    return counts.map((count) => count / COUNT);
  }

  test('flipping any bit of the index flips each bit of the result half of the time', () => {
    const keys = keysOf(1, 0);
    for (let bit = 0; bit < 32; bit += 1) {
      const shares = flips((index) => hash(keys, index), bit);
      // Six standard deviations of 4096 coin tosses.
      expect(shares.filter((share) => Math.abs(share - 0.5) > 0.047)).toEqual([]);
    }
  });

  test('counts modulo 2^32, to the last index', () => {
    const keys = keysOf(3, 1);
    expect(hash(keys, 2 ** 32 - 1)).toBe(hash(keys, -1));
    expect(hash(keys, 2 ** 32 - 1)).not.toBe(hash(keys, 2 ** 31 - 1));
  });

  test('seeds and streams differ in every key', () => {
    fc.assert(
      fc.property(seeds, seeds, fc.nat(20), fc.nat(20), (s, t, i, j) => {
        fc.pre(s !== t || i !== j);
        const [one, other] = [keysOf(s, i), keysOf(t, j)];
        return one.every((key, position) => key !== other[position]);
      }),
    );
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses seed %d', (seed) => {
    expect(() => keysOf(seed, 0)).toThrow('seed must be a non-negative integer');
  });
});

describe.each(['normal', 'uniform'] as const)('%s', (distribution) => {
  const { bound, exponent } = rangeOf(distribution);
  const COUNT = 1 << 17;
  const draw = integers(keysOf(42, 0), distribution);
  const values = Float64Array.from({ length: COUNT }, (_, i) => draw(i) * 2 ** exponent);
  const mean = (of: (value: number, i: number) => number) =>
    values.reduce((sum, value, i) => sum + of(value, i), 0) / COUNT;

  test('is within its bound and exact in f32', () => {
    fc.assert(
      fc.property(seeds, word, (seed, index) => {
        const integer = integers(keysOf(seed, 0), distribution)(index);
        const value = integer * 2 ** exponent;
        return Number.isInteger(integer) && Math.abs(integer) <= bound && Math.fround(value) === value;
      }),
    );
  });

  test('has the moments it should', () => {
    const variance = distribution === 'normal' ? 4 / 3 : 1 / 3;
    // Excess kurtosis: -6/5 of one uniform, a quarter of that for the sum of four.
    const kurtosis = distribution === 'normal' ? 2.7 : 1.8;
    expect(mean((value) => value)).toBeCloseTo(0, 2);
    expect(mean((value) => value ** 2) / variance).toBeCloseTo(1, 1.7);
    expect(mean((value) => value ** 4) / variance ** 2).toBeCloseTo(kurtosis, 1);
  });

  test('neighbours, rows and other tensors are not correlated', () => {
    const other = integers(keysOf(42, 1), distribution);
    const next = integers(keysOf(43, 0), distribution);
    const power = mean((value) => value ** 2);
    for (const lag of [1, 2, 32, 2880, 4096]) {
      expect(mean((value, i) => value * draw(i + lag) * 2 ** exponent) / power).toBeCloseTo(0, 1.7);
    }
    expect(mean((value, i) => value * other(i) * 2 ** exponent) / power).toBeCloseTo(0, 1.7);
    expect(mean((value, i) => value * next(i) * 2 ** exponent) / power).toBeCloseTo(0, 1.7);
  });
});

test('values are pinned: a change of the generator is a change of every record', () => {
  const keys: Keys = keysOf(2026, 0);
  const at = [0, 1, 2, 2 ** 31, 2 ** 32 - 1];
  expect({
    keys,
    hash: at.map((index) => hash(keys, index)),
    normal: at.map(integers(keys, 'normal')),
    uniform: at.map(integers(keys, 'uniform')),
  }).toMatchInlineSnapshot(`
    {
      "hash": [
        1592467827,
        995720621,
        1050041380,
        3815551581,
        3381547272,
      ],
      "keys": [
        3415900062,
        2734569368,
        2742744822,
      ],
      "normal": [
        -54107,
        -60612,
        -17341,
        41830,
        -33051,
      ],
      "uniform": [
        -33876,
        -70299,
        -66983,
        101810,
        75321,
      ],
    }
  `);
});
