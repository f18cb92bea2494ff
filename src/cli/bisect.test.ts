/** `bisect` in a real repository of 64 commits, on a scripted device that knows which commit is slow. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderOfAll } from '../record/testdata/folder.ts';
import { gitIn } from '../record/testdata/git.ts';
import { inProcess, TINY } from './testdata/in-process.ts';

const NAIVE = readFileSync(fileURLToPath(new URL('../../kernels/naive.wgsl', import.meta.url)), 'utf8');
const NOISE = 'noise: {betweenProcesses: {kind: normal, sigma: 0.004}, withinProcess: {sigma: 0.01}}';
const COMMITS = 64;
const SLOW_FROM = 41;
const BROKEN = [30, 31, 32];

/** Every fifth commit leaves kernels alone; all others change the text that reaches the device. */
function contentOf(index: number): string {
  if (BROKEN.includes(index)) return `not a kernel ${index}\n`;
  return `${NAIVE}\nconst revision_${index}_ = ${index >= SLOW_FROM ? 'planted' : 'none'};\n`;
}

/** What stderr holds besides a line for each process. */
const besidesProgress = (err: string) => err.replace(/^progress: .*\n/gm, '');

const repository = folderOfAll();
const shas: string[] = [];
const git = (...args: string[]) => gitIn(repository(), ...args);

beforeAll(() => {
  git('init', '-q');
  mkdirSync(join(repository(), 'kernels'));
  cpSync(TINY, join(repository(), 'tiny.yaml'));
  for (let index = 0; index < COMMITS; index++) {
    const kernel = index === 0 || index % 5 !== 0;
    if (kernel) writeFileSync(join(repository(), 'kernels', 'naive.wgsl'), contentOf(index));
    else writeFileSync(join(repository(), 'notes.txt'), `${index}\n`);
    git('add', '-A');
    git('commit', '-q', '-m', `commit ${index}${kernel ? '' : ', notes only'}`);
    shas.push(git('rev-parse', 'HEAD'));
  }
}, 60_000);

async function bisect(scenario: string, ...words: string[]) {
  const file = join(repository(), 'scenario.yaml');
  writeFileSync(file, `${scenario}\n`);
  const options = ['--suite', 'tiny.yaml', '--engine', 'scripted', '--scenario', 'scenario.yaml'];
  return inProcess(['bisect', ...words, ...options], { cwd: repository() });
}

const slower = (factor: number) =>
  `cost: [{when: "code=*planted*", seconds: ${0.002 * factor}}, {seconds: 0.002}]\n${NOISE}`;

