import { describe, expect, it, type TestContext } from 'vitest';
import { sessionOfAll } from '../../src/engine/webgpu/testdata/session.ts';
import type { Problem } from '../../src/gemm/problem.ts';
import type { Program } from '../../src/kernel/program.ts';
import { serve } from '../../src/kernel/select/serve.ts';
import { loadKernels } from '../../src/kernel/set/load.node.ts';
import { findKernel } from '../../src/kernel/set/set.ts';
import { trial, triedElsewhere } from '../../src/kernel/testdata/trial.ts';
import { WrongResult } from '../../src/measure/worker/verify.ts';
import type { FaultyKernel } from './fault.ts';
import { FAULTS } from './faults.ts';
import { problemFor } from './problem.ts';

const set = await loadKernels('kernels');
const session = sessionOfAll();

/**
 * What accumulating in f16 does to a sum: 11 significant bits are left. By bits, because compilers take packing to f16 and
 * unpacking again for doing nothing.
 */
const AS_HALF =
  'fn as_half(value: f32) -> f32 { return bitcast<f32>((bitcast<u32>(value) + 0x1000u) & 0xffffe000u); }\n';

/** Skips the test on a device that lacks what the kernel needs. */
function programFor(name: string, entry: FaultyKernel, problem: Problem, { skip }: TestContext): Program {
  const kernel = findKernel(set, name);
  const elsewhere = triedElsewhere(kernel, session().facts);
  if (elsewhere !== undefined) return skip(elsewhere);
  const served = serve(kernel, problem, session().facts, entry.choice);
  if ('program' in served) return served.program;
  expect(served.reason).toMatch(/which this device lacks|is for SUBGROUP_/);
  return skip(served.reason);
}

describe('the fault table', () => {
  it('has an entry for every kernel and no other, each with faults', () => {
    expect(Object.keys(FAULTS).sort()).toEqual(set.kernels.map(({ name }) => name));
    for (const { faults } of Object.values(FAULTS)) expect(faults.length).toBeGreaterThan(1);
  });
});

describe.each(Object.entries(FAULTS))('%s', (name, entry) => {
  const needed = [...new Set(entry.faults.map((fault) => fault.needs))];
  const problems = needed.map((needs) => ({ needs, title: needs ?? 'nothing' }));
  it.for(problems)('passes as it is where faults need $title', { timeout: 300_000 }, async ({ needs }, ctx) => {
    const problem = problemFor(entry, needs);
    await trial(session(), programFor(name, entry, problem, ctx), problem);
  });

  it.for(entry.faults)('is caught with: $name', { timeout: 300_000 }, async ({ find, replace, needs }, ctx) => {
    const problem = problemFor(entry, needs);
    const program = programFor(name, entry, problem, ctx);
    const code = program.code.replaceAll(find, replace);
    expect(code, `"${find}" is not in the program`).not.toBe(program.code);
    const broken = { ...program, code: code.includes('as_half(') ? code + AS_HALF : code };
    await expect(trial(session(), broken, problem)).rejects.toThrow(WrongResult);
  });
});
