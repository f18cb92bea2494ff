/** `contribute` against a scripted device. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderOfEach } from '../record/testdata/folder.ts';
import { gitIn } from '../record/testdata/git.ts';
import { inProcess, STEADY, UNIT } from './testdata/in-process.ts';

const dir = folderOfEach();

async function contribute(...args: string[]) {
  return inProcess(['contribute', '--engine', 'scripted', '--scenario', STEADY, ...args], {
    cwd: dir(),
    environment: UNIT,
  });
}

describe('contribute', () => {
  it('measures the suite, shows every file and fact that would be shared, and says how', async () => {
    const { exit, out } = await contribute();
    expect(exit).toBe(0);
    expect(out).toContain('contribution / decode');
    for (const fact of ['machine', 'adapter', 'driver', 'CPU', 'system', 'software', 'commit', 'unit'])
      expect(out).toMatch(new RegExp(`^ *${fact}\\b`, 'm'));
    for (const file of ['.json', '.csv', '.samples.json.gz', 'machine.json'])
      expect(out).toMatch(new RegExp(`results/scripted/.*${file.replace('.', '\\.')} +\\d+ bytes`));
    // Numbers of a scenario are no machine's.
    expect(out).toContain('the device was scripted');
    expect(out).toContain('nothing has been sent; to share them:');
    // From whatever copy this runs, no word of a command is left to be filled in.
    expect(out).not.toContain('OWNER');
    expect(out).toMatch(/gh repo fork \S+\/\S+ --clone|does not say which repository collects results/);
  });

  it('gives the commands of a clone inside of one', async () => {
    mkdirSync(join(dir(), 'benches'));
    writeFileSync(join(dir(), 'benches/contribution.yaml'), 'shapes: []\n');
    const git = (...words: string[]) => gitIn(dir(), ...words);
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'begin');
    rmSync(join(dir(), 'benches'), { recursive: true });
    const { steps, files } = JSON.parse((await contribute('--json')).out);
    expect(files.map(([file]: [string]) => file)).toHaveLength(4);
    expect(steps).toEqual([
      expect.stringMatching(/^git checkout -b results-\d{8}t\d{6}z-[0-9a-f]{8}-dirty$/),
      expect.stringMatching(/^git add results\/scripted\//),
      "git commit -m 'Add results of scripted'",
      expect.stringMatching(/^git push -u origin results-/),
      'gh pr create --fill',
    ]);
  });
});
