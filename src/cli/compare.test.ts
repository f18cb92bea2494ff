/** `compare` and `calibrate` against a scripted device, in this process. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { AB_RULES } from '../judge/ab/rules.ts';
import { folderOfEach } from '../record/testdata/folder.ts';
import { inProcess, TINY } from './testdata/in-process.ts';

const KERNELS = fileURLToPath(new URL('../../kernels', import.meta.url));

/** A change that reaches the device and that a scenario can tell by its text. */
const MARK = '\nconst CHANGED_FOR_A_TEST = 1u;\n';
const NOISE = 'noise: {betweenProcesses: {kind: normal, sigma: 0.004}, withinProcess: {sigma: 0.01}}';

const dir = folderOfEach();
beforeEach(() => {
  for (const side of ['base', 'head']) {
    mkdirSync(join(dir(), side));
    cpSync(join(KERNELS, 'naive.wgsl'), join(dir(), side, 'naive.wgsl'));
  }
});

function change(side: string): void {
  const file = join(dir(), side, 'naive.wgsl');
  writeFileSync(file, readFileSync(file, 'utf8') + MARK);
}

function compare(scenario: string, ...more: string[]) {
  return scripted(scenario, 'compare', 'base', 'head', '--suite', TINY, ...more);
}

function scripted(scenario: string, ...words: string[]) {
  return watched(null, scenario, ...words);
}

/** @param onProgress called at every turn of the progress line */
async function watched(onProgress: (() => void) | null, scenario: string, ...words: string[]) {
  const file = join(dir(), 'scenario.yaml');
  writeFileSync(file, `${scenario}\n${NOISE}\n`);
  return inProcess([...words, '--engine', 'scripted', '--scenario', file], {
    cwd: dir(),
    onProgress: onProgress ?? undefined,
  });
}

/** Ctrl-C after so many turns of the progress line. */
function interruptAfter(turns: number): () => void {
  let seen = 0;
  return () => {
    seen++;
    if (seen === turns) process.emit('SIGINT');
  };
}

const STEADY = 'cost: [{seconds: 0.002}]';
const SLOWER = 'cost: [{when: "code=*CHANGED_FOR_A_TEST*", seconds: 0.0022}, {seconds: 0.002}]';

describe('compare', () => {
  it('calls identical kernels the same without measuring most of them', async () => {
    const { exit, out } = await compare(STEADY);
    expect(exit).toBe(0);
    expect(out).toContain('2 same');
  });

  it('finds a kernel that became 10 % slower, and exits with 1', async () => {
    change('head');
    const { exit, out } = await compare(SLOWER, '--json');
    expect(exit).toBe(1);
    expect(existsSync(join(dir(), 'results/scripted'))).toBe(false);
    const document = JSON.parse(out);
    expect(document.counts).toMatchObject({ slower: 2, same: 0, unclear: 0 });
    for (const item of document.cases) {
      expect(item.ratio).toBeCloseTo(1.1, 2);
      expect(item.interval[0]).toBeLessThanOrEqual(item.ratio);
      expect(item.ratios.length).toBeGreaterThanOrEqual(AB_RULES.looks[0] ?? 0);
      expect(item.floor).toBeLessThan(0.02);
      expect(item.reproduce).toContain('shapemark compare base head');
    }
  });

  it('finds one that became faster, and exits with 0', async () => {
    change('base');
    const { exit, out } = await compare(SLOWER);
    expect(exit).toBe(0);
    expect(out).toContain('2 faster');
  });

  it('calls a change that does not matter the same', async () => {
    change('head');
    const { exit, out } = await compare(STEADY);
    expect(exit).toBe(0);
    expect(out).toMatch(/2 same/);
  });

  it('compares every kernel that both sides have where a suite asks for all', async () => {
    writeFileSync(
      join(dir(), 'all.yaml'),
      'defaults: {kernels: all}\nshapes: [{m: 8, n: 8, k: 8, w: f32, from: made up}]\n',
    );
    const { exit, out } = await scripted(STEADY, 'compare', 'base', 'head', '--suite', 'all.yaml', '--json');
    expect(exit).toBe(0);
    expect(JSON.parse(out).counts).toMatchObject({ same: 1 });
  });

  it('says what is missing and what is new, and fails on it when asked', async () => {
    cpSync(join(KERNELS, 'direct.wgsl'), join(dir(), 'base', 'direct.wgsl'));
    rmSync(join(dir(), 'head', 'naive.wgsl'));
    cpSync(join(KERNELS, 'direct.wgsl'), join(dir(), 'head', 'direct.wgsl'));
    const { exit, out } = await compare(STEADY, '--fail-on', 'slower,missing');
    expect(exit).toBe(1);
    expect(out).toContain('2 missing');
  });

  it('exits with 4 when the head gives wrong answers', async () => {
    change('head');
    const { exit, out } = await compare(`${STEADY}\nevents: [{kind: wrong-result, when: "code=*CHANGED_FOR_A_TEST*"}]`);
    expect(exit).toBe(4);
    expect(out).toContain('2 failed');
    expect(out).toContain('head wrong-result');
  });

  it('says what each case could have shown, and gives a command that a shell takes as it is', async () => {
    change('head');
    const { out } = await compare(STEADY, '--json', '--seed', '3');
    for (const { minimalDetectableEffect, floor, reproduce, id } of JSON.parse(out).cases) {
      expect(minimalDetectableEffect).toBeGreaterThanOrEqual(Math.max(0.02, floor));
      expect(minimalDetectableEffect).toBeLessThan(0.1);
      expect(reproduce).toMatch(
        /^shapemark compare base head --suite \S+tiny\.yaml --engine scripted --scenario \S+ --seed 3 --filter /,
      );
      expect(reproduce).toContain(`--filter ${id}`);
    }
  });

  it('repeats the options that were given in the command that measures a case again', async () => {
    change('head');
    const given = [
      '--seed',
      '3',
      '--budget',
      '40',
      '--minimum-effect',
      '0.03',
      '--robustness',
      'off',
      '--results',
      'r',
    ];
    const words = [...given, '--inspect', 'off', '--fail-on', 'slower'];
    const { out } = await compare(SLOWER, '--json', ...words);
    const [{ reproduce, verdict }] = JSON.parse(out).cases;
    expect(verdict).toBe('slower');
    for (let i = 0; i < words.length; i += 2) expect(reproduce).toContain(` ${words.slice(i, i + 2).join(' ')}`);
    const again = await inProcess([...reproduce.split(' ').slice(1), '--json'], { cwd: dir() });
    expect(JSON.parse(again.out).cases).toMatchObject([{ reproduce, verdict }]);
  });

  it('asks for a base, and has no workers of another tree on a scripted device', async () => {
    const nothing = await scripted(STEADY, 'compare', '--suite', TINY);
    expect(nothing).toMatchObject({
      exit: 2,
      err: expect.stringContaining('compare needs a folder of kernels or a git ref'),
    });
    const harness = await scripted(STEADY, 'compare', '--harness', 'HEAD', '--suite', TINY);
    expect(harness).toMatchObject({ exit: 2, err: expect.stringContaining('the scripted engine has none') });
  });

  it('refuses a verdict it does not know', async () => {
    const { exit, err } = await compare(STEADY, '--fail-on', 'slow');
    expect(exit).toBe(2);
    expect(err).toContain('expected some of');
  });
});

