import { describe, expect, it } from 'vitest';
import type { Problem } from '../../gemm/problem.ts';
import type { KernelDevice } from '../device.ts';
import { loadKernels } from '../set/load.node.ts';
import { findKernel } from '../set/set.ts';
import { DEVICE } from '../testdata/device.ts';
import { problemOf } from '../testdata/trial.ts';
import { best } from './best.ts';
import { serve } from './serve.ts';

const set = await loadKernels('kernels');

describe('integers', () => {
  const packed = { ...DEVICE, features: ['packed_4x8_integer_dot_product'] };
  const of = (format: Partial<Problem['format']>) => problemOf({ m: 4, n: 64, k: 256 }, format);
  const codeOf = (name: string, problem: Problem) => {
    const served = serve(findKernel(set, name), problem, packed);
    if (!('program' in served)) throw new Error(served.reason);
    return served.program.code;
  };

  it('are multiplied by floats where the language has no products of bytes', () => {
    const problem = of({ w: 'int4', a: 'int8' });
    expect(serve(findKernel(set, 'int4-dots'), problem, DEVICE)).toMatchObject({
      reason: 'int4-dots needs packed_4x8_integer_dot_product, which this device lacks',
    });
    const kernelOn = (device: KernelDevice) => {
      const picked = best(set, problem, device);
      return 'kernel' in picked ? picked.kernel.name : picked.reason;
    };
    expect([packed, DEVICE].map(kernelOn)).toEqual(['int4-dots', 'int4']);
  });

  it.each([
    ['int8', 'int8', 32],
    ['int8-channel', 'int8', 32],
    ['int8', 'int8-channel', 32],
    ['nvfp4', 'int8-channel', 32],
    ['int4-64', 'int8-channel', 64],
    ['int8-128', 'int8-channel', 128],
    ['int8-channel', 'int8-channel', 2 ** 17],
  ] as const)('are summed while scales stay: %s × %s for %d', (w, a, run) => {
    const code = codeOf(`${w}-dots-tile`, of({ w, a }));
    expect(code).toContain(`const INTEGER_RUN = ${run}u;`);
    expect(code).toContain(`const A_ROW_SCALE = ${a === 'int8-channel'};`);
    // The largest code of A times the largest byte of B.
    expect(run * 127 * 128).toBeLessThan(2 ** 31);
  });

  it('are values for kernels that do not multiply bytes', () => {
    const code = codeOf('mxfp4', of({ w: 'mxfp4', a: 'int8-channel' }));
    expect(code).toContain('fn load_a8(');
    // As beside f32: what is left of two decoded codes would be another power of two.
    expect(/fn finish4.*\n.*/.exec(code)?.[0]).toBe(/fn finish4.*\n.*/.exec(codeOf('mxfp4', of({ w: 'mxfp4' })))?.[0]);
  });
});
