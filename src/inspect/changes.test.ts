import { describe, expect, it } from 'vitest';
import type { InspectionRow } from '../record/beside/inspection.ts';
import { changesOf } from './changes.ts';

type Compiled = Extract<InspectionRow, { status: 'compiled' }>;
type Loop = NonNullable<Compiled['loop']>;

const MIX = {
  valu: 80,
  salu: 10,
  memory: 8,
  shared: 2,
  multiplyAdds: 64,
  packed: 0,
  dot: 0,
  matrix: 0,
  loads: { 16: 8 },
};
const LOOP: Loop = { instructions: 100, ...MIX, loops: 1, unknownTripCounts: 0 };
const ROW: Compiled = {
  status: 'compiled',
  gpu: 'tgl',
  kernel: 'direct',
  hash: 'a',
  case: 'gate/large/square/kernel=direct',
  shape: { batch: 1, m: 64, n: 64, k: 64 },
  layout: 'nn',
  format: { w: 'f32', a: 'f32', acc: 'f32', out: 'f32' },
  bias: false,
  tile: null,
  thread: null,
  subgroup: 16,
  registers: 100,
  spills: 0,
  scratchBytes: 0,
  sharedBytes: 0,
  occupancy: 8,
  instructions: { total: 300, ...MIX },
  loop: LOOP,
};

const verdicts = (base: InspectionRow, head: InspectionRow) =>
  changesOf([base], [head]).map(({ what, verdict }) => `${what} ${verdict}`);
const withLoop = (loop: Partial<Loop>): Compiled => ({ ...ROW, loop: { ...LOOP, ...loop } });

describe('changesOf', () => {
  it('finds nothing where nothing differs, and nothing to compare a new case with', () => {
    expect(changesOf([ROW], [{ ...ROW, hash: 'b' }])).toEqual([]);
    expect(changesOf([], [ROW])).toEqual([]);
  });

  it.each([
    ['a spill', { ...ROW, spills: 1, scratchBytes: 64 }, ['spills worse', 'scratchBytes worse']],
    ['an occupancy class', { ...ROW, occupancy: 6 }, ['occupancy worse']],
    ['registers alone', { ...ROW, registers: 104 }, ['registers same']],
    ['a loop 5 % longer', withLoop({ instructions: 105 }), ['loop.instructions same']],
    ['a loop 6 % longer', withLoop({ instructions: 106 }), ['loop.instructions worse']],
    [
      'a loop of twice the work',
      withLoop({ instructions: 198, memory: 16, shared: 4, multiplyAdds: 128 }),
      ['loop.instructions/multiplyAdds same', 'loop.multiplyAdds same'],
    ],
    ['narrower loads', withLoop({ memory: 32, instructions: 104 }), ['loop.instructions same', 'loop.memory worse']],
    ['what no longer compiles', { ...ROW, status: 'failed', reason: 'x' } as InspectionRow, ['status worse']],
  ])('finds %s, and the other way round', (_, head, expected) => {
    expect(verdicts(ROW, head)).toEqual(expected);
    const back = expected.map((text) => text.replace('worse', 'better'));
    // 5 % of the longer loop is more than 5 % of the shorter one.
    if (!expected.includes('loop.instructions worse')) expect(verdicts(head, ROW)).toEqual(back);
  });

  it('finds matrix instructions that were lost, and compares nothing else of such loops', () => {
    const matrix = withLoop({ matrix: 8, multiplyAdds: 0 });
    expect(verdicts(matrix, withLoop({ instructions: 900 }))).toEqual([
      'loop.matrix worse',
      'loop.instructions same',
      'loop.multiplyAdds same',
    ]);
    expect(verdicts(matrix, withLoop({ matrix: 8, multiplyAdds: 0, instructions: 120 }))).toEqual([
      'loop.instructions worse',
    ]);
    expect(
      changesOf([matrix], [withLoop({ matrix: 16, multiplyAdds: 0, instructions: 190 })]).map(({ verdict }) => verdict),
    ).not.toContain('worse');
  });

  it('shows what was judged of loops of different work: counts per multiplication', () => {
    const half = { instructions: 50, shared: 1, multiplyAdds: 32 };
    const costs = (base: InspectionRow, head: InspectionRow) =>
      changesOf([base], [head]).filter(({ what }) => what.startsWith('loop.memory'));
    expect(costs(ROW, withLoop({ ...half, memory: 6 }))).toMatchObject([
      { what: 'loop.memory/multiplyAdds', base: 0.125, head: 0.188, verdict: 'worse' },
    ]);
    expect(costs(withLoop({ matrix: 8 }), withLoop({ matrix: 4 }))).toMatchObject([
      { what: 'loop.memory/matrix', base: 1, head: 2, verdict: 'worse' },
    ]);
    expect(costs(ROW, withLoop({ ...half, memory: 4 }))).toEqual([]);
  });

  it('names figures and their GPU', () => {
    expect(changesOf([ROW], [{ ...ROW, occupancy: 4 }])).toEqual([
      { gpu: 'tgl', kernel: 'direct', case: ROW.case, what: 'occupancy', base: 8, head: 4, verdict: 'worse' },
    ]);
  });
});
