import { describe, expect, it } from 'vitest';
import type { Row } from '../record/row.ts';
import { exampleRecord, measuredRow, SAMPLES } from '../record/testdata/example.ts';
import { renderMarkdown } from './document/markdown.ts';
import { seriesDocument } from './series-page.ts';

const TECHNIQUES = [
  { name: 'direct', technique: 'loads straight from memory', file: 'kernels/direct.wgsl', buildsOn: 'naive' },
  { name: 'naive', technique: 'one element a thread', file: 'kernels/naive.wgsl' },
];

/** A row of the series whose kernel takes `factor` times as long as the example. */
function rowOf(kernel: string, factor: number, name = 'square', phase = 'compute'): Row {
  const row = measuredRow(SAMPLES.map((samples) => samples.map((seconds) => seconds * factor)));
  const id = `series/${phase}/${name}/m=1/kernel=${kernel}`;
  return { ...row, id, suite: 'series', phase, name, kernel: { ...row.kernel, requested: kernel, name: kernel } };
}

const ROWS = [
  rowOf('naive', 10),
  rowOf('direct', 1),
  rowOf('gemv', 1.03),
  rowOf('naive', 1, 'row', 'decode'),
  rowOf('direct', 2.5, 'row', 'decode'),
];

const seriesText = (records: Parameters<typeof seriesDocument>[1]) =>
  renderMarkdown(seriesDocument(TECHNIQUES, records));

describe('the page of the series', () => {
  const page = seriesText([exampleRecord(ROWS)]);

  it('says what each kernel gains over the naive one, and marks the fastest and its equals', () => {
    expect(page).toMatch(/\| `naive` \| [\d.]+ \w?FLOPS 1\.0× \|/);
    expect(page).toMatch(/\| `direct` \| \*\*[\d.]+ \w?FLOPS 10×\*\* \|/);
    expect(page).toMatch(/\| `gemv` \| \*\*[\d.]+ \w?FLOPS 9\.7×\*\* \|/);
  });

  it('says where each wins and loses most', () => {
    expect(page).toMatch(/\| `direct` \| 1 of 2 \| square [^|]*\| row [^|]*: 2\.5× the fastest’s time \|/);
    expect(page).toMatch(/\| `gemv` \| 1 of 1 \| square [^|]*\| nowhere \|/);
  });

  it('names the record it is made from, the newest of a machine', () => {
    const older = exampleRecord([rowOf('naive', 1)], { id: '20250101T000000Z-831ef61a' });
    expect(seriesText([exampleRecord(ROWS), older])).toBe(page);
    expect(page).toContain('record `20261124T101530Z-831ef61a`');
  });

  it('says so when nothing was measured', () => {
    expect(seriesText([])).toContain('Nothing has been measured yet.');
  });
});
