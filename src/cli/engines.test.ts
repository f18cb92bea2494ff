/** What an engine has to provide: an object in the registry. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlayedEngine } from '../engine/engine.ts';
import { ENGINES } from '../engine/registry.node.ts';
import { playing } from '../engine/scripted/engine.ts';
import { parseScenario } from '../engine/scripted/scenario.ts';
import { recordSchema } from '../record/schema.ts';
import { folderOfEach } from '../record/testdata/folder.ts';
import { commandIn, TINY } from './testdata/in-process.ts';

/** Plays a device that takes the milliseconds its file says, for everything. */
const metronome: PlayedEngine = {
  kind: 'played',
  name: 'metronome',
  read: (text, file) => playing(parseScenario(`cost: [{seconds: ${Number(text) / 1e3}}]`, file)),
};

const dir = folderOfEach();
beforeEach(() => {
  ENGINES.push(metronome);
});
afterEach(() => {
  ENGINES.splice(ENGINES.indexOf(metronome), 1);
});

const shapemark = commandIn(dir);

describe('an engine in the registry', () => {
  it('is offered by every verb that measures, and named in what it leaves', async () => {
    for (const verb of ['run', 'compare', 'bisect', 'calibrate', 'search', 'tune'])
      expect((await shapemark(verb, '--help')).out, verb).toMatch(/--engine .*"metronome"/s);
    writeFileSync(join(dir(), 'beat'), '2\n');
    const asked = ['--engine', 'metronome', '--scenario', 'beat', '--processes', '1', '--filter', 'small'];
    const { exit, out } = await shapemark('run', TINY, ...asked, '--json');
    expect(exit).toBe(0);
    const { cases, ...record } = recordSchema.parse(JSON.parse(out));
    expect(record).toMatchObject({ unit: 'metronome', environment: { engine: 'metronome', dawn: null } });
    expect(cases).toHaveLength(1);
    expect(cases[0]).toMatchObject({ status: 'measured', summary: { medianSeconds: 2e-3 } });
  });

  it('needs what it plays, and nobody else takes that', async () => {
    expect(await shapemark('run', TINY, '--engine', 'metronome')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('--engine metronome needs --scenario FILE'),
    });
    writeFileSync(join(dir(), 'beat'), '2\n');
    expect(await shapemark('run', TINY, '--scenario', 'beat')).toMatchObject({
      exit: 2,
      err: expect.stringMatching(/--scenario is for --engine .*metronome/),
    });
  });

  it('is asked for by its name alone', async () => {
    const { exit, err } = await shapemark('run', TINY, '--engine', 'metronom');
    expect(exit).toBe(2);
    expect(err).toContain('metronome');
  });
});
