/** The gate looks at what changed: `compare` without a suite, on a scripted device, and the suite it takes its cases from. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GATE } from '../experiment/compare/change.ts';
import { isElementFormat, WEIGHT_FORMATS } from '../gemm/formats/registry.ts';
import { expand } from '../plan/case/expand.ts';
import { loadSuite } from '../plan/load.node.ts';
import { fileOf, NAMES, PLANT, rowsOf, Sides, SLOW, STEADY } from './testdata/sides.ts';

let sides: Sides;
beforeEach(() => {
  sides = new Sides();
});
afterEach(() => sides.dispose());
const append: Sides['append'] = (kernel, text) => sides.append(kernel, text);
const compare: Sides['compare'] = (...words) => sides.compare(...words);
const compareJson: Sides['compareJson'] = (...words) => sides.compareJson(...words);

describe('suite gate', () => {
  it('has a case for each format and shape class, in both sizes', async () => {
    const suite = await loadSuite(GATE, { cwd: sides.dir });
    const { cases } = expand(suite, { kernels: NAMES });
    const classes = ['one-row', 'few-rows', 'skinny', 'square', 'ragged', 'grouped', 'batched'];
    for (const phase of ['small', 'large']) {
      for (const w of WEIGHT_FORMATS) {
        const has = cases.filter((item) => item.phase === phase && item.problem.format.w === w).map(({ name }) => name);
        // What differs from another format in its scales alone is tried in two classes.
        expect(new Set(has), `${phase} ${w}`).toEqual(new Set(/^int\d-/.test(w) ? ['one-row', 'square'] : classes));
      }
    }
    const both = cases.filter(({ problem: { format } }) => !isElementFormat(format.a));
    expect(new Set(both.map(({ name }) => name))).toEqual(new Set(['one-row', 'square', 'ragged']));
  });
});

describe('compare without a suite', { timeout: 120_000 }, () => {
  // Every kernel in turn is tried by gate.slow.test.ts.
  it('does not pass over a loop planted in a kernel that best never picks', async () => {
    append('split-k', PLANT);
    const { exit, document } = await compareJson(SLOW);
    expect(exit).toBe(1);
    expect(document.changed).toEqual(['split-k']);
    const told = rowsOf(document.cases, 'split-k');
    expect(told.length).toBeGreaterThan(10);
    expect(told.every(({ verdict }) => verdict === 'slower')).toBe(true);
  });

  it('lists a kernel that this device cannot run first, with the command for one that can', async () => {
    append('subgroup-matrix', PLANT);
    const { exit, document } = await compareJson(SLOW);
    expect(exit).toBe(0);
    expect(document.cases[0]).toMatchObject({ verdict: 'unmeasured', cause: 'device' });
    expect(document.cases[0]?.reproduce).toContain('--kernel subgroup-matrix --adapter gpu');
  });

  it('fails on kernels for other devices where that is asked for', async () => {
    append('subgroup-matrix', PLANT);
    expect((await compare(SLOW, '--fail-on', 'slower,unmeasured-here')).exit).toBe(1);
    expect((await compare(SLOW, '--fail-on', 'slower,unmeasured')).exit).toBe(0);
  });

  it('calls a kernel the same whose comments alone changed, without measuring', async () => {
    for (const file of new Set(NAMES.map(fileOf))) {
      const path = join(sides.dir, 'head', file);
      writeFileSync(path, `${readFileSync(path, 'utf8')}\n// a remark\n/* and /* one more */ */\n`);
    }
    const { exit, document } = await compareJson(SLOW);
    expect(exit).toBe(0);
    expect(document.changed).toEqual([...NAMES].sort());
    expect(document.processes).toBe(0);
    expect(document.counts).toMatchObject({ slower: 0, unclear: 0, missing: 0, failed: 0 });
    expect(document.unmeasured).toEqual([]);
    expect(document.counts.unmeasured).toBe(0);
  });

  it('measures nothing when nothing changed, and says so', async () => {
    const { exit, out } = await compare(STEADY);
    expect(exit).toBe(0);
    expect(out).toContain('nothing had to be measured');
  });

  it('verifies a new kernel, and fails when it is wrong', async () => {
    rmSync(join(sides.dir, 'base', 'direct.wgsl'));
    append('direct', PLANT);
    const right = await compareJson(STEADY);
    expect(right.exit).toBe(0);
    expect(rowsOf(right.document.cases, 'direct').every(({ verdict }) => verdict === 'new')).toBe(true);
    const wrong = await compareJson(`${STEADY}\nevents: [{kind: wrong-result, when: "code=*PLANTED*"}]`);
    expect(wrong.exit).toBe(4);
    expect(wrong.document.counts.failed).toBeGreaterThan(0);
  });

  it('names the command that times a new kernel, for shapes of the command line too', async () => {
    rmSync(join(sides.dir, 'base', 'direct.wgsl'));
    const { document } = await compareJson(STEADY, '--shape', '32x64x128', '--kernel', 'direct');
    const reproduce = document.cases[0]?.reproduce ?? '';
    expect(reproduce).toBe(
      'shapemark run 32x64x128 --kernel direct --kernels head --filter shapes/shape --engine scripted --scenario scenario.yaml',
    );
    const { exit, out } = await sides.shapemark(...reproduce.split(' ').slice(1));
    expect(exit).toBe(0);
    expect(out).toContain('1 measured');
  });

  it('fails when a kernel is gone', async () => {
    rmSync(join(sides.dir, 'head', 'direct.wgsl'));
    const { exit, document } = await compareJson(STEADY);
    expect(exit).toBe(1);
    expect(rowsOf(document.cases, 'direct').every(({ verdict }) => verdict === 'missing')).toBe(true);
  });

  it('gives every changed kernel a case before any gets a second one when the budget is short', async () => {
    const changed = ['direct', 'gemv', 'naive', 'register-tile'];
    for (const kernel of changed) append(kernel, PLANT);
    const { exit, document } = await compareJson(SLOW, '--budget', '15');
    expect(exit).toBe(1);
    expect(document.ended).toBe('budget');
    expect(document.leftOut.length).toBeGreaterThan(10);
    const verdicts = changed.map(
      (kernel) => rowsOf(document.cases, kernel).filter((c) => c.verdict === 'slower').length,
    );
    expect(Math.min(...verdicts)).toBeGreaterThan(0);
    // One that has fewer has no more; `best` may add a case or two of `quick`.
    for (const [i, kernel] of changed.entries())
      if (document.leftOut.some(({ id }) => id.endsWith(`/kernel=${kernel}`)))
        expect(Math.max(...verdicts) - (verdicts[i] ?? 0), kernel).toBeLessThanOrEqual(2);
    expect(document.unmeasured).toEqual([]);
    expect(document.seconds).toBeLessThan(18);
  });

  it('fails on a kernel that the budget left no case of', async () => {
    const changed = ['direct', 'gemv', 'naive', 'register-tile'];
    for (const kernel of changed) append(kernel, PLANT);
    const { exit, document } = await compareJson(STEADY, '--budget', '6');
    expect(exit).toBe(1);
    const missed = document.cases.filter(({ verdict }) => verdict === 'unmeasured');
    expect(missed.length).toBeGreaterThan(0);
    expect(missed.every(({ cause }) => cause === 'budget')).toBe(true);
    expect(missed[0]?.reason).toMatch(/gets 3\.9 s of the budget of 6 s: [\d.]+ s are spent, this case needs about/);
  });
});

describe('compare with a suite', () => {
  it('fails on a changed kernel that no case of the suite runs, unless the cases are narrowed on purpose', async () => {
    append('split-k', PLANT);
    const whole = await compareJson(SLOW, '--suite', 'quick');
    expect(whole.exit).toBe(1);
    expect(whole.document.cases[0]).toMatchObject({
      ...{ id: 'kernel=split-k', verdict: 'unmeasured', cause: 'case' },
      reason: 'no case of this suite runs it',
    });
    const part = await compare(SLOW, '--suite', 'quick', '--filter', 'o_proj,w=f32');
    expect(part.exit).toBe(0);
    expect(part.out).toContain('changed, but excluded by --filter or --kernel: split-k');
  });

  it('asks for kernels by name with --kernel', async () => {
    append('split-k', PLANT);
    const { exit, document } = await compareJson(SLOW, '--suite', 'quick', '--kernel', 'split-k');
    expect(exit).toBe(1);
    expect(document.cases.every(({ id }) => id.endsWith('/kernel=split-k'))).toBe(true);
    expect(document.counts.slower).toBeGreaterThan(0);
  });

  it('knows a kernel that a filter means', async () => {
    const { exit, err } = await compare(STEADY, '--suite', 'quick', '--filter', 'kernel=direct');
    expect(exit).toBe(2);
    expect(err).toContain('did you mean --kernel direct?');
    const unknown = await compare(STEADY, '--kernel', 'dirct');
    expect(unknown).toMatchObject({ exit: 2, err: expect.stringContaining('did you mean "direct"?') });
  });
});
