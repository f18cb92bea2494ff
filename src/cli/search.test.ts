/** `search` against a scripted device, in this process. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { vetRecord } from '../experiment/validate/vet.ts';
import { parseRecord } from '../record/read.ts';
import type { RunRecord } from '../record/schema.ts';
import { readRecord, readSamples } from '../record/store/store.node.ts';
import { folderOfEach } from '../record/testdata/folder.ts';
import { inProcess } from './testdata/in-process.ts';

const dir = folderOfEach();

const CLIFF = `
cost:
  - {when: 'n=96', flopPerSecond: 1e9, penalties: [{unless: 'k%8=0', factor: 1.4}]}
  - {flopPerSecond: 1e9, penalties: [{unless: 'n%16=0', factor: 1.4}]}
noise: {betweenProcesses: {kind: bimodal, probability: 0.1, factor: 1.2, sigma: 0.005}, withinProcess: {sigma: 0.01}}
`;
const FLAT = 'cost: [{flopPerSecond: 1e9}]\nnoise: {betweenProcesses: {kind: normal, sigma: 0.005}}';
const SMALL = ['--hidden', '96', '--distance', '12', '--tokens', '8', '--kernel', 'naive'];

const search = (scenario: string, ...words: string[]) => watched(() => {}, scenario, ...words);

/** @param onProgress called whenever something is said of it */
async function watched(onProgress: () => void, scenario: string, ...words: string[]) {
  const file = join(dir(), 'scenario.yaml');
  writeFileSync(file, scenario);
  return inProcess(['search', ...words, '--engine', 'scripted', '--scenario', file], { cwd: dir(), onProgress });
}

