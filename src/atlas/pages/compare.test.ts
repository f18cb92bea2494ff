import { describe, expect, it } from 'vitest';
import { atlasOf, MADE, measured, placeOf, rowsIn } from '../testdata/places.ts';
import { Beside } from './beside.ts';
import { comparePage } from './compare.ts';

/** A problem that two suites have, twice as fast on the other machine, and one that is eight times as fast. */
const rows = (speed: number) => [
  measured({ suite: 'quick', name: 'q', w: 'mxfp4', seconds: 1 / speed }),
  measured({ suite: 'gate', name: 'one-row', w: 'mxfp4', seconds: 1 / speed }),
  measured({ suite: 'moe', tokens: 1, w: 'mxfp4', seconds: 1 / speed ** 3 }),
  measured({ suite: 'moe', tokens: 16, w: 'mxfp4', seconds: 1 }),
];
const places = [placeOf('One GPU', rows(1)), placeOf('Two GPU', rows(2))] as const;
const beside = new Beside(places);
const page = comparePage(atlasOf(places), beside, MADE);

describe('all machines beside one', () => {
  it('count a problem of two suites once, one token as one row, and more tokens as more', () => {
    expect(rowsIn(page, 'Rates relative to One GPU · Vulkan · Linux')).toEqual([
      ['One GPUVulkan · Linux', '1.00×', '1.00×'],
      ['Two GPUVulkan · Linux', '4.00×', '1.00×'],
    ]);
  });

  it('stand below the list of cases, which follows the sentence of the comparison', () => {
    const order = ['id="summary"', 'Case by case', 'id="result"', 'How to read it', 'All machines beside one'];
    const at = order.map((text) => page.indexOf(text));
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(at[0]).toBeGreaterThan(0);
  });

  it('have numbers relative to any machine, with the same columns', () => {
    expect(beside.titles).toEqual(['4-bit, 1 row', '4-bit, more']);
    expect(beside.relativeTo(places[1])).toEqual({ 'one-gpu': ['0.25×', '1.00×'], 'two-gpu': ['1.00×', '1.00×'] });
  });
});

it('lists machines by name, the systems of one GPU beside each other, and begins with the first two places', () => {
  const named = ['RTX 5090', 'RTX 4090', 'RTX 990'].map((name) => placeOf(name, rows(1)));
  const html = comparePage(atlasOf(named), new Beside(named), MADE);
  const [a = '', b = ''] = html.match(/<select id="[ab]".*?<\/select>/gs) ?? [];
  const listed = (list: string) =>
    [...list.matchAll(/value="([^"]+)"( selected)?/g)].map(([, name, mark]) => name + (mark ?? ''));
  expect(listed(a)).toEqual(['rtx-990', 'rtx-4090', 'rtx-5090 selected']);
  expect(listed(b)).toEqual(['rtx-990', 'rtx-4090 selected', 'rtx-5090']);
});
