import { describe, expect, it } from 'vitest';
import { WEIGHT_FORMATS } from '../gemm/problem.ts';
import { HUES } from './chart-style.ts';
import { familyOf, lookOf } from './hues.ts';
import { contrast } from './testdata/contrast.ts';

describe('looks', () => {
  it('are fixed by name', () => {
    expect(lookOf('f32')).toEqual({ hue: 0, shape: 'wedge' });
    expect(lookOf('register-tile')).toEqual(lookOf('register-tile'));
  });

  it('differ between all formats: in colour between families, in shape within one', () => {
    const families = [...new Set(WEIGHT_FORMATS.map(familyOf))];
    expect(new Set(families.map((name) => lookOf(name).hue)).size).toBe(families.length);
    for (const family of families) {
      const own = WEIGHT_FORMATS.filter((name) => familyOf(name) === family);
      expect(new Set(own.map((name) => lookOf(name).hue)).size, family).toBe(1);
      expect(new Set(own.map((name) => lookOf(name).shape)).size, family).toBe(own.length);
    }
  });

  it('have shapes that repeat the colour for most of the formats in use', () => {
    const used = ['f32', 'f16', 'bf16', 'mxfp4', 'nvfp4', 'int4', 'fp8', 'int8'];
    expect(new Set(used.map((name) => lookOf(name).shape)).size).toBeGreaterThanOrEqual(7);
  });

  it.each(HUES)('are visible on paper, light and dark: %s %s', (light, dark) => {
    expect(contrast(light, '#ffffff')).toBeGreaterThan(3);
    expect(contrast(dark, '#11161b')).toBeGreaterThan(3);
  });
});
