import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { referenceAt } from '../../gemm/reference.ts';
import type { Program } from '../../kernel/program.ts';
import type { Operands, Prepared, Source } from '../port.ts';
import { openWebGpu } from './open.node.ts';
import type { WebGpuSession } from './session.ts';
import { handMade, M, MATMUL, N, problem } from './testdata/hand-made.ts';

let session: WebGpuSession;
let operands: Operands;
beforeAll(async () => {
  ({ session } = await openWebGpu({ adapter: 'auto' }));
  operands = await session.allocate({ problem: problem('f32'), seed: 3, distribution: 'normal', sets: 3 });
});
afterAll(async () => {
  operands.dispose();
  await session.dispose();
});

const once = { repeats: 1, firstSet: 0 };

const wgsl = handMade;

async function launched(source: Source): Promise<Prepared> {
  const prepared = await session.prepare(source, operands);
  await prepared.poison();
  await prepared.launch(once);
  return prepared;
}

describe('a program', () => {
  it('computes C from the filled operands, whichever set comes first', async () => {
    const prepared = await session.prepare(wgsl(MATMUL), operands);
    const points = Array.from({ length: M * N }, (_, i) => ({ row: Math.floor(i / N), col: i % N }));
    const { exact } = referenceAt(problem('f32'), 3, 'normal', points);
    for (const firstSet of [0, 1, 5]) {
      await prepared.poison();
      await prepared.launch({ repeats: 2, firstSet });
      const found = await prepared.read(points);
      for (const [i, value] of found.entries()) expect(value).toBeCloseTo(exact[i] ?? Number.NaN, 4);
    }
    prepared.dispose();
  });

  it('is timed by the wall and, where there are timestamps, by the device', async () => {
    const prepared = await launched(wgsl(MATMUL));
    const { gpuSeconds, ticks, wallSeconds } = await prepared.launch({ repeats: 8, firstSet: 0 });
    expect(prepared.pipelineSeconds).toBeGreaterThan(0);
    expect(wallSeconds).toBeGreaterThan(0);
    expect(session.facts.timestamps).toBe(gpuSeconds !== null);
    if (gpuSeconds !== null && ticks) {
      expect(gpuSeconds).toBeGreaterThan(0);
      expect(gpuSeconds).toBeLessThan(wallSeconds);
      expect(ticks[1] - ticks[0]).toBeCloseTo(gpuSeconds * 1e9, 0);
    }
    prepared.dispose();
  });

  it('takes longer for more repeats', async () => {
    const prepared = await launched(wgsl(MATMUL));
    const few = await prepared.launch({ repeats: 1, firstSet: 0 });
    const many = await prepared.launch({ repeats: 2000, firstSet: 0 });
    expect(many.wallSeconds).toBeGreaterThan(5 * few.wallSeconds);
    prepared.dispose();
  });

  it('refuses a count that is none', async () => {
    const prepared = await session.prepare(wgsl(MATMUL), operands);
    await expect(prepared.launch({ repeats: 0, firstSet: 0 })).rejects.toThrow('repeats must be an integer');
    await expect(prepared.launch({ repeats: 1, firstSet: 0.5 })).rejects.toThrow('firstSet must be an integer');
    prepared.dispose();
  });
});

