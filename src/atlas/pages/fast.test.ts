import { describe, expect, it } from 'vitest';
import { element } from '../../report/document/markup.ts';
import { isMeasured } from '../atlas.ts';
import { measured, placeOf, rowsIn } from '../testdata/places.ts';
import { View } from '../view.ts';
import { fastSection } from './fast.ts';

function lines(rows: Parameters<typeof placeOf>[1]) {
  const place = placeOf('Some GPU', rows);
  const section = fastSection(place, place.latest.filter(isMeasured), false, new View('machine/some-gpu.html'));
  return rowsIn(element('div', {}, section).markup, 'Rate and bandwidth of the shape');
}

describe('what is fast', () => {
  it('has a line for each format of one row, and one line for more rows', () => {
    const found = lines([
      measured({ w: 'f16', kernel: 'gemv' }),
      measured({ w: 'mxfp4', kernel: 'mxfp4-gemv' }),
      measured({ phase: 'prefill', m: 512, w: 'f16', kernel: 'direct' }),
      measured({ phase: 'prefill', m: 4096, w: 'f16', kernel: 'direct' }),
    ]);
    expect(found.map(([what, usual]) => `${what} | ${usual}`)).toEqual([
      'quick decode: 1 row, f16 weights | gemv for f16·f32',
      'quick decode: 1 row, mxfp4 weights | mxfp4-gemv for mxfp4·f32',
      'quick prefill: 512 to 4096 rows | direct for f16·f32',
    ]);
  });

  it('names the kernel that is the fastest most often, and for how many shapes', () => {
    const three = ['q_proj', 'k_proj', 'v_proj'].map((name, i) => ({ name, kernel: i < 2 ? 'gemv' : 'naive' }));
    const [line] = lines([...three.map(measured), measured({ name: 'q_proj', kernel: 'naive', seconds: 2e-3 })]);
    expect(line?.[1]).toBe('gemv for f16·f32, 2 of 3');
    expect(line?.at(-1)).toBe('3 shapes');
  });

  it('names none where no kernel is the fastest for half of the shapes', () => {
    const [line] = lines(['a', 'b', 'c'].map((kernel) => measured({ name: kernel, kernel })));
    expect(line?.[1]).toBe('none of 3');
  });

  it('has the bandwidth of the best shape for one row', () => {
    const [line] = lines([measured({ name: 'q', seconds: 1e-3 }), measured({ name: 'k', seconds: 4e-3 })]);
    expect(line?.[3]).toBe('47.2 GB/s');
  });
});
