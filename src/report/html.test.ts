import { describe, expect, it } from 'vitest';
import { attribute } from '../judge/history/attribute.ts';
import { checkJudged } from '../judge/history/history.ts';
import { factsOf, rowsOf } from '../judge/history/runs.ts';
import { Track } from '../judge/history/track.ts';
import type { Row } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { exampleRecord, measuredRow, rowBase, SAMPLES } from '../record/testdata/example.ts';
import { checkReport } from './check-report.ts';
import { renderHtml } from './document/html.ts';
import { storeDocument } from './page.ts';
import { sparkline } from './sparkline.ts';

/** Thirty runs of a case whose kernel becomes 30 % slower at the 24th, and of one that always fails. */
const records: RunRecord[] = Array.from({ length: 30 }, (_, day) => {
  const slow = (day >= 23 ? 1.3 : 1) + (day % 5) / 1000;
  const sha = (0xabc0000 + day).toString(16);
  const id = `202601${String(day + 1).padStart(2, '0')}T000000Z-${sha}`;
  const rows: Row[] = [
    measuredRow(SAMPLES.map((process) => process.map((seconds) => seconds * slow))),
    {
      ...rowBase(),
      series: 'other',
      id: 'x/<b>/y',
      status: 'failed',
      reason: 'wrong-result',
      detail: '<script>alert(1)</script>',
    },
  ];
  return exampleRecord(rows, { id, commit: { sha, dirty: false } });
});

function page() {
  const [first] = records;
  const track = new Track(first?.machine ?? '', first?.unit ?? '');
  for (const record of records) track.add(factsOf(record), rowsOf(record));
  return storeDocument(records.slice(-1), [track], checkReport(checkJudged([attribute(track)])));
}

describe('the page', () => {
  const html = renderHtml(page());

  it('has every case, every finding with its evidence and command, and the history as a line', () => {
    expect(html).toContain('1 machine · 1 case measured, 1 without a number · 2 findings in the history');
    expect(html).toContain('gpt-oss-120b/decode/o_proj/m=1/n=2880/k=4096');
    expect(html).toMatch(/<span class="bad">slower<\/span><\/td><td class="number">\+30\.0 %<\/td>/);
    expect(html).toContain('confirmed by 20260128T000000Z-abc001b');
    expect(html).toContain('shapemark compare abc0016 abc0017 --suite gpt-oss-120b');
    expect(html).toMatch(/<svg class="spark".*<line class="bad".*<path d="M/);
    expect(html.indexOf('>failed<')).toBeLessThan(html.indexOf('>slower<'));
  });

  it('stands alone, and shows text as text', () => {
    expect(html).not.toMatch(/<script|<link|<img|src=|url\(|@import|https?:/);
    expect(html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
    const opened = [...html.matchAll(/<(section|table|tr|td|ul|li|details|svg|div|span|pre|code)\b/g)].map(
      ([, tag]) => tag,
    );
    const closed = [...html.matchAll(/<\/(section|table|tr|td|ul|li|details|svg|div|span|pre|code)>/g)].map(
      ([, tag]) => tag,
    );
    expect(opened.sort()).toEqual(closed.sort());
  });
});

describe('a sparkline', () => {
  const draw = (values: number[]) => sparkline({ values, changes: [], title: 'a < b' })?.svg ?? '';

  it('draws higher for more, leaves gaps, and does not blow noise up', () => {
    expect(draw([1, 2, Number.NaN, 4, 2])).toMatchInlineSnapshot(
      `"<svg class="spark" viewBox="0 0 180 34" width="180" height="34" role="img"><title>a &#60; b</title><path d="M4,30L47,21.3M133,4L176,21.3"/><circle cx="176" cy="21.3" r="2.5"/></svg>"`,
    );
    const heights = [...draw([100, 101, 100, 101]).matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
    expect(heights).toHaveLength(4);
    expect(Math.max(...heights) - Math.min(...heights)).toBeLessThan(5);
  });

  it('is nothing for a single point', () => {
    expect(draw([5])).toBe('');
    expect(draw([Number.NaN])).toBe('');
  });
});
