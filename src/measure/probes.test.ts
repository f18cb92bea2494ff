import { describe, expect, it } from 'vitest';
import { create } from 'webgpu';
import type { SubgroupMatrix } from '../kernel/device.ts';
import { matrixProbe } from './probes.ts';

const PRODUCTS: readonly SubgroupMatrix[] = [
  { m: 16, n: 16, k: 16, component: 'f16', result: 'f32' },
  { m: 8, n: 8, k: 8, component: 'f16', result: 'f32' },
  { m: 8, n: 16, k: 16, component: 'f16', result: 'f32' },
];

describe('the probe of matrix units', () => {
  it('compiles for the products that drivers state, on a device that executes nothing', async () => {
    const instance = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
    const adapter = await instance.requestAdapter();
    // Chromium's own feature, which the standard type does not name.
    const features = ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix'];
    const device = await adapter?.requestDevice({ requiredFeatures: features as GPUFeatureName[] });
    if (!device) throw new Error('no null device');
    for (const product of PRODUCTS) {
      const { code } = matrixProbe(product, 32, 16, 64);
      const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
      expect(messages.map(({ lineNum, message }) => `${lineNum}: ${message}`)).toEqual([]);
    }
    device.destroy();
  });
});
