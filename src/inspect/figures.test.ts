/** Statistics of each compiler for one small program (testdata/tiles.wgsl), compared with values counted by hand. */
import { describe, expect, it } from 'vitest';
import { figuresOf } from './figures.ts';
import { sample } from './testdata/sample.ts';

/**
 * One iteration of the loop over k: 32 iterations that copy a vector each, and 64 that load one from a buffer and one from workgroup memory
 * and multiply four components. NAK loads components one by one; agx prints two loads of sizes beside.
 */
const WHOLE = { memory: 32 + 64, shared: 32 + 64, loads: { 16: 32 + 64 + 64 } };
const PARTS = { memory: 4 * (32 + 64), shared: 32 + 64, loads: { 4: 4 * (32 + 64), 16: 64 } };
const TOLD = {
  navi31: { compiler: 'ACO', registers: 24, spills: 0, occupancy: 4, subgroup: 64, loop: WHOLE },
  tgl: { compiler: 'brw', registers: 58, spills: 0, occupancy: null, subgroup: 16, loop: WHOLE },
  ampere: { compiler: 'NAK', registers: 24, spills: 0, occupancy: 48, subgroup: 32, loop: PARTS },
  a740: { compiler: 'ir3', registers: 14, spills: 0, occupancy: 4, subgroup: 64, loop: WHOLE },
  m1: {
    compiler: 'agx',
    registers: 51,
    spills: 0,
    occupancy: 1024,
    subgroup: 32,
    loop: { ...PARTS, memory: PARTS.memory + 2, loads: { ...PARTS.loads, 4: PARTS.memory + 2 } },
  },
} as const;

/** Instructions per iteration, by kind, so that a change of a parser shows. */
const LENGTHS = {
  navi31: { total: 125, loop: 3001, valu: 929, salu: 1880 },
  tgl: { total: 140, loop: 2797, valu: 1661, salu: 944 },
  ampere: { total: 491, loop: 4864, valu: 2887, salu: 1497 },
  a740: { total: 232, loop: 4568, valu: 1157, salu: 3219 },
  m1: { total: 341, loop: 5219, valu: 4021, salu: 716 },
} as const;

describe.each(['navi31', 'tgl', 'ampere', 'a740', 'm1'] as const)('%s', (gpu) => {
  const spoken = figuresOf(sample(gpu));
  if (!spoken) throw new Error('nobody spoke');
  const { compiler, figures } = spoken;

  it('has its resources, in the words of its compiler', () => {
    const { loop: _, ...resources } = TOLD[gpu];
    expect({ compiler, ...figures }).toMatchObject({ ...resources, sharedBytes: 16_384 });
  });

  it('has its loops, with all iterations of inner ones', () => {
    expect(figures.loop).toMatchObject({
      ...TOLD[gpu].loop,
      multiplyAdds: 64 * 4,
      loops: 3,
      unknownTripCounts: 0,
      matrix: 0,
    });
  });

  it('has its instructions', () => {
    const { total, loop, valu, salu } = LENGTHS[gpu];
    expect(figures.instructions?.total).toBe(total);
    expect(figures.loop).toMatchObject({ instructions: loop, valu, salu });
    expect(valu + salu + (figures.loop?.memory ?? 0) + (figures.loop?.shared ?? 0)).toBe(loop);
  });
});

it('is nothing where no compiler speaks', () => {
  expect(figuresOf({ executables: [], printed: '' })).toBeNull();
});
