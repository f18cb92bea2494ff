import { describe, expect, it } from 'vitest';
import { atlasOf, failed, MADE, measured, placeOf, rowsIn } from '../testdata/places.ts';
import { correctnessPages } from './correctness.ts';

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
    expect(rowsIn(page, 'Cases that gave a wrong answer or none').map((cells) => cells.slice(2))).toEqual([
      ['mxfp4-gemv', 'One GPU (Vulkan · Linux), Two GPU (Vulkan · Linux)', 'wrong-answer: beyond the budget'],
      ['mxfp4-gemv', 'Third GPU (Vulkan · Linux)', 'device-lost: gone'],
    ]);
    expect(page).toContain('3 cases failed of 5 different cases on 4 machines');
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
