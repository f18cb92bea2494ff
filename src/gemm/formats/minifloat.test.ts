import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BF16, decode, E4M3, encode, exponentOf, F16, type Minifloat, roundTiesEven } from './minifloat.ts';

const FORMATS: Minifloat[] = [F16, BF16, E4M3];

function codes(format: Minifloat): number[] {
  return Array.from({ length: 2 ** (1 + format.exponentBits + format.mantissaBits) }, (_, bits) => bits);
}

/** Finite non-negative values of a format in ascending order; their position is their bit pattern. */
function ladder(format: Minifloat): number[] {
  return codes(format)
    .slice(0, 2 ** (format.exponentBits + format.mantissaBits))
    .map((bits) => decode(format, bits))
    .filter(Number.isFinite);
}

describe.each(FORMATS)('$name', (format) => {
  test('every bit pattern survives decoding and encoding', () => {
    const finite = codes(format).filter((bits) => !Number.isNaN(decode(format, bits)));
    expect(finite.filter((bits) => encode(format, decode(format, bits)) !== bits)).toEqual([]);
    expect(encode(format, Number.NaN)).toBe(format.nan);
    expect(decode(format, format.nan)).toBeNaN();
  });

  test('bit patterns are in the order of their values', () => {
    const values = ladder(format);
    expect(values.at(-1)).toBe(format.max);
    expect(values.every((value, i) => i === 0 || value > (values[i - 1] ?? 0))).toBe(true);
  });

  test('encodes to the nearest value, ties to the even pattern', () => {
    const values = ladder(format);
    const position = fc.integer({ min: 0, max: values.length - 2 });
    fc.assert(
      fc.property(position, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (i, t, negative) => {
        const [low = 0, high = 0] = [values[i], values[i + 1]];
        const value = low + t * (high - low);
        const [down, up] = [value - low, high - value];
        const nearest = down < up ? i : down > up ? i + 1 : i + (i % 2);
        const sign = negative ? 1 << (format.exponentBits + format.mantissaBits) : 0;
        return encode(format, negative ? -value : value) === (sign | nearest);
      }),
    );
    const ties = values.slice(1).map((high, i) => encode(format, ((values[i] ?? 0) + high) / 2));
    expect(ties).toEqual(ties.map((_, i) => i + (i % 2)));
  });
});

test('f16 agrees with the values of IEEE 754', () => {
  expect(encode(F16, 1)).toBe(0x3c00);
  expect(encode(F16, -2)).toBe(0xc000);
  expect(encode(F16, -0)).toBe(0x8000);
  expect(encode(F16, 2 ** -24)).toBe(1);
  expect(encode(F16, 2 ** -25)).toBe(0);
  expect(encode(F16, 65519)).toBe(0x7bff);
  expect(encode(F16, 65520)).toBe(0x7c00);
  expect(encode(F16, Number.NEGATIVE_INFINITY)).toBe(0xfc00);
});

test('f16 rounds once, not through f32', () => {
  // Just above the midpoint of 1 and 1 + 2^-10, by less than f32 can see.
  expect(encode(F16, 1 + 2 ** -11 + 2 ** -40)).toBe(0x3c01);
});

test('bf16 is the upper half of an f32, rounded to even', () => {
  const float = new Float32Array(1);
  const word = new Uint32Array(float.buffer);
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      float[0] = value;
      const bits = word[0] ?? 0;
      return encode(BF16, value) === (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
    }),
  );
});

test('e4m3 has no infinity: what rounds above 448 is NaN', () => {
  expect(encode(E4M3, 448)).toBe(0x7e);
  expect(encode(E4M3, 464)).toBe(0x7e);
  expect(encode(E4M3, 465)).toBe(0x7f);
  expect(encode(E4M3, Number.POSITIVE_INFINITY)).toBe(0x7f);
  expect(decode(E4M3, 1)).toBe(2 ** -9);
  expect(decode(E4M3, 8)).toBe(2 ** -6);
});

test('exponentOf is the exact floor of log2', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1022, max: 1023 }),
      fc.double({ min: 1, max: 1.9999999999999998, noNaN: true }),
      (e, f) => {
        return exponentOf(-f * 2 ** e) === e;
      },
    ),
  );
});

test('roundTiesEven', () => {
  expect([-2.5, -1.5, -0.6, 0.5, 1.5, 2.5, 2.51].map(roundTiesEven)).toEqual([-2, -2, -1, 0, 2, 2, 3]);
});
