import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Axis, axisLength, axisSchema, axisValues, dFfCandidates, ratioValue } from './axis.ts';

const size = fc.integer({ min: 1, max: 5000 });
const axis: fc.Arbitrary<Axis> = fc.oneof(
  size,
  fc.array(size, { minLength: 1, maxLength: 5 }),
  fc.tuple(size, fc.nat(3000), size).map(([from, span, step]) => ({ from, to: from + span, step })),
  fc
    .tuple(fc.integer({ min: 2, max: 9 }), fc.nat(9), fc.nat(3000))
    .map(([of, exponent, span]) => ({ powers: { of, from: of ** Math.min(exponent, 5), to: of ** 5 + span } })),
  fc
    .tuple(size, fc.integer({ min: 1, max: 9 }))
    .map(([hidden, step]) => ({ around: '8/3', hidden: hidden + 100, distance: 100, step, times: 2 })),
);

describe('axes', () => {
  it('accepts, counts and bounds every kind', () => {
    fc.assert(
      fc.property(axis, (value) => {
        const parsed = axisSchema.parse(value);
        const values = axisValues(parsed);
        expect(values.length).toBeGreaterThan(0);
        expect(values.length).toBeLessThanOrEqual(axisLength(parsed));
        expect(values.every((one) => Number.isSafeInteger(one) && one >= 1)).toBe(true);
        if (!Array.isArray(value)) expect([...values].sort((x, y) => x - y)).toEqual(values);
      }),
    );
  });

  it('includes both ends', () => {
    expect(axisValues({ from: 1024, to: 1536, step: 256 })).toEqual([1024, 1280, 1536]);
    expect(axisValues({ from: 10, to: 19, step: 5 })).toEqual([10, 15]);
    expect(axisValues({ powers: { of: 2, from: 64, to: 512 } })).toEqual([64, 128, 256, 512]);
    expect(axisValues({ powers: { of: 3, from: 1, to: 30 } })).toEqual([1, 3, 9, 27]);
  });
});

describe('d_ff search', () => {
  it('holds the baseline and every multiple within the distance', () => {
    const { baseline, candidates } = dFfCandidates({ around: '8/3', hidden: 4096, distance: 100, step: 4 });
    expect(baseline).toBe(10_922);
    expect(candidates).toHaveLength(51);
    expect([candidates[0], candidates.at(-1)]).toEqual([10_824, 11_020]);
    expect(candidates.filter((dFf) => dFf % 4 !== 0)).toEqual([10_922]);
  });

  it('does not round the ratio before it is multiplied', () => {
    expect(ratioValue('8/3', 6144)).toBe(16_384);
    expect(ratioValue(2.5, 100)).toBe(250);
  });
});
