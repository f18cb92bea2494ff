import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAYOUTS, type Layout, type Problem } from '../../gemm/problem.ts';
import { referenceAt } from '../../gemm/reference.ts';
import { requireExports } from './library.ts';
import { openGpuJs } from './open.node.ts';
import type { GpuJsSession } from './session.ts';
import { GPUJS } from './source.ts';

let session: GpuJsSession;
beforeAll(async () => {
  session = (await openGpuJs({ adapter: 'auto' })).session;
});
afterAll(() => session.dispose());

const [M, N, K] = [6, 5, 19];

function problem(layout: Layout, more: Partial<Problem> = {}): Problem {
  const format = { w: 'f32', a: 'f32', acc: 'f32', out: 'f32' } as const;
  return { shape: { batch: 1, m: M, n: N, k: K }, layout, format, bias: false, ...more };
}

const source = GPUJS;

describe('gpu.js', () => {
  it.each(LAYOUTS)('multiplies right in layout %s, from every operand set, and can be compared', async (layout) => {
    const request = { problem: problem(layout), seed: 4, distribution: 'normal', sets: 2 } as const;
    const operands = await session.allocate(request);
    const prepared = await session.prepare(source, operands);
    const points = Array.from({ length: M * N }, (_, i) => ({ row: Math.floor(i / N), col: i % N }));
    const { exact } = referenceAt(request.problem, 4, 'normal', points);
    for (const firstSet of [0, 1]) {
      await prepared.poison();
      expect((await prepared.difference(prepared)).nonFinite).toBe(M * N);
      const timing = await prepared.launch({ repeats: 1, firstSet });
      expect(timing).toEqual({ gpuSeconds: null, wallSeconds: expect.any(Number) });
      const found = await prepared.read(points);
      for (const [i, value] of found.entries()) expect(value).toBeCloseTo(exact[i] ?? Number.NaN, 4);
    }
    const twin = await session.prepare(source, operands);
    await twin.launch({ repeats: 3, firstSet: 0 });
    expect(await twin.difference(prepared)).toMatchObject({ maxAbs: 0, nonFinite: 0 });
    expect(prepared.pipelineSeconds).toBeGreaterThan(0);
    for (const thing of [prepared, twin, operands]) thing.dispose();
  });

  const format = { w: 'f16', a: 'f16', acc: 'f32', out: 'f32' } as const;
  it.each([
    ['other formats than f32', { format }, 'f32 only'],
    ['a batch', { shape: { batch: 2, m: M, n: N, k: K } }, 'without batch or groups'],
    ['groups', { groups: { experts: 2, rows: [3, 3] } }, 'without batch or groups'],
    ['a bias', { bias: true }, 'no bias'],
  ])('refuses %s', async (_, more: Partial<Problem>, message) => {
    const request = { problem: problem('nn', more), seed: 1, distribution: 'normal', sets: 1 } as const;
    const operands = await session.allocate(request);
    await expect(session.prepare(source, operands)).rejects.toMatchObject({
      reason: 'unsupported',
      message: expect.stringContaining(message),
    });
    operands.dispose();
  });

  it('serves one session of a process at a time', async () => {
    const second = (await openGpuJs({ adapter: 'auto' })).session;
    const request = { problem: problem('nn'), seed: 1, distribution: 'normal', sets: 1 } as const;
    const operands = await second.allocate(request);
    await expect(second.prepare(source, operands)).rejects.toThrow('serves one session of a process');
    await second.dispose();
  });

  it('leaves the global navigator as it was', () => {
    const navigator = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
    expect(navigator?.value).toBeUndefined(); // absent in Node 20, a getter in later ones
  });
});

describe('the package', () => {
  it('is refused where it lacks what it was declared to have', () => {
    expect(() => requireExports({ GPU: class {}, WebGPUContext: class {}, WebGPUBufferResult: 1 })).toThrow(
      'this gpu.js exports no WebGPUBufferResult',
    );
  });
});