describe('bisect', () => {
  it('finds the planted commit of 64 in one go, with evidence and the command that shows it again', async () => {
    const { exit, out, err } = await bisect(
      slower(1.06),
      shas[0] ?? '',
      'HEAD',
      '--case',
      'm=16',
      '--budget',
      '900',
      '--json',
    );
    expect({ exit, err: besidesProgress(err) }).toEqual({ exit: 0, err: '' });
    const found = JSON.parse(out);
    expect(found.culprit).toEqual({ sha: shas[SLOW_FROM], subject: `commit ${SLOW_FROM}` });
    expect(found).toMatchObject({ verdict: 'slower', confirmed: true, commits: 51 });
    expect(found.ratio).toBeCloseTo(1.06, 2);
    expect(found.evidence).toMatchObject({ verdict: 'slower' });
    expect(found.evidence.ratio).toBeCloseTo(1.06, 2);
    // The parent left kernels alone: the commit before among those that did not is what it is held against.
    expect(found.evidence.reproduce).toContain(
      `shapemark compare ${shas[SLOW_FROM - 2]} ${shas[SLOW_FROM]} --suite tiny.yaml`,
    );
    expect(found.evidence.reproduce).toContain(' --budget 900 ');
    expect(found.steps.length).toBeLessThanOrEqual(9);
    for (const { side, subject } of found.steps) {
      const index = Number(/\d+/.exec(subject)?.[0]);
      const truth = BROKEN.includes(index) ? 'untestable' : index >= SLOW_FROM ? 'bad' : 'good';
      expect(`${index} ${side}`).toBe(`${index} ${truth}`);
    }
  });

  it('tells each step as it goes, and measures nothing twice that is the same text', async () => {
    const { exit, out } = await bisect(slower(1.1), shas[33] ?? '', shas[50] ?? '', '--case', 'm=16');
    expect(exit).toBe(0);
    expect(out).toMatch(/^tiny\/shape\/small.*\nslower × 1\.\d+ from .* on scripted; 13 commits touch kernels\n/);
    expect(out).toContain(`first bad commit: ${shas[SLOW_FROM]} commit ${SLOW_FROM}`);
    expect(out).toMatch(/again: shapemark compare [0-9a-f]{40} [0-9a-f]{40} /);
  });

  it('gives a range when broken commits hide the culprit', async () => {
    const slow = [33, 34, 36, 37, 38, 39].map((index) => `{when: "code=*revision_${index}_*", seconds: 0.0022}`);
    const scenario = slower(1.1).replace('[', `[${slow.join(', ')}, `);
    const { exit, out } = await bisect(scenario, shas[20] ?? '', 'HEAD', '--case', 'm=16', '--json');
    expect(exit).toBe(3);
    const { culprit, candidates } = JSON.parse(out);
    expect(culprit).toBeNull();
    expect(candidates.map(({ subject }: { subject: string }) => subject)).toEqual(
      [31, 32, 33].map((n) => `commit ${n}`),
    );
  });

  it('finds the commit that made an answer wrong', async () => {
    const { exit, out } = await bisect(
      `cost: [{seconds: 0.002}]\n${NOISE}\nevents: [{kind: wrong-result, when: "code=*planted*"}]`,
      ...[shas[33] ?? '', 'HEAD', '--case', 'm=16', '--json'],
    );
    expect(exit).toBe(0);
    const found = JSON.parse(out);
    expect(found).toMatchObject({ verdict: 'failed', culprit: { sha: shas[SLOW_FROM] } });
  });

  it('says so when nothing changed, and when the ends are no history', async () => {
    const same = await bisect(`cost: [{seconds: 0.002}]\n${NOISE}`, shas[0] ?? '', 'HEAD', '--case', 'm=16');
    expect(same.exit).toBe(3);
    expect(same.err).toContain('is neither slower nor faster');
    const swapped = await bisect(slower(1.1), 'HEAD', shas[0] ?? '', '--case', 'm=16');
    expect(swapped.exit).toBe(2);
    expect(swapped.err).toContain('is not an ancestor of');
    const unknown = await bisect(slower(1.1), 'nowhere', 'HEAD', '--case', 'm=16');
    expect(unknown).toMatchObject({ exit: 2, err: '"nowhere": git knows no such ref\n' });
    const nothing = await bisect(slower(1.1), shas[0] ?? '', 'HEAD', '--case', 'm=17');
    expect(nothing).toMatchObject({
      exit: 2,
      err: expect.stringMatching(/^--case 'm=17' matches none of .* no case has m=17; /m),
    });
    const idle = await bisect(slower(1.1), shas[59] ?? '', shas[60] ?? '', '--case', 'm=16');
    expect(idle.exit).toBe(3);
    expect(idle.err).toContain('touches kernels/');
  });

  it('does so as a command, too', () => {
    writeFileSync(join(repository(), 'scenario.yaml'), slower(1.1));
    const bin = fileURLToPath(new URL('./bin.ts', import.meta.url));
    const words = ['bisect', shas[36] ?? '', shas[44] ?? '', '--case', 'm=16', '--suite', 'tiny.yaml'];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), bin, ...words, '--engine', 'scripted', '--scenario', 'scenario.yaml'],
      { cwd: repository(), encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
    );
    expect({ status, stderr: besidesProgress(stderr) }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`first bad commit: ${shas[SLOW_FROM]}`);
  });

  it('goes on after an interruption from every visit that was finished, and leaves no journal', async () => {
    const words = [shas[33] ?? '', shas[50] ?? '', '--case', 'm=16', '--seed', '3', '--json'];
    const whole = await watched([...words, '--results', 'whole']);
    expect(whole.exit).toBe(0);
    // In the first comparison, and in later ones.
    for (const after of [3, whole.visits.length - 2]) {
      const results = ['--results', `stopped-${after}`];
      const stopped = await watched([...words, ...results], after);
      expect(stopped.exit).toBe(130);
      expect(stopped.err).toMatch(/interrupted; continue with: .* bisect .* --json --resume\n$/);
      expect(stopped.visits.length).toBeLessThan(whole.visits.length);
      const resumed = await watched([...words, ...results, '--resume']);
      expect(resumed.exit).toBe(0);
      expect(resumed.err).toMatch(/resuming: \d+ visits are done\n/);
      expect(resumed.visits).toEqual(expect.arrayContaining(stopped.visits));
      expect(resumed.visits).toHaveLength(whole.visits.length);
      const { culprit, steps } = JSON.parse(resumed.out);
      expect({ culprit, steps: steps.length }).toEqual({
        culprit: { sha: shas[SLOW_FROM], subject: `commit ${SLOW_FROM}` },
        steps: JSON.parse(whole.out).steps.length,
      });
      expect(journals(`stopped-${after}`)).toEqual([]);
    }
  }, 120_000);
});

/** A bisection, interrupted when so many visits are on disk, and the lines of all visits that ever were. */
async function watched(words: readonly string[], interruptAfter = Number.POSITIVE_INFINITY) {
  const results = words[words.indexOf('--results') + 1] ?? '';
  const visits = new Set<string>();
  let isInterrupted = false;
  // Without noise, which differs between a process and its rest.
  writeFileSync(join(repository(), 'scenario.yaml'), `${slower(1.06).replace(NOISE, '')}\n`);
  const scripted = ['--suite', 'tiny.yaml', '--engine', 'scripted', '--scenario', 'scenario.yaml'];
  const ran = await inProcess(['bisect', ...words, ...scripted], {
    cwd: repository(),
    onProgress: () => {
      for (const file of journals(results))
        for (const line of readFileSync(file, 'utf8').split('\n'))
          if (line.startsWith('{"type":"visit"')) visits.add(`${file} ${line}`);
      if (visits.size < interruptAfter || isInterrupted) return;
      isInterrupted = true;
      process.emit('SIGINT');
    },
  });
  return { ...ran, visits: [...visits] };
}

function journals(results: string): string[] {
  const folder = join(repository(), results, 'scripted');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((file) => file.includes('journal'));
}
