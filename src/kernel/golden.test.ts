/** Golden tests of the selection by `best` and of programs of version 1 kernels. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { digest } from '../gemm/digest.ts';
import type { Problem } from '../gemm/problem.ts';
import type { KernelDevice } from './device.ts';
import { best } from './select/best.ts';
import { serve } from './select/serve.ts';
import { loadKernels } from './set/load.node.ts';
import { problemOf } from './testdata/trial.ts';

const LIMITS = {
  maxStorageBufferBindingSize: 134_217_728,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16_384,
};
const MATRIX = 'chromium-experimental-subgroup-matrix';
const f16 = 'shader-f16';

const DEVICES: Readonly<Record<string, KernelDevice>> = {
  gpu: { source: 'gpu', features: [], limits: LIMITS },
  'gpu-f16': { source: 'gpu', features: [f16, 'subgroups'], limits: LIMITS, subgroupSize: [8, 32] },
  'gpu-matrix': {
    source: 'gpu',
    features: [f16, 'subgroups', MATRIX],
    limits: { ...LIMITS, maxComputeWorkgroupStorageSize: 49_152 },
    subgroupSize: [32, 32],
    subgroupMatrices: [{ m: 16, n: 16, k: 16, component: 'f16', result: 'f32' }],
  },
  system: { source: 'system-software', features: [f16, 'subgroups'], limits: LIMITS, subgroupSize: [8, 8] },
  'system-plain': { source: 'system-software', features: [], limits: LIMITS },
  embedded: { source: 'embedded-software', features: ['subgroups'], limits: LIMITS, subgroupSize: [4, 4] },
};

const FORMATS = [
  ...[{}, { w: 'f16' }, { w: 'f16', a: 'f16' }, { w: 'f16', a: 'f16', acc: 'f16' }, { w: 'bf16', a: 'bf16' }],
  ...[{ w: 'mxfp4' }, { w: 'nvfp4', a: 'bf16' }, { w: 'int4' }, { w: 'mxfp4', a: 'mxfp4' }, { w: 'nvfp4', a: 'nvfp4' }],
] as readonly Partial<Problem['format']>[];

const SHAPES = [
  ...[1, 4, 5, 8, 9, 16, 17, 65, 512].flatMap((m) => [8, 32, 255, 512, 2880].map((n) => ({ m, n, k: 256 }))),
  { m: 32, n: 512, k: 4096 },
  { m: 1, n: 2880, k: 45 },
];

function problems(): Problem[] {
  const plain = FORMATS.flatMap((format, i) =>
    SHAPES.filter((_, j) => (i + j) % 3 === 0).map((shape) =>
      problemOf(shape, format, {
        layout: (['nt', 'nn', 'tn'] as const)[format.w?.endsWith('4') ? 0 : shape.m % 3] ?? 'nt',
      }),
    ),
  );
  const groups = { experts: 3, rows: [9, 0, 2] };
  const grouped = FORMATS.map((format) => problemOf({ m: 11, n: 512, k: 256 }, format, { layout: 'nt', groups }));
  return [...plain, ...grouped];
}

function titleOf({ shape: { m, n, k }, layout, format, groups }: Problem): string {
  return `${groups ? 'grouped ' : ''}${m}x${n}x${k} ${layout} ${Object.values(format).join('/')}`;
}

describe('picks', () => {
  it('are what they were, on every device', async () => {
    const set = await loadKernels('kernels');
    const lines = problems().map((problem) => {
      const picks = Object.values(DEVICES).map((device) => {
        const picked = best(set, problem, device);
        if ('reason' in picked) return 'none';
        const { tile, thread } = picked.program;
        return `${picked.kernel.name} ${tile.m}x${tile.n}x${tile.k}/${thread.m}x${thread.n}`;
      });
      return `${titleOf(problem)}: ${picks.join(', ')}`;
    });
    const text = [Object.keys(DEVICES).join(', '), ...lines, ''].join('\n');
    await expect(text).toMatchFileSnapshot('testdata/picks.golden.txt');
  });
});

describe('kernels of version 1', () => {
  it('make the programs that they made', async () => {
    const set = await loadKernels(fileURLToPath(new URL('testdata/version-1', import.meta.url)));
    const lines = set.kernels.flatMap((kernel) =>
      problems().flatMap((problem) => {
        const device = DEVICES.system;
        const served = device && serve(kernel, problem, device);
        if (!served || 'reason' in served) return [];
        return [`${kernel.name} ${digest(served.program.code).slice(0, 16)} ${titleOf(problem)}`];
      }),
    );
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('testdata/programs-1.golden.txt');
  });
});
