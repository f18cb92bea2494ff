import { describe, expect, it } from 'vitest';
import { exampleRecord } from '../../record/testdata/example.ts';
import { folderOfAll } from '../../record/testdata/folder.ts';
import { steps } from './contribution.ts';

const RECORD = exampleRecord([], { machine: 'some-gpu', id: '20261124T101530Z-831ef61a' });

describe('commands that share results, outside of a clone', () => {
  const folder = folderOfAll();

  it('name the repository that is known', async () => {
    const told = await steps(['results/some-gpu/a b.json'], RECORD, folder(), 'https://github.com/people/marks');
    expect(told).toEqual([
      'gh repo fork people/marks --clone',
      'mkdir -p marks/results/some-gpu',
      "cp -n 'results/some-gpu/a b.json' marks/results/some-gpu/",
      'cd marks',
      'git checkout -b results-20261124t101530z-831ef61a',
      'git add results/some-gpu',
      "git commit -m 'Add results of some-gpu'",
      'gh pr create --fill',
    ]);
  });

  it('say plainly that it is unknown, and pack the files', async () => {
    const [why, pack, ...rest] = await steps(['a.json', 'a.csv'], RECORD, folder(), null);
    expect(why).toMatch(/^# .*does not say which repository collects results/);
    expect(pack).toBe('tar -czf results-20261124t101530z-831ef61a.tar.gz a.json a.csv');
    expect(rest).toEqual([]);
  });
});
