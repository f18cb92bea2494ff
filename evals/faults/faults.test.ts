/** Faults of every kernel change its program, also where no device here runs it. */
import { describe, expect, it } from 'vitest';
import type { KernelDevice } from '../../src/kernel/device.ts';
import { serve } from '../../src/kernel/select/serve.ts';
import { loadKernels } from '../../src/kernel/set/load.node.ts';
import { findKernel } from '../../src/kernel/set/set.ts';
import { FAULTS } from './faults.ts';
import { problemFor } from './problem.ts';

const set = await loadKernels('kernels');
const FEATURES = [
  'shader-f16',
  'subgroups',
  'subgroup-size-control',
  'chromium-experimental-subgroup-matrix',
  'packed_4x8_integer_dot_product',
];

/** Devices that between them run every kernel. */
const DEVICES: readonly KernelDevice[] = [8, 32].map((lanes) => ({
  features: FEATURES,
  limits: {},
  subgroupSize: [lanes, lanes],
  subgroupMatrices: [
    { m: 16, n: 16, k: 16, component: 'f16', result: 'f32' },
    { m: 16, n: 16, k: 16, component: 'i8', result: 'i32' },
  ],
}));

describe.each(Object.entries(FAULTS))('%s', (name, entry) => {
  it.each(entry.faults)('has the text of: $name', ({ find, replace, needs }) => {
    const problem = problemFor(entry, needs);
    const served = DEVICES.map((device) => serve(findKernel(set, name), problem, device, entry.choice));
    const programs = served.flatMap((each) => ('program' in each ? [each.program.code] : []));
    expect(programs.length, served.map((each) => ('reason' in each ? each.reason : '')).join('; ')).toBeGreaterThan(0);
    expect(programs.some((code) => code.replaceAll(find, replace) !== code)).toBe(true);
  });
});
