import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listRecords, readRecord } from '../record/store/store.node.ts';
import { renderRooflineSvg } from './roofline-svg.ts';

const [file = ''] = listRecords(fileURLToPath(new URL('../../results', import.meta.url)));
const record = readRecord(file);
const measured = record.cases.filter(({ status }) => status === 'measured').length;

describe('the roofline of a record', () => {
  const svg = renderRooflineSvg(record);

  it('has a point for every measured case, and each weight format in the legend', () => {
    const formats = new Set(record.cases.map(({ format }) => format.w)).size;
    expect(svg.match(/<path[^>]*\/><title>/g)).toHaveLength(measured);
    expect(svg.match(/<path class="h\d"/g)).toHaveLength(measured + formats);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('names the peaks of the run', () => {
    expect(svg).toContain('f32-fma 37.2 GFLOPS');
    expect(svg).toContain('copy 5.03 GB/s');
  });

  it('draws the peak alone where no bandwidth was measured', () => {
    const peaks = record.peaks.filter(({ path }) => path !== 'copy');
    const without = renderRooflineSvg({ ...record, peaks });
    expect(without).not.toMatch(/NaN|GB\/s/);
    expect(without.match(/<path[^>]*\/><title>/g)).toHaveLength(measured);
  });

  it('is drawn without a peak, too', () => {
    expect(renderRooflineSvg({ ...record, peaks: [] })).not.toMatch(/NaN|Infinity|undefined/);
  });
});
