import { describe, expect, it } from 'vitest';
import { portability } from './portability.ts';

const rates = (values: Record<number, number>) =>
  new Map(Object.entries(values).map(([key, rate]) => [Number(key), rate]));

describe('portability', () => {
  it('prefers the width whose worst share is highest to the one that is best somewhere', () => {
    const found = portability(
      [
        { machine: 'a', rates: rates({ 10: 100, 20: 95, 30: 50 }) },
        { machine: 'b', rates: rates({ 10: 60, 20: 90, 30: 100 }) },
      ],
      [10, 20, 30],
    );
    expect(found?.candidates.map(({ candidate }) => candidate)).toEqual([20, 10, 30]);
    expect(found?.candidates[0]).toEqual({ candidate: 20, worst: 0.9, shares: { a: 0.95, b: 0.9 } });
  });

  it('holds a machine to its best of all widths, also those that others lack', () => {
    const found = portability(
      [
        { machine: 'a', rates: rates({ 10: 100, 20: 200 }) },
        { machine: 'b', rates: rates({ 10: 50, 30: 50 }) },
      ],
      [10, 20, 30],
    );
    expect(found?.candidates).toEqual([{ candidate: 10, worst: 0.5, shares: { a: 0.5, b: 1 } }]);
  });

  it('leaves out a machine that measured few of the widths', () => {
    const full = rates({ 10: 1, 20: 1, 30: 1 });
    const found = portability(
      [
        { machine: 'a', rates: full },
        { machine: 'b', rates: full },
        { machine: 'c', rates: rates({ 10: 1 }) },
      ],
      [10, 20, 30],
    );
    expect(found?.leftOut).toEqual(['c']);
  });

  it('needs two machines', () => {
    expect(portability([{ machine: 'a', rates: rates({ 10: 1, 20: 1 }) }], [10, 20])).toBeNull();
  });
});
