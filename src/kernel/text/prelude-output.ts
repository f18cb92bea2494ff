/** WGSL that writes C: bias added in f32, rounded to the output format, stored without changing neighbours. */
import { asElements } from '../../gemm/formats/registry.ts';
import type { Problem } from '../../gemm/problem.ts';
import type { Access, Fragment, Mentions } from './prelude.ts';

/**
 * C is declared as vectors when the kernel stores by fours only and n is a multiple of 4: then every group of four columns
 * is inside C or outside it as a whole, and one thread writes the whole vector. Otherwise f32 is stored by elements, and
 * 16-bit formats by atomic words, since two threads may own the two halves of one word.
 */
export function output(problem: Problem, mentions: Mentions): Access {
  const vector = problem.shape.n % 4 === 0 && !mentions('store_c');
  const rounding = asElements(problem.format.out)?.wgsl.rounding;
  const functions = [...biased(problem), ...(rounding ? [rounding] : [])];
  if (!rounding) {
    const element = vector ? 'vec4<f32>' : 'f32';
    return {
      type: `array<${element}>`,
      vector,
      functions: [...functions, ...(vector ? [FLOAT_VECTOR] : FLOAT_ELEMENTS)],
    };
  }
  const element = vector ? 'vec2<u32>' : 'atomic<u32>';
  const round = rounding.name;
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
  // Clearing and setting one half does not affect the other, whatever the order of threads.
  atomicAnd(&C[e >> 1u], 0xffff0000u >> shift);
  atomicOr(&C[e >> 1u], half << shift);
}`,
    },
    { name: 'store_c4', code: STORE_BY_ONE },
  ];
}
