/** Contenders without a GPU: a plain loop, and gpu.js on the CPU. */
import type { Inputs, Library, LoadLibrary } from '../library.ts';
import { refusesAllButF32 } from '../library.ts';

export const loadLoop: LoadLibrary = async () =>
  synchronous(async ({ problem, a, b }) => {
    const { m, n, k } = problem.shape;
    const [left, right] = [await a(), await b()];
    const c = new Float32Array(m * n);
    return { compute: () => multiplyLoop(left, right, c, [m, n, k]), result: () => c };
  });

export const loadGpuJsCpu: LoadLibrary = async () => {
  const { default: library } = await import('gpu.js');
  const gpu = new library.GPU({ mode: 'cpu' });
  // A string, because TypeScript tools would rewrite a function before gpu.js sees it.
  const source = `function (a, b) {
    let sum = 0;
    for (let i = 0; i < this.constants.k; i++) {
      sum += a[this.thread.y][i] * b[i][this.thread.x];
    }
    return sum;
  }`;
  return synchronous(async ({ problem, a, b }) => {
    const { m, n, k } = problem.shape;
    const [left, right] = [rowsOf(await a(), k), rowsOf(await b(), n)];
    const kernel = gpu.createKernel(source, { constants: { k }, output: [n, m] });
    let c: readonly Float32Array[] = [];
    return {
      compute: () => {
        c = matrix(kernel(left, right));
      },
      result: () => flat(c, n),
      dispose: () => kernel.destroy(),
    };
  });
};

interface Computation {
  compute(): void;
  result(): Float32Array;
  dispose?(): void;
}

function synchronous(bind: (inputs: Inputs) => Promise<Computation>): Library {
  return {
    refuses: refusesAllButF32,
    multiply: async (inputs) => {
      const computation = await bind(inputs);
      return {
        run: async (repeats) => {
          for (let i = 0; i < repeats; i++) computation.compute();
        },
        result: async () => computation.result(),
        dispose: () => computation.dispose?.(),
      };
    },
  };
}

/** C[m,n] = A[m,k] · B[k,n], row by column, summed in f64 as JavaScript does. */
export function multiplyLoop(
  a: Float32Array,
  b: Float32Array,
  c: Float32Array,
  [m, n, k]: readonly [m: number, n: number, k: number],
): void {
  for (let row = 0; row < m; row++) {
    for (let col = 0; col < n; col++) {
      let sum = 0;
      for (let i = 0; i < k; i++) sum += (a[row * k + i] as number) * (b[i * n + col] as number);
      c[row * n + col] = sum;
    }
  }
}

function rowsOf(values: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: values.length / width }, (_, row) => values.subarray(row * width, (row + 1) * width));
}

function matrix(value: unknown): readonly Float32Array[] {
  if (Array.isArray(value) && value.every((row) => row instanceof Float32Array)) return value;
  throw new Error('gpu.js gave no matrix');
}

function flat(rows: readonly Float32Array[], width: number): Float32Array {
  const values = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) values.set(row, i * width);
  return values;
}
