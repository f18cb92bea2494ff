import { describe, expect, it } from 'vitest';
import type { SearchDocument, SearchRow } from '../judge/search/search-document.ts';
import { plain } from './document/document.ts';
import { renderText } from './document/text.ts';
import { searchAnswer } from './search-answer.ts';
import { searchChart } from './search-chart.ts';
import { renderSearchCsv } from './search-csv.ts';
import { renderSearchSvg } from './search-svg.ts';

/** Rates of 100 GFLOPS where 8 divides d_ff, else 80. */
function row(dFf: number, group: number): SearchRow {
  const rate = dFf % 8 === 0 ? 100e9 : 80e9;
  const work = { up: 4 * dFf * 96, down: 2 * dFf * 96, mlp: 6 * dFf * 96 };
  const seconds = { up: work.up / rate, down: work.down / rate, mlp: work.mlp / rate };
  const around = (value: number) => [value * 0.99, value * 1.02] as const;
  return {
    dFf,
    parameters: 3 * 96 * dFf,
    divisor: dFf % 8 === 0 ? 8 : 4,
    seconds,
    interval: around(seconds.mlp),
    intervals: { up: around(seconds.up), down: around(seconds.down) },
    flopPerSecond: { up: rate, down: rate, mlp: rate },
    slower: group === 0 ? 0 : 0.25,
    group,
    processes: group === 0 ? 12 : 6,
    confirmed: group === 0,
    kernels: ['direct', 'direct'],
  };
}

const rows = [row(248, 0), row(256, 0), row(264, 0), row(252, 1), row(260, 1)];
const baseline = rows[3] as SearchRow;

const DOCUMENT: SearchDocument = {
  schema: 'shapemark-search/1',
  id: 'x',
  machine: 'some-machine',
  hidden: 96,
  tokens: 8,
  gated: true,
  gemms: [
    { name: 'gate_up', role: 'up', times: 1 },
    { name: 'down', role: 'down', times: 1 },
  ],
  format: { w: 'f16', a: 'f16', acc: 'f32', out: 'f16' },
  experts: null,
  baseline,
  candidates: rows,
  groups: [
    [248, 256, 264],
    [252, 260],
  ],
  winner: { group: [248, 256, 264], cheapest: 248 },
  resolution: 0.01,
  told: true,
  reason: '6 fresh processes tell differences from 1.0 % on',
  processes: 12,
  screened: 6,
  cost: 0.6,
  ended: 'target',
  unmeasured: [],
};

const answered = (found: SearchDocument) => renderText(searchAnswer(found));

describe('a search as text', () => {
  it('answers first, then draws, then lists', () => {
    const text = renderText(searchAnswer(DOCUMENT));
    expect(text).toContain(
      'These 3 cannot be distinguished from the best at 95 %; the smallest is 248: 248, 256, 264.',
    );
    expect(text).toContain('Then 252, 260: 25 % more time per parameter.');
    expect(text).toContain('The baseline 252 takes 25 % more time per parameter than the best.');
    expect(text).toMatch(/ 252 {6}2 {7}\+25 %.* baseline$/m);
  });

  it('says plainly that nothing can be told apart', () => {
    const same = rows.map((one) => ({ ...one, group: 0, slower: 0 }));
    const text = answered({
      ...DOCUMENT,
      candidates: same,
      groups: [[248]],
      told: false,
      reason: 'too much noise',
    });
    expect(text).toContain('No widths in this range can be distinguished: too much noise.');
  });

  it('says plainly that nothing but the baseline can be told apart', () => {
    const group = [248, 256, 260, 264];
    const text = answered({
      ...DOCUMENT,
      candidates: rows.map((one) => ({ ...one, group: one.dFf === baseline.dFf ? 1 : 0 })),
      groups: [group, [252]],
      winner: { group, cheapest: 248 },
    });
    expect(text).toContain('Only the baseline can be distinguished from the other widths: 6 fresh processes');
    expect(text).toContain('Use the smallest, 248,');
    expect(text).toContain('The baseline 252 takes 25 % more time per parameter than the best.');
  });

  it('draws winners above losers', () => {
    const lines = searchChart(DOCUMENT).map((line) => plain(line).trimEnd());
    expect(lines[0]).toMatchInlineSnapshot(`"  100 GFLOPS ┤● ● ●"`);
    expect(lines[8]).toMatchInlineSnapshot(`" 80.0 GFLOPS ┤ ◆ ○"`);
  });

  it('never hides the baseline where columns hold several candidates', () => {
    const many = Array.from({ length: 300 }, (_, i) => row(1000 + 4 * i, 1));
    const chart = searchChart({ ...DOCUMENT, candidates: many, baseline: many[137] as SearchRow }).map(plain);
    expect(chart.slice(0, 9).join('')).toContain('◆');
    for (const line of chart) expect(line.length).toBeLessThanOrEqual(110);
  });
});

describe('a search as a picture', () => {
  const svg = renderSearchSvg(DOCUMENT);

  it('draws every candidate twice, shades winners and marks the baseline', () => {
    expect(svg.match(/<circle[^>]*r="3.4"[^>]*\/><title>/g)).toHaveLength(8);
    expect(svg.match(/<path[^>]*\/><title>d_ff 252/g)).toHaveLength(2);
    expect(svg.match(/class="won"/g)?.length).toBe(3 * 2 + 1);
  });

  it('balances its tags and holds no number that is none', () => {
    const opened = [...svg.matchAll(/<([a-z]+)(?:\s[^>]*[^/])?>/g)].map(([, tag]) => tag).sort();
    const closed = [...svg.matchAll(/<\/([a-z]+)>/g)].map(([, tag]) => tag).sort();
    expect(opened).toEqual(closed);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('writes names safely', () => {
    expect(renderSearchSvg({ ...DOCUMENT, machine: 'a<b>&c' })).toContain('a&#60;b&#62;&#38;c');
  });
});

describe('a search as CSV', () => {
  it('has a row for each candidate, ascending', () => {
    const [head, ...lines] = renderSearchCsv(DOCUMENT).trimEnd().split('\r\n');
    expect(head?.split(',').slice(0, 5)).toEqual(['dFf', 'parameters', 'divisor', 'group', 'slower']);
    expect(lines.map((line) => line.split(',')[0])).toEqual(['248', '252', '256', '260', '264']);
    for (const line of lines) expect(line.split(',')).toHaveLength(head?.split(',').length ?? 0);
  });
});
