import { describe, expect, it } from 'vitest';
import { WEIGHT_FORMATS } from '../gemm/problem.ts';
import { HUES } from './chart-style.ts';
import { lookOf } from './hues.ts';
import { contrast } from './testdata/contrast.ts';

describe('looks', () => {
  it('are fixed by name', () => {
    expect(lookOf('f32')).toEqual({ hue: 0, shape: lookOf('f32').shape });
    expect(lookOf('register-tile')).toEqual(lookOf('register-tile'));
  });

  it('differ between all formats, and in hue between those most used', () => {
    const looks = WEIGHT_FORMATS.map((name) => JSON.stringify(lookOf(name)));
    expect(new Set(looks).size).toBe(WEIGHT_FORMATS.length);
    const used = ['f32', 'f16', 'bf16', 'mxfp4', 'nvfp4', 'int4', 'fp8', 'int8'];
    expect(new Set(used.map((name) => lookOf(name).hue)).size).toBe(HUES.length);
  });

  it.each(HUES)('are visible on paper, light and dark: %s %s', (light, dark) => {
    expect(contrast(light, '#ffffff')).toBeGreaterThan(3);
    expect(contrast(dark, '#11161b')).toBeGreaterThan(3);
  });
});
