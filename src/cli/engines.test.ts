/** What an engine has to provide: an object in the registry. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlayedEngine } from '../engine/engine.ts';
import { ENGINES } from '../engine/registry.node.ts';
import { playing } from '../engine/scripted/engine.ts';
import { parseScenario } from '../engine/scripted/scenario.ts';
import { recordSchema } from '../record/schema.ts';
import { PLAIN } from '../report/style.ts';
import { main } from './main.ts';

const TINY = fileURLToPath(new URL('./testdata/tiny.yaml', import.meta.url));

/** Plays a device that takes the milliseconds its file says, for everything. */
const metronome: PlayedEngine = {
  kind: 'played',
  name: 'metronome',
  read: (text, file) => playing(parseScenario(`cost: [{seconds: ${Number(text) / 1e3}}]`, file)),
};

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shapemark-engines-'));
  ENGINES.push(metronome);
});
afterEach(() => {
  ENGINES.splice(ENGINES.indexOf(metronome), 1);
  rmSync(dir, { recursive: true, force: true });
});

async function shapemark(...argv: string[]) {
  const said = { out: '', err: '' };
  const exit = await main(argv, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    cwd: dir,
    environment: {},
    style: PLAIN,
    columns: null,
  });
  return { exit, ...said };
}

describe('an engine in the registry', () => {
  it('is offered by every verb that measures, and named in what it leaves', async () => {
    for (const verb of ['run', 'compare', 'bisect', 'calibrate', 'search', 'tune'])
      expect((await shapemark(verb, '--help')).out, verb).toMatch(/--engine .*"metronome"/s);
    writeFileSync(join(dir, 'beat'), '2\n');
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
    writeFileSync(join(dir, 'beat'), '2\n');
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
