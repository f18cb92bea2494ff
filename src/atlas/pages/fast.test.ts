import { describe, expect, it } from 'vitest';
import { element } from '../../report/document/markup.ts';
import { headlinesOf, isMeasured } from '../atlas.ts';
import { failed, measured, placeOf, rowsIn } from '../testdata/places.ts';
import { View } from '../view.ts';
import { fastSection } from './fast.ts';

function lines(rows: Parameters<typeof placeOf>[1]) {
  const place = placeOf('Some GPU', rows);
  const section = fastSection(place, place.latest.filter(isMeasured), false, new View('machine/some-gpu.html'));
  return rowsIn(element('div', {}, section).markup, 'Rate, bandwidth, interval and share of the roofline');
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
    expect(line?.[4]).toBe('47.2 GB/s');
  });

  it('keeps one token apart from more, though no expert gets two rows, and names the case that has the numbers', () => {
    const found = lines([
      measured({ tokens: 1, w: 'mxfp4', seconds: 4e-3 }),
      measured({ tokens: 16, w: 'mxfp4', seconds: 1e-3 }),
    ]);
    expect(found.map(([what, , shape]) => [what, shape])).toEqual([
      ['quick decode: 1 row, mxfp4 weights', 'o_proj 4×2880×4096 in 4 of 128 nt mxfp4·f32'],
      ['quick decode: 16 rows', 'o_proj 64×2880×4096 in 64 of 128 nt mxfp4·f32'],
    ]);
  });

  it('has the numbers of one case, that of another kernel too, and its own share of the roofline', () => {
    const of = (name: string, kernel: string, seconds: number, ofRoofline: number) => {
      const row = measured({ name, kernel, seconds });
      return { ...row, summary: { ...row.summary, ofRoofline } };
    };
    const [line] = lines([of('q', 'gemv', 2e-3, 0.2), of('k', 'gemv', 4e-3, 0.1), of('v', 'ring', 1e-3, 0.4)]);
    expect(line?.slice(1, 3)).toEqual(['gemv for f16·f32, 2 of 3', 'v 1×2880×4096 nt f16·f32, ring']);
    expect(line?.slice(4, 7)).toEqual(['47.2 GB/s', '±0.023 %', '40 %']);
  });

  it('has among its lines the 4-bit decode of the machine, whichever shape and kernel it is of', () => {
    const rows = [
      measured({ name: 'q', w: 'mxfp4', seconds: 4e-3 }),
      measured({ name: 'k', w: 'int4', seconds: 3e-3, kernel: 'ring' }),
      measured({ suite: 'moe', tokens: 1, w: 'mxfp4', seconds: 2e-3 }),
      measured({ suite: 'moe', tokens: 16, w: 'mxfp4', seconds: 1e-4 }),
      measured({ suite: 'hot', w: 'mxfp4', operands: 'hot', seconds: 1e-4 }),
    ];
    const { decode } = headlinesOf(placeOf('Some GPU', rows));
    expect(decode?.row.id).toContain('groups=128x4t1/');
    const ofOne = lines(rows).filter(([what]) => /1 row, (mxfp4|int4) weights$/.test(what ?? ''));
    expect(ofOne.map((cells) => cells[4])).toEqual(['11.8 GB/s', '15.7 GB/s', '23.6 GB/s']);
    expect(lines(rows).map(([what]) => what)).toContain('hot decode: 1 row, mxfp4 weights, hot');
  });

  it('says beside a kernel in how many cases it is wrong on that machine, each once', () => {
    const wrong = (suite: string) => failed({ suite, name: 'bad', m: 64 }, 'wrong-answer', '');
    const [line] = lines([measured({}), wrong('quick'), wrong('gate'), failed({ name: 'worse' }, 'wrong-answer', '')]);
    expect(line?.[1]).toBe('gemv for f16·f32 wrong in 2 other cases');
    const [other] = lines([measured({}), failed({ name: 'x' }, 'device-lost', '')]);
    expect(other?.[1]).toBe('gemv for f16·f32 wrong or failed in 1 other case');
  });

  it('is found by the bits of its weights', () => {
    const place = placeOf('Some GPU', [measured({ w: 'mxfp4' }), measured({ w: 'f16' })]);
    const view = new View('machine/some-gpu.html');
    const html = element('div', {}, fastSection(place, place.latest.filter(isMeasured), false, view)).markup;
    expect([...html.matchAll(/data-words="([^"]*)"/g)].map(([, words]) => words)).toEqual([
      '4-bit mxfp4',
      '16-bit f16',
    ]);
  });
});
