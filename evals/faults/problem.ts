/** The problem that a fault of a kernel is tried on. */
import type { Problem } from '../../src/gemm/problem.ts';
import { problemOf } from '../../src/kernel/testdata/trial.ts';
import type { Fault, FaultyKernel } from './fault.ts';

export function problemFor({ shape, format, layout }: FaultyKernel, needs?: Fault['needs']): Problem {
  const bias = needs === 'bias' || needs === 'batch';
  if (needs === 'batch') return problemOf({ ...shape, batch: 3 }, format, { layout, bias });
  if (needs === 'groups') {
    const groups = { experts: 4, rows: [5, 0, 1, 11] };
    return problemOf({ ...shape, m: 17 }, format, { layout, groups, bias });
  }
  return problemOf(shape, needs === 'half-output' ? { ...format, out: 'f16' } : format, { layout, bias });
}
