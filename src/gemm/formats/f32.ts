import type { ElementFormat } from './format.ts';

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** IEEE 754 binary32. Every drawn integer is one. */
export const f32 = {
  name: 'f32',
  kind: 'elements',
  roles: ['activations', 'accumulator', 'output'],
  bits: 32,
  precision: 24,
  round: (integer) => integer,
  encode(value) {
    float[0] = value;
    return word[0] ?? 0;
  },
  largest: (2 - 2 ** -23) * 2 ** 127,
  nan: 0x7fc0_0000,
  wgsl: {
    encodeDrawn: 'return bitcast<u32>(value);',
    isFinite: 'return (bits & 0x7f800000u) != 0x7f800000u;',
    widen: 'return bits;',
    functions: [],
  },
} as const satisfies ElementFormat;