describe('calibrate', () => {
  it('stores the A/A ratios and the floor of each case, and compare takes the larger floor', async () => {
    const calibrated = await scripted(STEADY, 'calibrate', TINY, '--kernels', 'base', '--processes', '14', '--json');
    expect(calibrated.exit).toBe(0);
    expect(calibrated.err).toContain('progress: process 14 of at most 14: 26 of 28 visits done');
    const { cases } = JSON.parse(calibrated.out);
    expect(cases).toHaveLength(2);
    for (const { ratios, floor, minimalDetectableEffect } of cases) {
      expect(ratios).toHaveLength(14);
      expect(floor).toBeGreaterThan(0);
      expect(floor).toBeLessThan(0.02);
      expect(minimalDetectableEffect).toBeGreaterThan(floor);
    }
    change('head');
    const { exit, out } = await compare(SLOWER, '--json');
    expect(exit).toBe(1);
    expect(JSON.parse(out).counts.slower).toBe(2);
  });
});

interface Measured {
  readonly id: string;
  readonly verdict?: string;
  readonly ratios: readonly number[];
}

describe('an interruption', () => {
  it.each([
    ['compare', ['compare', 'base', 'head', '--suite', TINY]],
    ['calibrate', ['calibrate', TINY, '--kernels', 'base']],
  ])('of %s loses no finished visit', async (_, words) => {
    change('head');
    const resultOf = (text: string) => {
      const { cases } = JSON.parse(text);
      // The first process was finished before the interruption; a later one that was cut short starts a fresh worker.
      return cases.map(({ id, verdict, ratios: [first] }: Measured) => ({ id, verdict, first }));
    };
    const whole = await scripted(SLOWER, ...words, '--json', '--results', 'whole');
    const { exit, out, err } = await watched(interruptAfter(8), SLOWER, ...words);
    expect(exit).toBe(130);
    if (words[0] === 'calibrate') expect(out).toMatch(/^so far:\n+case .*\ntiny\/shape\//);
    expect(err).toContain(`continue with: shapemark ${words[0]} `);
    expect(err).toMatch(/ --resume\n$/);
    const resumed = await scripted(SLOWER, ...words, '--json', '--resume');
    expect(resumed.err).toMatch(/resuming: [1-9]\d* visits are done/);
    expect(resumed.exit).toBe(whole.exit);
    expect(resultOf(resumed.out)).toEqual(resultOf(whole.out));
    const left = readdirSync(join(dir(), 'results'), { recursive: true }).map(String);
    expect(left.filter((name) => name.includes('journal'))).toEqual([]);
  });
});
