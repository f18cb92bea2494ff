import { describe, expect, it } from 'vitest';
import type { Block, Instruction } from './instructions.ts';
import { hottestNest, loopsOf, nesting } from './loops.ts';

const MULTIPLY: Instruction = { kind: 'valu', multiplyAdds: 1 };
const LOAD: Instruction = { kind: 'memory', loads: 16 };

function blocks(...drafts: [instructions: Instruction[], to: number[]][]): Block[] {
  return drafts.map(([instructions, to]) => ({ instructions, to }));
}

describe('loopsOf', () => {
  it('finds loops within each other and after each other', () => {
    // 0 → 1 ⟲(1 2⟲ 3) → 4⟲ → 5
    const flow = blocks([[], [1]], [[], [2]], [[], [2, 3]], [[], [1, 4]], [[], [4, 5]], [[], []]);
    expect(nesting(loopsOf(flow))).toBe('(())()');
    expect(loopsOf(flow).map(({ header, blocks: all }) => [header, [...all].sort()])).toEqual([
      [1, [1, 2, 3]],
      [4, [4]],
    ]);
  });

  it('joins two ways back to the same block, and leaves out what is laid out within but leaves', () => {
    const flow = blocks([[], [1]], [[], [2, 3]], [[], [5]], [[], [1, 4]], [[], [1]], [[], []]);
    expect(loopsOf(flow).map(({ header, blocks: all }) => [header, [...all].sort()])).toEqual([[1, [1, 3, 4]]]);
  });

  it('finds a loop whose end is laid out far behind', () => {
    const flow = blocks([[], [1]], [[], [2, 3]], [[], []], [[], [4]], [[], [1]]);
    expect(loopsOf(flow)).toMatchObject([{ header: 1 }]);
  });
});

describe('hottestNest', () => {
  const nest = blocks(
    [[], [1]],
    [[LOAD], [2]],
    [
      [MULTIPLY, LOAD],
      [2, 3],
    ],
    [[], [1, 4]],
    [[LOAD], [4, 5]],
    [[], []],
  );

  it('counts inner loops with their iterations, and what surrounds them once', () => {
    expect(hottestNest(nest, [null, 16, 5])).toMatchObject({
      mix: { total: 33, multiplyAdds: 16, memory: 17, loads: { 16: 17 } },
      loops: 2,
      unknown: 0,
    });
  });

  it('counts an inner loop once where its iterations are unknown, and says so', () => {
    expect(hottestNest(nest, [null, null, null])).toMatchObject({ mix: { total: 3, multiplyAdds: 1 }, unknown: 1 });
  });

  it('takes matrix units before anything else, and is none where nothing multiplies', () => {
    const two = blocks(
      [
        [MULTIPLY, MULTIPLY],
        [0, 1],
      ],
      [[{ kind: 'valu', form: 'matrix' }], [1, 2]],
      [[], []],
    );
    expect(hottestNest(two, [null, null])).toMatchObject({ mix: { matrix: 1 } });
    expect(hottestNest(blocks([[LOAD], [0, 1]], [[MULTIPLY], []]), [null])).toBeNull();
  });
});
