import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeModel, varint } from './onnx.ts';

interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** Fields of a protobuf message, read independently of the writer. */
function fields(bytes: Uint8Array): Field[] {
  const found: Field[] = [];
  let at = 0;
  const number = () => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at++] ?? Number.NaN;
      value += (byte & 127) * factor;
      factor *= 128;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = number();
    if ((key & 7) === 0) found.push({ number: key >> 3, value: number() });
    else {
      expect(key & 7).toBe(2);
      const length = number();
      found.push({ number: key >> 3, value: bytes.subarray(at, at + length) });
      at += length;
    }
  }
  expect(at).toBe(bytes.length);
  return found;
}

const within = (message: Uint8Array, field: number): Uint8Array[] =>
  fields(message).flatMap(({ number, value }) => (number === field && typeof value !== 'number' ? [value] : []));
const numbers = (message: Uint8Array, field: number): number[] =>
  fields(message).flatMap(({ number, value }) => (number === field && typeof value === 'number' ? [value] : []));
const texts = (message: Uint8Array, field: number): string[] =>
  within(message, field).map((bytes) => new TextDecoder().decode(bytes));

const MODEL = encodeModel({
  operator: {
    type: 'MatMulNBits',
    domain: 'com.microsoft',
    inputs: ['a', 'codes'],
    attributes: { K: 2880, bits: 4, accuracy_level: 0 },
  },
  inputs: [{ name: 'a', element: 'f32', dims: [64, 2880] }],
  initializers: [{ name: 'codes', element: 'u8', dims: [3, 1, 2], bytes: Uint8Array.from([1, 2, 3, 4, 5, 250]) }],
  output: { name: 'c', element: 'f32', dims: [64, 3] },
});

describe('an ONNX model', () => {
  const [graph = new Uint8Array()] = within(MODEL, 7);

  it('names its operator, inputs and attributes', () => {
    const [node = new Uint8Array()] = within(graph, 1);
    expect(texts(node, 1)).toEqual(['a', 'codes']);
    expect(texts(node, 2)).toEqual(['c']);
    expect(texts(node, 4)).toEqual(['MatMulNBits']);
    expect(texts(node, 7)).toEqual(['com.microsoft']);
    const attributes = within(node, 5).map((bytes) => [
      texts(bytes, 1)[0],
      numbers(bytes, 3)[0],
      numbers(bytes, 20)[0],
    ]);
    expect(attributes).toEqual([
      ['K', 2880, 2],
      ['bits', 4, 2],
      ['accuracy_level', 0, 2],
    ]);
  });

  it('holds its weights as they are given', () => {
    const [tensor = new Uint8Array()] = within(graph, 5);
    expect(numbers(tensor, 1)).toEqual([3, 1, 2]);
    expect(numbers(tensor, 2)).toEqual([2]);
    expect(within(tensor, 9)[0]).toEqual(Uint8Array.from([1, 2, 3, 4, 5, 250]));
  });

  it('states the shapes of its input and output', () => {
    const shapeOf = (valueInfo: Uint8Array) => {
      const [type = new Uint8Array()] = within(valueInfo, 2);
      const [tensor = new Uint8Array()] = within(type, 1);
      const [shape = new Uint8Array()] = within(tensor, 2);
      return { element: numbers(tensor, 1)[0], dims: within(shape, 1).flatMap((dim) => numbers(dim, 1)) };
    };
    expect(within(graph, 11).map(shapeOf)).toEqual([{ element: 1, dims: [64, 2880] }]);
    expect(within(graph, 12).map(shapeOf)).toEqual([{ element: 1, dims: [64, 3] }]);
  });

  it('imports the two operator sets', () => {
    expect(within(MODEL, 8).map((opset) => [texts(opset, 1)[0] ?? '', numbers(opset, 2)[0]])).toEqual([
      ['', 17],
      ['com.microsoft', 1],
    ]);
  });
});

describe('a varint', () => {
  it('reads back, in seven bits a byte', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const bytes = varint(value);
        expect(bytes.reduceRight((sum, byte) => sum * 128 + (byte & 127), 0)).toBe(value);
        expect(bytes.map((byte) => byte >= 128)).toEqual(bytes.map((_, i) => i < bytes.length - 1));
      }),
    );
  });

  it.each([-1, 0.5, 2 ** 53])('refuses %s', (value) => {
    expect(() => varint(value)).toThrow(RangeError);
  });
});