describe('search', () => {
  it('finds the aligned widths, and the baseline among them', async () => {
    const { exit, out } = await search(CLIFF, ...SMALL, '--no-store', '--json');
    const document = JSON.parse(out);
    expect(exit).toBe(0);
    expect(document.winner).toEqual({ group: [248, 256, 264], cheapest: 248 });
    expect(document.groups.flat().sort()).toEqual([244, 248, 252, 256, 260, 264, 268]);
    expect(document.baseline).toMatchObject({ dFf: 256, group: 0 });
    expect(document.told).toBe(true);
    const [best] = document.candidates;
    expect(best.seconds.mlp).toBeCloseTo(best.seconds.up + best.seconds.down, 12);
    expect(best.interval[0]).toBeLessThan(best.seconds.mlp);
    const loser = document.candidates.find((row: { dFf: number }) => row.dFf === 252);
    expect(loser.slower).toBeGreaterThan(0.3);
    expect(loser.processes).toBeLessThan(best.processes + document.screened);
    expect(readdirSync(dir())).not.toContain('results');
  });

  it('says so when nothing can be told apart', async () => {
    const { exit, out } = await search(FLAT, ...SMALL, '--no-store');
    expect(exit).toBe(0);
    expect(out).toContain('No widths in this range can be distinguished');
  });

  it('stores a record and the answer', async () => {
    const { out } = await search(CLIFF, ...SMALL, '--json');
    const { machine, id } = JSON.parse(out);
    const folder = join(dir(), 'results', machine);
    const record = parseRecord(readFileSync(join(folder, `${id}.json`), 'utf8'), 'record');
    expect(record.cases.filter(({ status }) => status === 'measured')).toHaveLength(14);
    expect(JSON.parse(readFileSync(join(folder, 'search', `${id}.json`), 'utf8'))).toMatchObject({ id, machine });
  });

  it('goes on after Ctrl-C where it stopped, and finds the same', async () => {
    const whole = JSON.parse((await search(CLIFF, ...SMALL, '--json', '--results', 'whole')).out);
    for (const presses of [30, 40]) {
      let said = 0;
      const press = () => ++said === presses && process.emit('SIGINT');
      const { exit, out, err } = await watched(press, CLIFF, ...SMALL, '--resume');
      expect(exit).toBe(130);
      expect(out).toMatch(/; interrupted$/m);
      expect(err).toContain(
        'continue with: shapemark search --hidden 96 --distance 12 --tokens 8 --kernel naive --engine',
      );
    }
    const resumed = await search(CLIFF, ...SMALL, '--json', '--resume');
    expect(resumed.err).toMatch(/resuming: \d\d+ visits are done/);
    const found = JSON.parse(resumed.out);
    expect({ ...found, id: whole.id }).toEqual({ ...whole, candidates: found.candidates, baseline: found.baseline });
    const folder = join(dir(), 'results', found.machine);
    expect(readdirSync(folder).filter((name) => name.includes('journal'))).toEqual([]);
    const file = join(folder, `${found.id}.json`);
    const record = readSamples(file, readRecord(file)) as RunRecord;
    expect(vetRecord(record, { withSamples: true, fileName: found.id }).verdict).not.toBe('refuse');
  });

  it('keeps nothing where it leaves no trace', async () => {
    let said = 0;
    const press = () => ++said === 20 && process.emit('SIGINT');
    const { exit, err } = await watched(press, CLIFF, ...SMALL, '--no-store', '--json');
    expect(exit).toBe(130);
    expect(err).toContain('interrupted; nothing was stored');
    expect(readdirSync(dir())).not.toContain('results');
  });

  it('draws', async () => {
    const { out } = await search(CLIFF, ...SMALL, '--no-store', '--picture', 'search.svg');
    expect(readFileSync(join(dir(), 'search.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
    expect(out).toContain('written: search.svg');
    expect((await search(CLIFF, ...SMALL, '--no-store', '--format', 'csv')).out).toMatch(/^dFf,parameters,/);
  });

  it('sets the classic way beside it', async () => {
    const { out } = await search(CLIFF, ...SMALL, '--no-store', '--classic', '--json');
    const { classic } = JSON.parse(out);
    expect(classic.candidates.map(({ dFf }: { dFf: number }) => dFf).sort()).toEqual([244, 248, 252, 260, 264, 268]);
    expect(classic.baseline.flopPerSecond).toHaveLength(2);
  });

  it('searches what a suite holds', async () => {
    const axis = '{around: 8/3, hidden: 96, distance: 12, step: 4';
    const shapes = `  - {name: up, m: 8, n: ${axis}}, k: 96, from: x}\n  - {name: down, m: 8, n: 96, k: ${axis}}, from: x}`;
    writeFileSync(join(dir(), 'mlp.yaml'), `defaults: {kernels: naive}\nshapes:\n${shapes}\n`);
    const { out } = await search(FLAT, './mlp.yaml', '--no-store', '--json');
    expect(JSON.parse(out)).toMatchObject({ gated: false, hidden: 96, baseline: { dFf: 256 } });
  });

  it('searches around the width a model has', async () => {
    const few = ['--distance', '4', '--tokens', '8', '--kernel', 'naive', '--no-store', '--json'];
    const { exit, out } = await search(FLAT, '--model', 'gpt2-124m', ...few);
    expect({ exit, ...JSON.parse(out) }).toMatchObject({ exit: 0, hidden: 768, gated: false, baseline: { dFf: 3072 } });
    const mixture = await search(FLAT, '--model', 'deepseek-v3', ...few);
    expect(JSON.parse(mixture.out)).toMatchObject({
      hidden: 7168,
      gated: true,
      experts: { total: 256, rows: 64 },
      baseline: { dFf: 2048 },
    });
  });

  it('answers for several machines from their records', async () => {
    await search(`device: {description: one}\n${CLIFF}`, ...SMALL);
    const alone = await search(CLIFF, ...SMALL, '--stored');
    expect(alone.exit).toBe(3);
    await search(`device: {description: two, device: two}\n${FLAT}`, ...SMALL);
    const { out, exit } = await search(CLIFF, ...SMALL, '--stored', '--json');
    expect(exit).toBe(0);
    const { machines, candidates } = JSON.parse(out);
    expect(machines).toHaveLength(2);
    expect([248, 256, 264]).toContain(candidates[0].candidate);
  });

  it.each([
    [['--hidden', 'x'], '--hidden: expected a whole number'],
    [[], 'search takes a suite, --model or --hidden'],
    [['--hidden', '96', '--around', 'wide'], '--around: expected a ratio'],
    [['--hidden', '96', '--experts', '4'], '--experts and --active must be given together'],
    [['--hidden', '96', '--d-ff', '300..200'], 'the range is empty'],
    [['quick', '--hidden', '96'], 'search takes one of a suite, --shape, --model and --hidden'],
    [['--model', 'llama2-7b', '--hidden', '96'], 'search takes one of'],
    [['--model', 'llama2-7b', '--experts', '4', '--active', '2'], '--model has its own experts'],
    [['--model', 'llama2-7'], '--model: unknown model "llama2-7"; did you mean "llama2-7b"?'],
    [['quick'], 'is not a search'],
    [['--hidden', '96', '--resume', '--no-store'], 'with --no-store there is nothing to resume'],
  ])('refuses %j', async (words, message) => {
    const { exit, err } = await search(FLAT, ...words);
    expect(exit).toBe(2);
    expect(err).toContain(message);
  });
});
