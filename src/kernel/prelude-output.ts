/** WGSL that writes C: bias added in f32, rounded to the output format, stored so that no neighbour is touched. */
import type { Problem } from '../gemm/problem.ts';
import type { Access, Fragment, Mentions } from './prelude.ts';

/**
 * C is declared as vectors when the kernel stores by fours only and n is a multiple of 4: then every group of four columns
 * is inside C or outside it as a whole, and one thread writes the whole vector. Otherwise f32 is stored by elements, and
 * 16-bit formats by atomic words, since two threads may own the two halves of one word.
 */
export function output(problem: Problem, mentions: Mentions): Access {
  const vector = problem.shape.n % 4 === 0 && !mentions('store_c');
  const functions = [...biased(problem), ...ROUNDING];
  if (problem.format.out === 'f32') {
    const element = vector ? 'vec4<f32>' : 'f32';
    return {
      type: `array<${element}>`,
      vector,
      functions: [...functions, ...(vector ? [FLOAT_VECTOR] : FLOAT_ELEMENTS)],
    };
  }
  const element = vector ? 'vec2<u32>' : 'atomic<u32>';
  const round = `${problem.format.out}_bits`;
  return {
    type: `array<${element}>`,
    vector,
    functions: [...functions, ...(vector ? [halfVector(round)] : halfAtomics(round))],
  };
}

function biased({ bias }: Problem): Fragment[] {
  const one = bias ? 'value + bias[matrix * problem.n + col]' : 'value';
  return [
    {
      name: 'add_bias',
      code: `fn add_bias(matrix: u32, col: u32, value: f32) -> f32 {
  return ${one};
}`,
    },
    {
      name: 'add_bias4',
      code: bias
        ? `fn add_bias4(matrix: u32, col: u32, values: vec4<f32>) -> vec4<f32> {
  let e = matrix * problem.n + col;
  return values + vec4<f32>(bias[e], bias[e + 1u], bias[e + 2u], bias[e + 3u]);
}`
        : `fn add_bias4(matrix: u32, col: u32, values: vec4<f32>) -> vec4<f32> {
  return values;
}`,
    },
  ];
}

/**
 * By integers: WGSL leaves the rounding of pack2x16float to the device, and a reference must be one number. Ties to even.
 * Without branches: sixteen of them in a row, as vector stores have, would cost more to compile than the kernel.
 */
const ROUNDING: readonly Fragment[] = [
  {
    name: 'f16_bits',
    code: `fn f16_bits(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  let sign = (bits >> 16u) & 0x8000u;
  let magnitude = bits & 0x7fffffffu;
  let normal = (magnitude + 0xfffu + ((magnitude >> 13u) & 1u) - 0x38000000u) >> 13u;
  let shift = clamp(126u - min(magnitude >> 23u, 126u), 1u, 25u);
  let significand = (magnitude & 0x7fffffu) | 0x800000u;
  let quotient = significand >> shift;
  let rest = significand & ((1u << shift) - 1u);
  let tie = 1u << (shift - 1u);
  let subnormal = quotient + u32(rest > tie || (rest == tie && (quotient & 1u) == 1u));
  let finite = select(normal, subnormal, magnitude < 0x38800000u);
  return sign | select(finite, select(0x7c00u, 0x7e00u, magnitude > 0x7f800000u), magnitude >= 0x47800000u);
}`,
  },
  {
    name: 'bf16_bits',
    code: `fn bf16_bits(value: f32) -> u32 {
  let bits = bitcast<u32>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) { return 0x7fc0u; }
  return (bits + 0x7fffu + ((bits >> 16u) & 1u)) >> 16u;
}`,
  },
];

const FLOAT_VECTOR: Fragment = {
  name: 'store_c4',
  code: `fn store_c4(matrix: u32, row: u32, col: u32, values: vec4<f32>) {
  if (col >= problem.n) { return; }
  C[(row * problem.n + col) >> 2u] = add_bias4(matrix, col, values);
}`,
};

const STORE_BY_ONE = `fn store_c4(matrix: u32, row: u32, col: u32, values: vec4<f32>) {
  for (var i = 0u; i < min(4u, problem.n - min(col, problem.n)); i++) { store_c(matrix, row, col + i, values[i]); }
}`;

const FLOAT_ELEMENTS: readonly Fragment[] = [
  {
    name: 'store_c',
    code: `fn store_c(matrix: u32, row: u32, col: u32, value: f32) {
  C[row * problem.n + col] = add_bias(matrix, col, value);
}`,
  },
  { name: 'store_c4', code: STORE_BY_ONE },
];

function halfVector(round: string): Fragment {
  return {
    name: 'store_c4',
    code: `fn store_c4(matrix: u32, row: u32, col: u32, values: vec4<f32>) {
  if (col >= problem.n) { return; }
  let v = add_bias4(matrix, col, values);
  let words = vec2<u32>(${round}(v.x) | (${round}(v.y) << 16u), ${round}(v.z) | (${round}(v.w) << 16u));
  C[(row * problem.n + col) >> 2u] = words;
}`,
  };
}

function halfAtomics(round: string): Fragment[] {
  return [
    {
      name: 'store_c',
      code: `fn store_c(matrix: u32, row: u32, col: u32, value: f32) {
  let e = row * problem.n + col;
  let shift = 16u * (e & 1u);
  let half = ${round}(add_bias(matrix, col, value));
  // Clearing and setting one half leaves the other to the thread that owns it, whatever the order.
  atomicAnd(&C[e >> 1u], 0xffff0000u >> shift);
  atomicOr(&C[e >> 1u], half << shift);
}`,
    },
    { name: 'store_c4', code: STORE_BY_ONE },
  ];
}
