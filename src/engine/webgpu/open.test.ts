import { describe, expect, it } from 'vitest';
import { referenceAt } from '../../gemm/reference.ts';
import { openWebGpu } from './open.node.ts';
import { handMade, MATMUL, problem } from './testdata/hand-made.ts';

const request = { problem: problem('f32'), seed: 9, distribution: 'uniform', sets: 2 } as const;
const corner = [{ row: 0, col: 0 }];

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('the embedded adapter', () => {
  it('multiplies right, and leaves the environment to the system adapter', async () => {
    const before = process.env.VK_DRIVER_FILES;
    const { session, tried, yields } = await openWebGpu({ adapter: 'embedded' });
    expect(session.facts.source).toBe('embedded-software');
    expect(tried).toMatchObject([{ route: 'embedded SwiftShader', outcome: 'chosen' }]);
    expect(yields).toBe('none');
    expect(process.env.VK_DRIVER_FILES).toBe(before);
    const prepared = await session.prepare(handMade(MATMUL), await session.allocate(request));
    await prepared.launch({ repeats: 2, firstSet: 1 });
    const [found = Number.NaN] = await prepared.read(corner);
    expect(found).toBeCloseTo(referenceAt(request.problem, 9, 'uniform', corner).exact[0] ?? Number.NaN, 4);
    await session.dispose();
  });
});

describe('a lost device', () => {
  it('is reported, and nothing runs on it any more', async () => {
    const { session } = await openWebGpu({ adapter: 'auto' });
    const prepared = await session.prepare(handMade(MATMUL), await session.allocate(request));
    session.bench.device.gpu.destroy(); // behind the session's back, as a driver reset would
    expect(await session.lost).not.toBe('');
    const launch = prepared.launch({ repeats: 1, firstSet: 0 });
    await expect(launch).rejects.toMatchObject({ reason: 'device-lost' });
  });
});

describe('an adapter that is not there', () => {
  it('is an error that names every attempt', async () => {
    await expect(openWebGpu({ adapter: 'no such adapter' })).rejects.toMatchObject({
      reason: 'no-adapter',
      message: expect.stringMatching(/no such adapter; tried\n {2}system "no such adapter": .*\n {2}system adapter: /),
    });
  });
});
