import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonError } from './json-error.ts';

function complaint(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return String(error);
  }
}

describe('the place of a mistake in JSON', () => {
  it.each<[string, string, number, string | null]>([
    ['NaN', '{\n "a": 1,\n "b": NaN,\n "c": 2\n}', 3, 'NaN'],
    ['an infinity', '[1,\n-Infinity]', 2, '-Infinity'],
    ['a cut text', '{"a": [1,\n2', 2, null],
    ['no text', '', 1, null],
    ['a cut string', '{"a":\n"b', 2, '"b'],
    ['a comma too many', '[1,\n2,\n]', 3, ']'],
    ['no comma', '{"a": 1\n"b": 2}', 2, '"b"'],
    ['a bracket of the other kind', '[\n}', 2, '}'],
    ['a bare key', '{\na: 1}', 2, 'a'],
    ['a comment', '// no\n{}', 1, '//'],
    ['something behind', '{}\n\n{}', 3, '{'],
    ['a leading zero', '[\n01]', 2, '01'],
    ['a number with a tail', '[1.5s]', 1, '1.5s'],
    ['a raw line break', '["a\nb"]', 1, '"a'],
    ['something long', `[\n${'x'.repeat(100)}]`, 2, 'x'.repeat(40)],
  ])('%s', (_, text, line, found) => {
    expect(jsonError(text)).toEqual({ line, found });
    expect(complaint(text)).not.toBeNull();
  });

  it('is found nowhere in JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(4), (text, indent) => {
        expect(jsonError(text)).toBeNull();
        expect(jsonError(JSON.stringify(JSON.parse(text), null, indent))).toBeNull();
      }),
    );
    expect(jsonError('['.repeat(200_000) + ']'.repeat(200_000))).toBeNull();
  });

  it('is found exactly where V8 says that a text is no JSON', () => {
    const spoiled = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('NaN', ',', '"', '}', ']', '{', '[', ':', '1', 'x', '\\', '\n', ' ', '-'),
      )
      .map(([text, at, sign]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + sign + text.slice(place);
      });
    fc.assert(
      fc.property(spoiled, (text) => {
        const [mine, words] = [jsonError(text), complaint(text)];
        expect(mine === null).toBe(words === null);
        // Some versions say where, for some mistakes.
        const position = /position (\d+)/.exec(words ?? '')?.[1];
        if (position !== undefined) expect(mine?.line).toBe(text.slice(0, Number(position)).split('\n').length);
      }),
      { numRuns: 2000 },
    );
  });

  it('is the line that was spoiled, in a document of many', () => {
    const lines = JSON.stringify(
      Array.from({ length: 300 }, (_, i) => ({ i, name: `row ${i}`, values: [i, -i / 7, 1e-9 * i] })),
      null,
      1,
    ).split('\n');
    const numbers = lines.flatMap((line, i) => (/: -?\d/.test(line) ? [i] : []));
    fc.assert(
      fc.property(fc.constantFrom(...numbers), (at) => {
        const text = lines.map((line, i) => (i === at ? line.replace(/: -?[\d.e-]+/, ': NaN') : line)).join('\n');
        expect(jsonError(text)).toEqual({ line: at + 1, found: 'NaN' });
      }),
    );
  });
});
