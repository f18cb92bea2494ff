import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rangeOf } from '../generator.ts';
import { DISTRIBUTIONS, type Distribution, SCALE_RULES, WEIGHT_FORMATS } from '../problem.ts';
import { roundSignificant } from '../rounding.ts';
import { int4Magnitude, seventhBits } from '../testdata/u32-codes.ts';
import { BF16, decode, encode, F16 } from './minifloat.ts';
import { asScaled } from './registry.ts';
import { blockQuantizer, defaultScale } from './scale.ts';
import { UNREACHED } from './staircase.ts';

test.each(DISTRIBUTIONS)('rounding integers is rounding to f16 and bf16: every %s value', (distribution) => {
  const { bound, exponent } = rangeOf(distribution);
  const unit = 2 ** exponent;
  const wrong: number[] = [];
  for (let j = -bound; j <= bound; j += 1) {
    if (roundSignificant(j, 11) * unit !== decode(F16, encode(F16, j * unit))) wrong.push(j);
    if (roundSignificant(j, 8) * unit !== decode(BF16, encode(BF16, j * unit))) wrong.push(j);
  }
  expect(wrong).toEqual([]);
});

/** Every scaled format under every rule it knows. */
const scaled = WEIGHT_FORMATS.flatMap((name) => {
  const format = asScaled(name);
  if (!format) return [];
  const rules = format.rules.length > 0 ? format.rules : [format.scale.rule];
  return rules.map((rule) => ({ name, rule, format, scale: { ...format.scale, rule } }));
});

function quantizerOf(name: 'mxfp4' | 'int4', distribution: Distribution) {
  const format = asScaled(name);
  if (!format) throw new Error(`${name} is not scaled`);
  return blockQuantizer(format, format.scale, distribution);
}

describe.each(DISTRIBUTIONS)('%s', (distribution) => {
  const { bound, exponent } = rangeOf(distribution);
  const unit = 2 ** exponent;

  /** Blocks of all sizes: the largest |j| even over octaves, not over integers. */
  const blockOf = (length: number) =>
    fc
      .tuple(
        fc.integer({ min: 0, max: 17 }),
        fc.array(fc.integer({ min: -bound, max: bound }), { minLength: 1, maxLength: length }),
      )
      .map(([shift, values]) => values.map((value) => Math.trunc(value / 2 ** shift)));

  test.each(scaled)('the integer rules agree with the quantizer: $name $rule', ({ format, scale }) => {
    const quantizer = blockQuantizer(format, scale, distribution);
    fc.assert(
      fc.property(blockOf(scale.block === 'k' ? 64 : scale.block), (block) => {
        const codes = new Uint8Array(block.length);
        const stored = quantizer.quantize(Int32Array.from(block), block.length, codes);
        const values = block.map((integer) => integer * unit);
        const { tensorScale } = quantizer;
        const expected = format.dequantize(format.quantize(values, scale, tensorScale), tensorScale);
        const actual = Array.from(codes, (code) => quantizer.value(code, stored));
        // Zero has one sign in the generator, so signs of zero are not compared.
        expect(actual.map((value) => value + 0)).toEqual([...expected].map((value) => value + 0));
      }),
      { numRuns: 400 },
    );
  });

  test('int4 in u32 arithmetic: the scale bits of every amax', () => {
    const quantizer = quantizerOf('int4', distribution);
    const wrong: number[] = [];
    const codes = new Uint8Array(1);
    for (let amax = 0; amax <= bound; amax += 1) {
      if (seventhBits(amax, exponent) !== quantizer.quantize(Int32Array.of(amax), 1, codes)) wrong.push(amax);
    }
    expect(wrong).toEqual([]);
  });

  test('int4 in u32 arithmetic: codes, ties among them', () => {
    const quantizer = quantizerOf('int4', distribution);
    const agrees = (integer: number, amax: number) => {
      const codes = new Uint8Array(2);
      quantizer.quantize(Int32Array.of(integer, amax), 2, codes);
      return 8 + int4Magnitude(integer, amax) === codes[0];
    };
    const amax = fc.integer({ min: 1, max: bound });
    fc.assert(fc.property(amax, fc.double({ min: 0, max: 1, noNaN: true }), (a, t) => agrees(Math.round(a * t), a)));
    const ties = fc.tuple(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 0, max: 6 }));
    fc.assert(fc.property(ties, ([unitOf14, c]) => agrees((2 * c + 1) * unitOf14, 14 * unitOf14)));
    expect(int4Magnitude(0, 0)).toBe(0);
  });
});

describe('tables', () => {
  test.each(scaled)('$name $rule: small, ascending, complete', ({ format, scale }) => {
    for (const distribution of DISTRIBUTIONS) {
      const { tables } = blockQuantizer(format, scale, distribution);
      if (!tables) continue; // calculated, not looked up
      const { scaleThresholds, scaleCodes, codeThresholds } = tables;
      expect(scaleThresholds[0]).toBe(0);
      expect(scaleThresholds.length).toBeLessThanOrEqual(130);
      expect(scaleCodes).toHaveLength(scaleThresholds.length);
      expect(codeThresholds).toHaveLength(7 * scaleThresholds.length);
      expect([...scaleThresholds]).toEqual([...new Set(scaleThresholds)].sort((a, b) => a - b));
      for (let row = 0; row < codeThresholds.length; row += 7) {
        const reached = [...codeThresholds.slice(row, row + 7)].filter((threshold) => threshold !== UNREACHED);
        // A scale so small that neighbouring codes share a threshold can skip codes, never reorder them.
        expect(reached).toEqual([...reached].sort((a, b) => a - b));
      }
    }
  });

  test('MXFP4 rceil over the normal distribution', () => {
    const { scaleThresholds = [], scaleCodes = [] } = quantizerOf('mxfp4', 'normal').tables ?? {};
    // A scale 2^e serves blocks up to 6·2^e; in units of 2^-15 the limits are 1.5 times powers of two.
    expect([...scaleThresholds].slice(-3)).toEqual([24577, 49153, 98305]);
    expect([...scaleCodes].slice(-3)).toEqual([125, 126, 127]);
  });

  test('MXFP4 and NVFP4 are looked up, int4 is calculated', () => {
    const looked = scaled.filter(({ format, scale }) => blockQuantizer(format, scale, 'normal').tables);
    expect(looked.map(({ name, rule }) => `${name} ${rule}`)).toEqual([
      ...SCALE_RULES.map((rule) => `mxfp4 ${rule}`),
      'nvfp4 amax',
    ]);
  });

  test('a rule that a format does not know is refused', () => {
    expect(() => defaultScale('nvfp4', 'floor')).toThrow('nvfp4 has no choice of scale rule, so not floor');
  });
});
