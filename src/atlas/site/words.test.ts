import { describe, expect, it } from 'vitest';
import { hasWord, plain, wordsOf } from './words.ts';

describe('a word that is searched for', () => {
  const text = 'gate/small/one-row/m=1024/n=1/w=int4-zp int4-zp-gemv 4-bit';

  it('is whole where it is a key with its value, or bits', () => {
    expect(['m=1', 'm=1024', 'n=1', 'w=int4', 'w=int4-zp'].map((word) => hasWord(text, word))).toEqual([
      ...[false, true, true, false, true],
    ]);
    expect([hasWord(text, '4-bit'), hasWord('64-bit', '4-bit')]).toEqual([true, false]);
  });

  it('is otherwise any part of the text, also while its value is not typed yet', () => {
    expect(['int4', 'one-', 'm=', 'square'].map((word) => hasWord(text, word))).toEqual([true, true, true, false]);
  });

  it('may be a shape with any sign of multiplication, which begins with that number', () => {
    const shapes = plain('o_proj 1×2880×4096 nt, 8·201×2880×64');
    const typed = ['1×2880×4096', '1x2880X4096', '1*2880', '01x2880', '201x2880', '2880x64', '880x64', '(1x2'];
    expect(typed.map((text) => hasWord(shapes, wordsOf(text)[0] ?? ''))).toEqual([
      ...[true, true, true, false, true, true, false, false],
    ]);
  });

  it('is in small letters', () => {
    expect(wordsOf('  M=1  GEMV ')).toEqual(['m=1', 'gemv']);
  });
});
