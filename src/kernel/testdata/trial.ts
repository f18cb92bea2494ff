/** Runs one kernel on one small problem and compares every element of C with f64; used by tests of kernels. */
import type { DeviceFacts, Session } from '../../engine/port.ts';
import { defaultScale } from '../../gemm/formats/scale.ts';
import type { Problem } from '../../gemm/problem.ts';
import { referenceAt } from '../../gemm/reference.ts';
import { rows } from '../../gemm/shape.ts';
import { checkPoints, type Expectation, expect } from '../../measure/worker/verify.ts';
import type { Program } from '../program.ts';
import { namesIn } from '../set/expression.ts';
import type { Kernel } from '../set/kernel.ts';

const SEED = 7;

/**
 * Why a kernel is not tried on this device: `best` takes it on GPUs only, the embedded adapter can run it and does, and the
 * system's software adapter takes half a minute to compile some of these.
 */
export function triedElsewhere({ preferred, requires }: Kernel, { source }: DeviceFacts): string | undefined {
  const forGpus = preferred.length > 0 && preferred.every((each) => each.if && namesIn(each.if).includes('GPU'));
  const lackedThere = requires.filter((feature) => feature !== 'packed_4x8_integer_dot_product');
  if (source !== 'system-software' || !forGpus || lackedThere.length > 0) return undefined;
  return 'best takes it on GPUs only, and the embedded adapter verifies it';
}

export function problemOf(
  shape: Partial<Problem['shape']>,
  format: Partial<Problem['format']> = {},
  rest: Partial<Pick<Problem, 'layout' | 'groups' | 'bias'>> = {},
): Problem {
  const full = { w: 'f32', a: 'f32', acc: 'f32', out: 'f32', ...format } as const;
  const scale = defaultScale(full.w);
  const sizes = { batch: 1, m: 1, n: 1, k: 1, ...shape };
  return { shape: sizes, layout: scale ? 'nt' : 'nn', format: full, bias: false, ...rest, ...(scale ? { scale } : {}) };
}

/** Every element of C, since the problems are small. */
export function expectEverywhere(problem: Problem): Expectation {
  const { n } = problem.shape;
  const points = Array.from({ length: rows(problem) * n }, (_, i) => ({ row: Math.floor(i / n), col: i % n }));
  const { exact } = referenceAt(problem, SEED, 'normal', points);
  return { ...expect(problem, SEED, 'normal', 1), points, exact };
}

/**
 * Runs `program` once on poisoned output.
 *
 * @returns values of C in the order of the expectation's points
 * @throws WrongResult naming the worst element
 */
export async function trial(session: Session, program: Program, problem: Problem): Promise<number> {
  return inSession(session, program, problem, (prepared) => checkPoints(prepared, expectEverywhere(problem)));
}

/** Values of C, row by row. */
export async function valuesOf(session: Session, program: Program, problem: Problem): Promise<Float64Array> {
  return inSession(session, program, problem, (prepared) => prepared.read(expectEverywhere(problem).points));
}

async function inSession<T>(
  session: Session,
  program: Program,
  problem: Problem,
  look: (prepared: Awaited<ReturnType<Session['prepare']>>) => Promise<T>,
): Promise<T> {
  const operands = await session.allocate({ problem, seed: SEED, distribution: 'normal', sets: 1 });
  const prepared = await session.prepare({ kind: 'wgsl', program }, operands);
  try {
    await prepared.poison();
    await prepared.launch({ repeats: 1, firstSet: 0 });
    return await look(prepared);
  } finally {
    prepared.dispose();
    operands.dispose();
  }
}

/** What k must be a multiple of for a kernel. */
export function stepOf({ only }: Kernel): number {
  const steps = only.flatMap(({ if: { text } }) => /^k % (\d+) == 0$/.exec(text)?.slice(1) ?? []);
  return Math.max(1, ...steps.map(Number));
}
