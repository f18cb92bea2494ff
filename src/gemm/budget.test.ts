/** Budgets against simulated kernels: the honest one passes with room to spare, the one that breaks its promise fails. */
import { describe, expect, test } from 'vitest';
import { errorBudget, rmsErrorBudget } from './budget.ts';
import { BF16, decode, encode } from './formats/minifloat.ts';
import { operandA, operandB } from './operands.ts';
import type { OutputFormat, Problem } from './problem.ts';
import { problemOf } from './testdata/problems.ts';

type Round = (value: number) => number;
// Veltkamp's splitting: rounds a double to 53 − 42 = 11 bits, ten times faster than the codec over millions of additions.
const toF16: Round = (value) => {
  const shifted = value * (2 ** 42 + 1);
  return shifted - (shifted - value);
};
const toBf16: Round = (value) => decode(BF16, encode(BF16, value));
const ROUND: Readonly<Record<OutputFormat, Round>> = { f32: Math.fround, f16: toF16, bf16: toBf16 };

/** Sequential sum with every product and every addition rounded: the least accurate order a kernel may use. */
function sequential(round: Round): (a: Float64Array, b: Float64Array) => number {
  return (a, b) => {
    let sum = 0;
    for (const [i, value] of a.entries()) sum = round(sum + round(value * (b[i] ?? 0)));
    return sum;
  };
}

/** Sums of 32 in f16, added up in f32: the mixed scheme that looks almost right. */
function chunked(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  const inner = sequential(toF16);
  for (let start = 0; start < a.length; start += 32) {
    sum = Math.fround(sum + inner(a.subarray(start, start + 32), b.subarray(start, start + 32)));
  }
  return sum;
}

/** max |Δ| / rms and rms(Δ) / rms of a simulated kernel over a whole C. */
function errors(problem: Problem, kernel: (a: Float64Array, b: Float64Array) => number): { max: number; rms: number } {
  const { m, n, k } = problem.shape;
  const drawn = new Float64Array(k);
  const lines = (count: number, source: ReturnType<typeof operandA>) =>
    Array.from({ length: count }, (_, line) => {
      const stored = new Float64Array(k);
      source.read(line, stored, drawn);
      return stored;
    });
  const rows = lines(m, operandA(problem, 11, 'normal'));
  const columns = lines(n, operandB(problem, 11, 'normal'));
  const out = ROUND[problem.format.out];
  let [max, sum, squares] = [0, 0, 0];
  for (const row of rows) {
    for (const column of columns) {
      const exact = row.reduce((total, value, i) => total + value * (column[i] ?? 0), 0);
      const delta = out(kernel(row, column)) - exact;
      max = Math.max(max, Math.abs(delta));
      sum += delta * delta;
      squares += exact * exact;
    }
  }
  return { max: max / Math.sqrt(squares / (m * n)), rms: Math.sqrt(sum / squares) };
}

const depths = [1, 2, 3, 8, 64, 128, 2880, 11008];

/** Fewer elements where each costs more. */
function square(k: number, format: Partial<Problem['format']>): Problem {
  const side = k > 1000 ? 10 : 24;
  return problemOf({ m: side, n: side, k, layout: 'nt', format });
}

describe.each(depths)('k = %d', (k) => {
  test('f32 accumulation keeps at most half of the budget', () => {
    for (const [w, a] of [
      ['f32', 'f32'],
      ['f16', 'f16'],
      ['nvfp4', 'bf16'],
    ] as const) {
      const problem = square(k, { w, a });
      const { max, rms } = errors(problem, sequential(Math.fround));
      expect(max).toBeLessThan(errorBudget(problem) / 2);
      expect(rms).toBeLessThan(rmsErrorBudget(problem) / 2);
    }
  });

  test.each(['f16', 'bf16'] as const)('rounding the output to %s keeps at most half of the budget', (out) => {
    const problem = square(k, { out });
    const { max, rms } = errors(problem, sequential(Math.fround));
    expect(max).toBeLessThan(errorBudget(problem) / 2);
    expect(rms).toBeLessThan(rmsErrorBudget(problem) / 1.5);
  });

  test('promised f16 accumulation keeps at most half of the budget', () => {
    const problem = square(k, { w: 'f16', a: 'f16', acc: 'f16', out: 'f16' });
    const { max, rms } = errors(problem, sequential(toF16));
    expect(max).toBeLessThan(errorBudget(problem) / 2);
    expect(rms).toBeLessThan(rmsErrorBudget(problem) / 1.5);
  });
});

describe.each(depths.filter((k) => k >= 64))('where f32 was promised, at k = %d', (k) => {
  test('f16 accumulation is far over the budget', () => {
    const problem = square(k, { w: 'f16', a: 'f16' });
    expect(errors(problem, sequential(toF16)).max).toBeGreaterThan(100 * errorBudget(problem));
  });

  test('so are f16 sums of 32', () => {
    const problem = square(k, { w: 'f16', a: 'f16' });
    expect(errors(problem, chunked).max).toBeGreaterThan(30 * errorBudget(problem));
  });

  test('with f16 output the rms budget still tells f16 accumulation apart', () => {
    const problem = square(k, { w: 'f16', a: 'f16', out: 'f16' });
    expect(errors(problem, sequential(toF16)).rms).toBeGreaterThan(2 * rmsErrorBudget(problem));
    expect(errors(problem, chunked).rms).toBeGreaterThan(1.5 * rmsErrorBudget(problem));
  });
});

test('budgets at gpt-oss-120b depth are what the docs say', () => {
  const at = (format: Partial<Problem['format']>) => Number(errorBudget(problemOf({ k: 2880, format })).toPrecision(2));
  expect({
    f32: at({}),
    mxfp4: at({ w: 'mxfp4' }),
    f16Output: at({ out: 'f16' }),
    bf16Output: at({ out: 'bf16' }),
    f16Accumulator: at({ w: 'f16', a: 'f16', acc: 'f16', out: 'f16' }),
  }).toMatchInlineSnapshot(`
    {
      "bf16Output": 0.056,
      "f16Accumulator": 0.17,
      "f16Output": 0.007,
      "f32": 0.000021,
      "mxfp4": 0.000022,
    }
  `);
});
