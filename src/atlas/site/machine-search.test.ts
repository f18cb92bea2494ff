import { describe, expect, it } from 'vitest';
import { findMachines, tellFound } from './machine-search.ts';

const NAMES = [
  'nvidia geforce rtx 4090 vulkan · linux',
  'nvidia geforce rtx 4090 direct3d 12 · windows',
  'apple m4 metal',
];
const FILTERS = 'gpt-oss-120b contribution decode prefill mxfp4 4-bit';

const found = (typed: string) => {
  const all = findMachines(typed, NAMES, FILTERS);
  return [all.shown.map(Number).join(''), tellFound(all)];
};

describe('what is typed on the start page', () => {
  it('finds machines by their names, and hands on what their pages can be filtered by', () => {
    expect(found('RTX 4090 gpt-oss decode')).toEqual([
      '110',
      '2 machines match ‘RTX 4090’; the links filter the page of a machine by ‘gpt-oss decode’',
    ]);
    expect(findMachines('rtx 4090 gpt-oss decode', NAMES, FILTERS).filter).toEqual(['gpt-oss', 'decode']);
    expect(found('gpt-oss')).toEqual(['111', '3 machines; the links filter the page of a machine by ‘gpt-oss’']);
  });

  it('counts where every word is of a name, and opens the only one', () => {
    expect(found('4090')).toEqual(['110', '2 of 3']);
    expect(found('m4')).toEqual(['001', '1 of 3; Enter opens it']);
    expect(found('')).toEqual(['111', '']);
  });

  it('says which words no machine has, and shows those that have the others', () => {
    expect(found('rtx 4095')).toEqual(['110', 'No machine is called ‘4095’; 2 machines match ‘rtx’']);
    expect(found('rtx m4')).toEqual(['111', 'None of that name yet, 3 like it']);
    expect(found('none such')).toEqual(['000', 'None yet: measure it below.']);
  });
});
