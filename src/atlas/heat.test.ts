import { describe, expect, it } from 'vitest';
import { heatClass, heatLegend, heatTable, OF_BUDGET, OF_FASTEST } from './heat.ts';

describe('the scale of a heat map', () => {
  it('has a class for each step of its legend, and says where it begins', () => {
    for (const scale of [OF_FASTEST, OF_BUDGET]) {
      expect(scale.from).toHaveLength(8);
      expect([...scale.from].sort((a, b) => a - b)).toEqual(scale.from);
      const steps = [...heatLegend(scale).markup.matchAll(/class="q(\d)">([^<]+)/g)].map(([, i]) => Number(i));
      expect(steps).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
    expect(heatLegend(OF_FASTEST).markup).toContain('<li class="q7">≥ 90 %</li>');
  });

  it('tells two thirds of the fastest from the fastest, and an exact result from a small error', () => {
    const classes = [0.02, 0.3, 0.68, 0.93, 1].map((share) => heatClass(OF_FASTEST, share));
    expect(classes).toEqual(['q0', 'q2', 'q5', 'q7', 'q8']);
    expect([0, 0.01, 1].map((share) => heatClass(OF_BUDGET, share))).toEqual(['q0', 'q1', 'q8']);
  });

  it('has cells that failed and cells that are missing, each with a look of its own', () => {
    const { markup } = heatTable({
      ...{ name: 'x', caption: 'x', scale: OF_BUDGET, corner: 'kernel' },
      heads: ['a', 'b', 'c'].map((title) => ({ head: title, title })),
      rows: [{ head: 'k', cells: [{ share: 0, text: 'exact' }, { failed: '✕ 2 failed' }, { none: true }] }],
    });
    expect(markup).toContain('<td class="q0" data-title="a">exact</td>');
    expect(markup).toContain('<td class="x" data-title="b">✕ 2 failed</td>');
    expect(markup).toContain('<td class="none">·</td>');
  });
});
