import { describe, expect, it } from 'vitest';
import { faultSentence } from './unforeseen.ts';

describe('an error that no one foresaw', () => {
  it('is told in one sentence with the line that raised it', () => {
    const sentence = faultSentence(new TypeError('x is not a function'));
    expect(sentence).toMatch(/^TypeError: x is not a function \(unforeseen\.test\.ts:\d+\)$/);
    const nested = new Error(`outer\n    at somewhere (/home/ann/x.ts:3:4)`);
    expect(faultSentence(nested)).toMatch(/^outer \([\w.]+:\d+\)$/);
    expect(faultSentence('text')).toBe('text');
    const bare = new Error('no stack');
    delete bare.stack;
    expect(faultSentence(bare)).toBe('no stack');
  });
});
