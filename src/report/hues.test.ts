import { describe, expect, it } from 'vitest';
import { WEIGHT_FORMATS } from '../gemm/problem.ts';
import { HUES } from './chart-style.ts';
import { lookOf } from './hues.ts';

/** WCAG 2 relative luminance. */
export function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
export function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

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
