/** A rehearsal: a short visit of a smaller problem, to estimate the duration of a large one. */
import type { DeviceFacts } from '../../engine/port.ts';
import type { Problem } from '../../gemm/problem.ts';
import type { Contender, VisitRequest } from '../worker/protocol.ts';
import type { CaseState } from './case-state.ts';
import type { Entry, MeasureRequest } from './measurement.ts';

/**
 * The kernels of the case on the small problem; `best` and the reference might be other kernels for that one. Null if they do not
 * serve it.
 */
export function entryOf(
  { case: item, entry }: CaseState,
  small: Problem,
  enter: MeasureRequest['enter'],
  facts: DeviceFacts,
): Entry | null {
  const entered = enter({ ...item, problem: small }, facts);
  const named = (kernel: Contender | null | undefined) => {
    if (kernel?.source.kind !== 'wgsl') return undefined;
    const found = enter({ ...item, kernel: kernel.source.program.kernel, problem: small }, facts);
    return 'status' in found ? undefined : found.contenders[0];
  };
  const contender = named(entry?.contenders[0]) ?? ('status' in entered ? undefined : entered.contenders[0]);
  if (!contender) return null;
  const vouching = 'status' in entered ? null : entered.reference;
  return { contenders: [contender], reference: entry?.reference ? (named(entry.reference) ?? vouching) : null };
}

/** A short visit of the small problem, contender and reference side by side as two contenders. */
export function rehearsal(request: VisitRequest, { contenders, reference }: Entry, small: Problem): VisitRequest {
  return {
    ...request,
    problem: small,
    operands: 'hot',
    reference: null,
    contenders: [...contenders.slice(0, 1), ...(reference ? [{ ...reference, name: 'reference' }] : [])],
    sampling: {
      ...request.sampling,
      blocks: 1,
      minSamples: 2,
      maxSamples: 2,
      maxWarmUpSeconds: 0.01,
      minSampleSeconds: 1e-3,
    },
    referenceMacs: 1 << 16,
  };
}

/** The same problem with n and k cut (in whole blocks of 64), then rows, until its work is at most `most` or nothing is left to cut. */
export function shrink(problem: Problem, most: number): Problem {
  let { batch, m, n, k } = problem.shape;
  const { groups } = problem;
  const work = () => 2 * batch * m * n * k;
  while (work() > most && batch > 1) batch = Math.ceil(batch / 2);
  while (work() > most && Math.max(n, k) > 256) {
    if (n >= k) n = Math.max(64, Math.ceil(n / 128) * 64);
    else k = Math.max(64, Math.ceil(k / 128) * 64);
  }
  while (work() > most && !groups && m > 64) m = Math.ceil(m / 2);
  return { ...problem, shape: { batch, m, n, k } };
}
