import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, digest } from './digest.ts';

test('sha256 of the published examples, and of UTF-8', () => {
  expect(digest('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(digest('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
});

test('canonical JSON is JSON, and does not depend on the order of keys', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true });
  fc.assert(
    fc.property(object, (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(canonicalJson({ b: [1, 'x', null], a: undefined, A: true })).toBe('{"A":true,"b":[1,"x",null]}');
});

test.each([
  [Number.NaN, 'JSON has no NaN'],
  [{ a: Number.POSITIVE_INFINITY }, 'JSON has no Infinity'],
  [[undefined], 'JSON has no undefined'],
  [{ when: new Date(0) }, 'only plain objects have canonical JSON'],
  [new Float64Array(1), 'only plain objects have canonical JSON'],
])('refuses what JSON would silently change: %j', (value, message) => {
  expect(() => canonicalJson(value)).toThrow(message);
});
