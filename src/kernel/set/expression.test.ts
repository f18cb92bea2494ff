import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, parseExpression } from './expression.ts';

const NAMES = ['m', 'n', 'TILE_M'];
const value = (text: string, scope = {}) => evaluate(parseExpression(text, NAMES), scope);

describe('expressions', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['8 / 4 / 2', 1],
    ['9 - 4 - 3', 2],
    ['7 % 4 == 3', 1],
    ['1 < 2 and 2 < 1', 0],
    ['1 < 2 or 2 < 1', 1],
    ['0 or 1 and 0', 0],
    ['3 >= 3', 1],
    ['3 != 3', 0],
  ])('%s is %d', (text, expected) => expect(value(text)).toBe(expected));

  it('reads names from the scope', () => {
    expect(value('m <= 16 and TILE_M == n', { m: 3, n: 8, TILE_M: 8 })).toBe(1);
  });

  it('agrees with JavaScript on any arithmetic', () => {
    const number = fc.nat(50).map(String);
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        number,
        fc
          .tuple(tie('tree'), fc.constantFrom('+', '-', '*', '<', '<=', '==', '!='), tie('tree'))
          .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
      ),
    }));
    const javascript = (text: string): number => {
      const inner = /\(([^()]+) (\+|-|\*|<|<=|==|!=) ([^()]+)\)/.exec(text);
      if (!inner) return Number(text);
      const [left, right] = [Number(inner[1]), Number(inner[3])];
      const results: Record<string, number> = {
        '+': left + right,
        '-': left - right,
        '*': left * right,
        '<': Number(left < right),
        '<=': Number(left <= right),
        '==': Number(left === right),
        '!=': Number(left !== right),
      };
      return javascript(text.replace(inner[0], String(results[inner[2] ?? ''])));
    };
    fc.assert(fc.property(tree, (text) => value(text) === javascript(text)));
  });

  it('has no value where an exact division leaves a remainder, whatever is multiplied afterwards', () => {
    const threads = parseExpression('TILE_M / m * n', NAMES);
    expect(evaluate(threads, { TILE_M: 32, m: 16, n: 2 }, 'exact')).toBe(4);
    expect(evaluate(threads, { TILE_M: 32, m: 64, n: 2 }, 'exact')).toBeNaN();
    expect(evaluate(threads, { TILE_M: 32, m: 64, n: 2 })).toBe(1);
  });

  it.each([
    ['', 'expected a number or one of m, n, TILE_M, got the end of ""'],
    ['m <', 'expected a number or one of m, n, TILE_M, got the end of "m <"'],
    ['rows <= 3', 'expected a number or one of m, n, TILE_M, got "rows" at character 1 of "rows <= 3"'],
    ['m 3', 'expected an operator, got "3" at character 3 of "m 3"'],
    ['(m + 1', 'expected ")", got the end of "(m + 1"'],
    ['process.exit()', 'got "process" at character 1'],
    ['m & 1', 'expected an operator, got "&" at character 3'],
  ])('refuses "%s"', (text, message) => expect(() => parseExpression(text, NAMES)).toThrow(message));
});
