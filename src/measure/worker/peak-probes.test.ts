import { describe, expect, it } from 'vitest';
import { create } from 'webgpu';
import { compile } from '../../engine/webgpu/compile.ts';
import { fillRandom } from '../../engine/webgpu/fill.ts';
import { sessionOfAll } from '../../engine/webgpu/testdata/session.ts';
import { USAGE } from '../../engine/webgpu/usage.ts';
import type { SubgroupMatrix } from '../../kernel/device.ts';
import { fmaLoops, type Loop, matrixLoops, STREAM_BYTES, streamProbes } from './peak-probes.ts';

const PRODUCTS: readonly SubgroupMatrix[] = [
  { m: 16, n: 16, k: 16, component: 'f16', result: 'f32' },
  { m: 8, n: 8, k: 8, component: 'f16', result: 'f32' },
  { m: 8, n: 16, k: 16, component: 'f16', result: 'f32' },
];

describe('a loop of multiply-adds', () => {
  /** FLOP of a workgroup, counted in its text. */
  function counted({ code }: ReturnType<Loop['probe']>): number {
    const count = (pattern: RegExp) => code.match(pattern)?.length ?? 0;
    const sizes = [/i < (\d+)u; i\+\+/, /workgroup_size\((\d+)\)/].map((pattern) => Number(pattern.exec(code)?.[1]));
    return sizes.reduce((product, size) => product * size, 2 * count(/= fma\(/g) * (/let x = vec4/.test(code) ? 4 : 1));
  }

  it.each(['f32', 'f16'] as const)('does as many in %s as it says', (scalar) => {
    const loops = fmaLoops(scalar);
    expect(loops.length).toBeGreaterThan(2);
    for (const loop of loops) expect(loop.flop).toBe(counted(loop.probe(1)));
  });
});

describe('a loop of matrix products', () => {
  it('compiles for the products that drivers state, on a device that executes nothing', async () => {
    const instance = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
    const adapter = await instance.requestAdapter();
    // Chromium's own feature, which the standard type does not name.
    const features = ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix'];
    const device = await adapter?.requestDevice({ requiredFeatures: features as GPUFeatureName[] });
    if (!device) throw new Error('no null device');
    for (const { code } of PRODUCTS.flatMap((product) => matrixLoops(product, 32).map((loop) => loop.probe(16)))) {
      const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
      expect(messages.map(({ lineNum, message }) => `${lineNum}: ${message}`)).toEqual([]);
    }
    device.destroy();
  });
});

describe('on a device', () => {
  const session = sessionOfAll();

  it('every loop of multiply-adds compiles and runs', async () => {
    const { features } = session().facts;
    for (const scalar of features.includes('shader-f16') ? (['f32', 'f16'] as const) : (['f32'] as const)) {
      for (const loop of fmaLoops(scalar)) {
        const launchable = await session().probe(loop.probe(2));
        expect((await launchable.launch({ repeats: 1, firstSet: 0 })).wallSeconds).toBeGreaterThan(0);
        launchable.dispose();
      }
    }
  });

  /** Runs a probe once on buffers made here, so that they can be read. */
  async function run(probe: ReturnType<typeof streamProbes>[number], source: Uint32Array | null) {
    const { device, programs } = session().bench;
    const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
    const [from, to] = await device.buffers(probe.bufferBytes.map((size) => ({ size, usage })));
    if (!from || !to) throw new Error('no buffers');
    if (source) device.gpu.queue.writeBuffer(from, 0, new Uint32Array(source));
    else await fillRandom({ device, programs }, from, 0);
    const { pipeline } = await compile(device, { label: probe.name, code: probe.code, layout: 'auto' });
    const layout = pipeline.getBindGroupLayout(0);
    const entries = [from, to].map((buffer, binding) => ({ binding, resource: { buffer } }));
    const encoder = device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, device.gpu.createBindGroup({ layout, entries }));
    pass.dispatchWorkgroups(...probe.workgroups);
    pass.end();
    await device.submit([encoder.finish()]);
    const [read, written] = [await device.download(from, from.size), await device.download(to, to.size)];
    for (const buffer of [from, to]) buffer.destroy();
    return { read: new Uint32Array(read), written: new Uint32Array(written) };
  }

  it('every copy copies all of its random source', async () => {
    for (const probe of streamProbes('copy', 2 * STREAM_BYTES)) {
      const { read, written } = await run(probe, null);
      expect(Buffer.from(written.buffer).equals(Buffer.from(read.buffer))).toBe(true);
      expect(new Set(read.subarray(0, 4096)).size).toBeGreaterThan(4000);
    }
  });

  it('every read reads every word once', async () => {
    const words = (2 * STREAM_BYTES) / 16;
    for (const probe of streamProbes('read', 2 * STREAM_BYTES)) {
      for (const at of [0, 1, 4097, words / 2 - 1, words / 2, words - 1]) {
        const source = new Uint32Array(4 * words);
        source.fill(0x9e3779b9, 4 * at, 4 * at + 4);
        const { written } = await run(probe, source);
        expect(written.filter((word) => word !== 0)).toHaveLength(4);
      }
    }
  });
});