describe('what cannot run', () => {
  it('says where the compiler stopped, with the line', async () => {
    await expect(session.prepare(wgsl(MATMUL.replace('a[id.y', 'oops[id.y')), operands)).rejects.toMatchObject({
      reason: 'compile-error',
      message: expect.stringMatching(/^hand-made: line 11:\d+: .*'oops'\n {2}for \(var i/),
    });
  });

  it('says it at the line of the file of the kernel', async () => {
    const wrong = wgsl(MATMUL.replace('a[id.y', 'oops[id.y'));
    const written = { prelude: 1, file: 'kernels/mine.wgsl', line: 31 };
    const program = { ...(wrong as { program: Program }).program, written };
    await expect(session.prepare({ ...wrong, program } as typeof wrong, operands)).rejects.toMatchObject({
      // Line 11 of the program is line 10 of what the file holds from its line 31 on.
      message: expect.stringMatching(/^hand-made: kernels\/mine\.wgsl:40:\d+: .*'oops'\n {2}for \(var i/),
    });
    const inPrelude = { ...program, written: { ...written, prelude: 11 } };
    await expect(session.prepare({ ...wrong, program: inPrelude } as typeof wrong, operands)).rejects.toMatchObject({
      message: expect.stringMatching(/^hand-made: line 11:/),
    });
  });

  it('passes on what the device says about a pipeline', async () => {
    const oversized = wgsl(MATMUL.replace('workgroup_size(8, 8)', 'workgroup_size(4096)'));
    await expect(session.prepare(oversized, operands)).rejects.toMatchObject({ reason: 'compile-error' });
  });

  it.each([
    ['a feature that is not there', { features: ['no-such-feature'] }, 'needs the device feature no-such-feature'],
    ['a grid beyond the limit', { workgroups: [65_536, 1, 1] as const }, '65536 workgroups .* allows 65535'],
    ['a binding the problem lacks', { bindings: ['problem', 'a', 'b', 'c', 'scales'] as const }, 'binds scales'],
  ])('refuses %s', async (_, more, message) => {
    await expect(session.prepare(wgsl(MATMUL, more), operands)).rejects.toMatchObject({
      reason: 'unsupported',
      message: expect.stringMatching(new RegExp(message)),
    });
  });

  it('refuses another engine’s source and another session’s operands', async () => {
    await expect(session.prepare({ kind: 'own', name: 'other' }, operands)).rejects.toMatchObject({
      reason: 'unsupported',
    });
    const foreign = { problem: problem('f32'), sets: 1, bytesPerSet: 0, dispose: () => {} };
    await expect(session.prepare(wgsl(MATMUL), foreign)).rejects.toMatchObject({ reason: 'device-error' });
  });

  it('throws a device error at the operation that met it, and works again after', async () => {
    const prepared = await session.prepare(wgsl(MATMUL), operands);
    prepared.dispose();
    await expect(prepared.launch(once)).rejects.toMatchObject({
      reason: 'device-error',
      message: expect.stringContaining('destroyed'),
    });
    const again = await launched(wgsl(MATMUL));
    expect(await again.read([{ row: 0, col: 0 }])).not.toContain(Number.NaN);
    again.dispose();
  });

  it('runs nothing after it was closed, and does not call that a lost device', async () => {
    const { session: other } = await openWebGpu({ adapter: 'auto' });
    await other.dispose();
    const lost = await Promise.race([other.lost, new Promise((resolve) => setTimeout(resolve, 50, 'not lost'))]);
    expect(lost).toBe('not lost');
    const request = { problem: problem('f32'), seed: 1, distribution: 'normal', sets: 1 } as const;
    await expect(other.allocate(request)).rejects.toMatchObject({ reason: 'device-lost' });
  });
});

const COPY = {
  name: 'copy',
  code: `
@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> destination: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) { destination[id.x] = source[id.x]; }`,
  features: [],
  bufferBytes: [1024, 1024],
  workgroups: [4, 1, 1],
} as const;

describe('a probe', () => {
  it('binds its buffers from 0 upwards, read-only or not as its text says', async () => {
    const launchable = await session.probe(COPY);
    expect((await launchable.launch({ repeats: 3, firstSet: 0 })).wallSeconds).toBeGreaterThan(0);
    launchable.dispose();
  });

  it('binds random values where it asks for them and zeros elsewhere', async () => {
    const { device } = session.bench;
    const bound = vi.spyOn(device.gpu, 'createBindGroup');
    const launchable = await session.probe({ ...COPY, random: [0] });
    const entries = [...(bound.mock.lastCall?.[0].entries ?? [])];
    bound.mockRestore();
    const words = await Promise.all(
      entries.map(async ({ resource }) => {
        if (!('buffer' in resource)) throw new Error('not a buffer');
        return new Uint32Array(await device.download(resource.buffer, resource.buffer.size));
      }),
    );
    expect(words.map(({ length }) => 4 * length)).toEqual(COPY.bufferBytes);
    expect(new Set(words[0]).size).toBeGreaterThan(250);
    expect(words[1]?.every((word) => word === 0)).toBe(true);
    launchable.dispose();
  });
});

describe('the facts', () => {
  it('say what the adapter is and which toggles were asked for', () => {
    const { facts } = session;
    expect(['gpu', 'system-software', 'embedded-software']).toContain(facts.source);
    expect(facts.limits.maxBufferSize).toBeGreaterThanOrEqual(2 ** 28);
    expect(facts.toggles).toContain('-timestamp_quantization');
    expect(facts.simulated).toBe(false);
  });
});
