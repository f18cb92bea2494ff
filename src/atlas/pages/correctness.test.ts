import { describe, expect, it } from 'vitest';
import { atlasOf, failed, MADE, measured, placeOf, rowsIn } from '../testdata/places.ts';
import { correctnessPages } from './correctness.ts';
import { failureGroups } from './failure-groups.ts';

const wrong = failed({ w: 'mxfp4', kernel: 'mxfp4-gemv' }, 'wrong-answer', 'beyond the budget');
const places = [
  placeOf('One GPU', [wrong, measured({ kernel: 'gemv' })]),
  // Two suites have the same case.
  placeOf('Two GPU', [
    wrong,
    failed({ suite: 'gate', w: 'mxfp4', kernel: 'mxfp4-gemv' }, 'wrong-answer', 'beyond the budget'),
  ]),
  placeOf('Third GPU', [failed({ w: 'mxfp4', kernel: 'mxfp4-gemv' }, 'device-lost', 'gone')]),
  placeOf('Good GPU', [measured({ w: 'mxfp4', kernel: 'mxfp4-gemv' })]),
];
const page = correctnessPages(atlasOf(places), MADE).get('correctness.html') ?? '';

describe('failed cases', () => {
  it('are one line for all machines that say the same of a kernel', () => {
    expect(rowsIn(page, 'Cases that gave a wrong answer or none')).toEqual([
      [
        'One GPU (Vulkan · Linux), Two GPU (Vulkan · Linux)',
        'wrong-answer',
        'o_proj 1×2880×4096 nt mxfp4·f32, mxfp4-gemv: beyond the budget',
      ],
      ['Third GPU (Vulkan · Linux)', 'device-lost', 'o_proj 1×2880×4096 nt mxfp4·f32, mxfp4-gemv: gone'],
    ]);
    expect(page).toContain('3 cases failed of 5 different cases on 4 machines');
  });
});

describe('machines that fail the same cases', () => {
  const bad = (name: string, detail: string) => failed({ name, w: 'int4', kernel: 'ring' }, 'wrong-answer', detail);
  const groups = failureGroups([
    placeOf('A', [bad('q', 'by 2'), bad('k', 'by 3')]),
    placeOf('B', [bad('q', 'by 2'), bad('k', 'by 4'), bad('v', 'by 5')]),
  ]);

  it('are one group, however much they are wrong; what one fails alone is another', () => {
    const told = groups.map(({ places: own, cases }) => [
      own.map(({ title }) => title).join(),
      ...cases.map(({ row, details }) => `${row.name} ${details.join()}`),
    ]);
    expect(told).toEqual([
      ['A,B', 'q by 2', 'k by 3,by 4'],
      ['B', 'v by 5'],
    ]);
  });
});

describe('the map of errors', () => {
  it('tells what failed from what is right and from what nobody measured', () => {
    const rows = page.split('<table').slice(2).join('');
    expect(rows).toMatch(/<td class="x" data-title="One GPU, Vulkan · Linux"><a href="#failed">✕ 1 failed/);
    expect(rows).toMatch(/<td class="x" data-title="Two GPU, Vulkan · Linux"><a href="#failed">✕ 1 failed/);
    expect(rows).toMatch(/<td class="q1" data-title="Good GPU, Vulkan · Linux">2\.6 %/);
    expect(page).toContain('<li class="none">· not measured</li>');
  });
});
