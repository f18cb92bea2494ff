import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operands, PeerSource } from '../src/engine/port.ts';
import { openWebGpu } from '../src/engine/webgpu/open.node.ts';
import { shippedKernels } from '../src/experiment/setup/selection.ts';
import { errorBudget } from '../src/gemm/budget.ts';
import { referenceAt } from '../src/gemm/reference.ts';
import type { Program } from '../src/kernel/program.ts';
import { serve } from '../src/kernel/select/serve.ts';
import type { KernelSet } from '../src/kernel/set/kernel.ts';
import { withFormat } from './contenders.ts';
import { loadGpuJsCpu, loadLoop } from './libraries/javascript.ts';
import type { Library } from './library.ts';
import { PeerSession } from './session.ts';
import { caseOf } from './shapes.ts';

const { problem } = caseOf({ format: 'f32', mnk: [7, 12, 33], from: 'a test' });
const REQUEST = { problem, seed: 3, distribution: 'normal', sets: 1 } as const;
const POINTS = Array.from({ length: 7 * 12 }, (_, i) => ({ row: Math.floor(i / 12), col: i % 12 }));
const { exact } = referenceAt(problem, REQUEST.seed, REQUEST.distribution, POINTS);

/** Gives one element too large by `error`. */
const wrong = (right: Library, error: number): Library => ({
  ...right,
  multiply: async (inputs) => {
    const multiplication = await right.multiply(inputs);
    const result = async () => (await multiplication.result()).map((value, i) => (i === 5 ? value + error : value));
    return { run: (repeats) => multiplication.run(repeats), result, dispose: () => {} };
  },
});

let session: PeerSession;
let operands: Operands;
let kernels: KernelSet;
beforeAll(async () => {
  const inner = (await openWebGpu({ adapter: 'auto', yieldCpu: false })).session;
  const shared = { device: inner.bench.device.gpu, adapterInfo: inner.bench.device.gpu.adapterInfo, limits: {} };
  const loop = await loadLoop(shared);
  const libraries = new Map<string, Library | string>([
    ['js-loop', loop],
    ['gpujs-cpu', await loadGpuJsCpu(shared)],
    ['broken', 'does not load: no such file'],
    ['wrong', wrong(loop, 0.5)],
  ]);
  session = new PeerSession(inner, libraries);
  operands = await session.allocate(REQUEST);
  kernels = await shippedKernels();
});
afterAll(async () => {
  operands.dispose();
  await session.dispose();
});

function program(name: string, of = problem): Program {
  const kernel = kernels.kernels.find((known) => known.name === name);
  const served = kernel ? serve(kernel, of, session.facts) : { reason: `no kernel ${name}` };
  if ('reason' in served) throw new Error(served.reason);
  return served.program;
}

const naive = () => session.prepare({ kind: 'wgsl', program: program('naive') }, operands);
const peer = (name: string, more: Partial<PeerSource> = {}) =>
  session.prepare({ kind: 'peer', name, ...more }, operands);
const worstError = (values: Float64Array) => Math.max(...values.map((value, i) => Math.abs(value - (exact[i] ?? 0))));

describe('a library beside our kernels', () => {
  it.each(['js-loop', 'gpujs-cpu'])('%s multiplies the very operands of the device', async (name) => {
    const reference = await naive();
    await reference.launch({ repeats: 1, firstSet: 0 });
    const prepared = await peer(name);
    await prepared.poison();
    expect((await prepared.difference(reference)).nonFinite).toBe(7 * 12);
    const timing = await prepared.launch({ repeats: 2, firstSet: 0 });
    expect(timing).toEqual({ gpuSeconds: null, wallSeconds: expect.any(Number) });
    expect(worstError(await prepared.read(POINTS))).toBeLessThan(1e-4);
    expect(await prepared.difference(reference)).toMatchObject({ nonFinite: 0 });
    expect((await prepared.difference(reference)).maxAbs).toBeLessThan(1e-4);
    await prepared.poison();
    expect((await prepared.difference(reference)).nonFinite).toBe(7 * 12);
    for (const thing of [prepared, reference]) thing.dispose();
  });

  it('is seen to be wrong', async () => {
    const reference = await naive();
    await reference.launch({ repeats: 1, firstSet: 0 });
    const prepared = await peer('wrong');
    await prepared.launch({ repeats: 1, firstSet: 0 });
    expect(worstError(await prepared.read(POINTS))).toBeCloseTo(0.5, 4);
    const { maxAbs, worst } = await prepared.difference(reference);
    expect(maxAbs).toBeCloseTo(0.5, 4);
    expect(worst).toEqual({ row: 0, col: 5 });
    for (const thing of [prepared, reference]) thing.dispose();
  });

  it('with a budget of its own is told in units of the visit’s', async () => {
    const budget = 1000 * errorBudget(problem);
    const prepared = await peer('wrong', { budget });
    await prepared.launch({ repeats: 1, firstSet: 0 });
    expect(worstError(await prepared.read(POINTS))).toBeCloseTo(0.5 / 1000, 5);
    prepared.dispose();
  });

  it.each([
    ['broken', 'does not load: no such file'],
    ['unheard-of', 'is not known here'],
  ])('that is %s has a reason', async (name, message) => {
    await expect(peer(name)).rejects.toMatchObject({ reason: 'unsupported', message });
  });

  it('refuses what it is not asked for', async () => {
    const other = { ...problem, bias: true };
    const biased = await session.allocate({ ...REQUEST, problem: other });
    await expect(session.prepare({ kind: 'peer', name: 'js-loop' }, biased)).rejects.toThrow('without bias');
    biased.dispose();
  });
});

describe('our kernels', () => {
  it('are timed by the wall alone, one submission a launch', async () => {
    const prepared = await naive();
    await prepared.poison();
    expect(await prepared.launch({ repeats: 3, firstSet: 0 })).toEqual({
      gpuSeconds: null,
      wallSeconds: expect.any(Number),
    });
    expect(worstError(await prepared.read(POINTS))).toBeLessThan(1e-4);
    prepared.dispose();
  });

  it('in another format are held to their own right answer', async () => {
    const other = withFormat(problem, { w: 'f16', a: 'f16', acc: 'f32', out: 'f32' });
    const source = { problem: other, program: program('direct', other), reference: program('naive', other) };
    const prepared = await peer('f16', { other: source });
    const reference = await naive();
    await prepared.poison();
    expect((await prepared.difference(reference)).nonFinite).toBe(7 * 12);
    await prepared.launch({ repeats: 1, firstSet: 0 });
    // f16 operands alone would cost about 1e-3 of rms; what is told is the kernel's error against rounded operands.
    expect(worstError(await prepared.read(POINTS))).toBeLessThan(1e-4);
    expect((await prepared.difference(reference)).maxAbs).toBeLessThan(1e-4);
    for (const thing of [prepared, reference]) thing.dispose();
  });
});
