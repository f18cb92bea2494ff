import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokensOf } from './tokens.ts';

describe('tokensOf', () => {
  it.each([
    ['a line comment', 'let a = 1; // one\nlet b = 2;', 'let a = 1; let b = 2;'],
    ['a block comment between tokens', 'let/* one */a = 1;', 'let a = 1;'],
    ['nested block comments', 'a /* 1 /* 2 */ 3 */ b', 'a b'],
    ['line comments that hold block signs', 'a // /*\nb // */\nc', 'a b c'],
    ['block comments that hold line signs', 'a /* // */ b', 'a b'],
    ['a star and slash that end nothing', 'a = b */ c', 'a = b */ c'],
    ['division', 'a / b / c', 'a / b / c'],
    ['a comment that never ends', 'a /* b', 'a'],
    ['carriage returns', 'a // x\r\nb', 'a b'],
  ])('%s', (_, code, tokens) => expect(tokensOf(code)).toBe(tokens));

  it('changes with every change outside comments', () => {
    expect(tokensOf('i += 1u;')).not.toBe(tokensOf('i += 2u;'));
    expect(tokensOf('a b')).not.toBe(tokensOf('ab'));
  });

  it('is the same with comments and white space between tokens', () => {
    const token = fc.constantFrom('let', 'x', '=', '1u', ';', '/', '*', '{', '}');
    const gap = fc.constantFrom(' ', '\n', ' // why\n', '/* why */', ' /* a /* b */ c */ ', '\t// // /* \n');
    fc.assert(
      fc.property(fc.array(fc.tuple(token, gap)), (pieces) => {
        const plain = pieces.map(([word]) => word).join(' ');
        const dressed = pieces.map(([word, space]) => ` ${word} ${space}`).join('');
        expect(tokensOf(dressed)).toBe(tokensOf(plain));
      }),
    );
  });
});
