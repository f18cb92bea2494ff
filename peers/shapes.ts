/** The shapes to compare: the default shapes, or every shape of a suite that all libraries support. */
import { defaultScale } from '../src/gemm/formats/scale.ts';
import type { Format, Problem, Shape } from '../src/gemm/problem.ts';
import { flop, operandBytes } from '../src/gemm/shape.ts';
import type { Case } from '../src/plan/case/case.ts';
import { formatId } from '../src/plan/case/id.ts';
import { seriesOf } from '../src/plan/case/series.ts';

export type CaseFormat = 'f32' | 'int4';

interface Asked {
  readonly format: CaseFormat;
  readonly mnk: readonly [m: number, n: number, k: number];
  readonly from: string;
}

const SQUARE = 'square, the size others quote';
const EXPERT = 'gpt-oss-120b: hidden 2880 to d_ff 2880';

export const DEFAULT_SHAPES: readonly Asked[] = [
  { format: 'f32', mnk: [256, 256, 256], from: SQUARE },
  { format: 'f32', mnk: [512, 512, 512], from: SQUARE },
  { format: 'f32', mnk: [1024, 1024, 1024], from: SQUARE },
  { format: 'f32', mnk: [64, 2880, 2880], from: EXPERT },
  { format: 'f32', mnk: [128, 1024, 4096], from: 'Llama 3.1 8B: hidden 4096 to 8 heads of 128 for keys' },
  { format: 'int4', mnk: [1, 2880, 2880], from: EXPERT },
  { format: 'int4', mnk: [64, 2880, 2880], from: EXPERT },
];

/**
 * Larger problems take seconds a multiplication on a software adapter (2^31 FLOP are 1024³); larger operands exceed what a
 * binding holds on some devices.
 */
export const MOST_FLOP = 2 ** 31;
export const MOST_BYTES = 128 * 2 ** 20;

const SEED = 1;

/**
 * One case. f32 uses layout nn, the only one that all libraries take without a transpose; 4-bit weights use nt, along whose rows
 * their blocks run. Operands are hot, because every library keeps one copy.
 */
export function caseOf({ format, mnk: [m, n, k], from }: Asked, suite = 'peers', name = 'gemm'): Case {
  const shape: Shape = { batch: 1, m, n, k };
  const formats: Format = { w: format, a: 'f32', acc: 'f32', out: 'f32' };
  const scale = defaultScale(format);
  const layout = format === 'int4' ? 'nt' : 'nn';
  const problem: Problem = { shape, layout, format: formats, ...(scale && { scale }), bias: false };
  const chosen = { problem, operands: 'hot', distribution: 'normal', kernel: 'best' } as const;
  const identity = { suite, phase: 'shapes', name, shape, layout, format: formats, bias: false } as const;
  const id = formatId({ ...identity, operands: 'hot', kernel: 'best' });
  return { id, suite, phase: 'shapes', name, ...chosen, seed: SEED, from, series: seriesOf(chosen), count: 1 };
}

/**
 * Reads `64x2880x2880,1x2880x2880:int4`.
 *
 * @throws RangeError naming what cannot be read
 */
export function parseShapes(text: string): Case[] {
  return text.split(',').map((part) => {
    const match = /^\s*(\d+)x(\d+)x(\d+)(?::(f32|int4))?\s*$/.exec(part);
    const [m = 0, n = 0, k = 0] = (match?.slice(1, 4) ?? []).map(Number);
    const format = match?.[4] === 'int4' ? 'int4' : 'f32';
    if (Math.min(m, n, k) < 1) {
      throw new RangeError(`--shapes: cannot read "${part}"; expected MxNxK or MxNxK:int4, joined by commas`);
    }
    const item = caseOf({ format, mnk: [m, n, k], from: '--shapes' });
    if (!fits(item.problem)) throw new RangeError(`--shapes: ${part.trim()} exceeds 2^31 FLOP or 128 MiB an operand`);
    return item;
  });
}

/** The distinct shapes of cases that all libraries support, in f32. Batches and groups have no peer. */
export function sharedShapes(cases: readonly Case[]): Case[] {
  const found = new Map<string, Case>();
  for (const { problem, suite, name, from } of cases) {
    const { batch, m, n, k } = problem.shape;
    if (batch !== 1 || problem.groups) continue;
    const item = caseOf({ format: 'f32', mnk: [m, n, k], from }, suite, name);
    const key = `${m}x${n}x${k}`;
    if (!found.has(key) && fits(item.problem)) found.set(key, item);
  }
  return [...found.values()];
}

function fits(problem: Problem): boolean {
  const { a, b, c } = operandBytes(problem);
  return flop(problem) <= MOST_FLOP && Math.max(a, b, c) <= MOST_BYTES;
}
