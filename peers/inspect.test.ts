/** Compiler statistics of libraries' programs, captured as they run. */
import { describe, expect, it } from 'vitest';
import { NothingToDo } from '../src/experiment/errors.ts';
import { shippedKernels } from '../src/experiment/setup/selection.ts';
import { CATALOGUE } from './catalogue.ts';
import { inspectPeers } from './inspect.ts';
import { versionOf } from './install.ts';
import { readOptions } from './options.ts';
import { parseShapes } from './shapes.ts';

const kernels = await shippedKernels();
const cases = parseShapes('64x64x64');
const request = { gpus: ['navi31'], root: null, adapter: 'embedded', kernels, cases };

describe('bench:peers --inspect', () => {
  it.for(['gpujs-webgpu', 'tfjs-webgpu', 'jax-js'])('sets what %s runs beside ours', async (name, context) => {
    const entries = CATALOGUE.filter((entry) => entry.name === name);
    if (entries.some((entry) => versionOf(entry) === null)) context.skip(`${name} is not installed`);
    const { gpus, kernels: rows } = await inspectPeers({ ...request, entries }).catch((error: unknown) => {
      if (error instanceof NothingToDo && /Mesa/.test(error.message)) context.skip(error.message);
      throw error;
    });
    expect(gpus).toMatchObject([{ name: 'navi31', compiler: 'ACO' }]);
    expect(rows.map(({ status }) => status)).toEqual(['compiled', 'compiled']);
    const [ours, theirs] = rows;
    expect(ours).toMatchObject({ kernel: kernels.kernels.find((kernel) => kernel.hash === ours?.hash)?.name });
    expect(theirs).toMatchObject({ kernel: name, hash: null, case: ours?.case });
    if (theirs?.status !== 'compiled') return;
    // gpu.js unrolls no loop that has 64 turns, and the others multiply tiles.
    expect(theirs.loop?.multiplyAdds).toBeGreaterThan(0);
  });

  it('says which programs can be caught, and which GPU is meant', async () => {
    const entries = CATALOGUE.filter(({ name }) => name === 'js-loop');
    await expect(inspectPeers({ ...request, entries })).rejects.toThrow(/only the programs of|Mesa/);
    expect(() => readOptions(['--inspect', '--gpu', 'navi31,tlg'])).toThrow(
      '--gpu tlg: no such GPU; did you mean "tgl"?',
    );
    expect(readOptions(['--inspect', '--gpu', 'navi31,tgl']).inspect).toEqual(['navi31', 'tgl']);
    expect(readOptions([]).inspect).toBeNull();
  });
});
