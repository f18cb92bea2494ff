/** The gate looks at what changed: `compare` without a suite, on a scripted device, and the suite it takes its cases from. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WEIGHT_FORMATS } from '../gemm/formats/registry.ts';
import { loadKernels } from '../kernel/load.node.ts';
import { expand } from '../plan/case/expand.ts';
import { loadSuite } from '../plan/load.node.ts';
import type { ComparedCase, Comparison } from '../report/comparison.ts';
import { PLAIN } from '../report/style.ts';
import { GATE } from './change.ts';
import { main } from './main.ts';

const KERNELS = fileURLToPath(new URL('../../kernels', import.meta.url));
const SHIPPED = await loadKernels(KERNELS);
const NAMES = SHIPPED.kernels.map(({ name }) => name);

/** The file that holds a kernel; kernels that differ by a format share one. */
function fileOf(kernel: string): string {
  const { file } = SHIPPED.kernels.find(({ name }) => name === kernel) ?? { file: '' };
  return basename(file);
}

const sharing = (kernel: string) =>
  SHIPPED.kernels.filter(({ name }) => fileOf(name) === fileOf(kernel)).map(({ name }) => name);

const NOISE = 'noise: {betweenProcesses: {kind: normal, sigma: 0.004}, withinProcess: {sigma: 0.01}}';
/** A device that serves every kernel but the one for matrix units. */
const DEVICE = 'device: {subgroupSize: [8, 8]}';
const STEADY = `${DEVICE}\n${NOISE}\ncost: [{seconds: 0.002}]`;
const SLOW = `${DEVICE}\n${NOISE}\ncost: [{when: "code=*PLANTED*", seconds: 0.004}, {seconds: 0.002}]`;

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shapemark-gate-'));
  for (const side of ['base', 'head']) cpSync(KERNELS, join(dir, side), { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true }));

function append(kernel: string, text: string, side = 'head'): void {
  const file = join(dir, side, fileOf(kernel));
  writeFileSync(file, readFileSync(file, 'utf8') + text);
}

async function compare(scenario: string, ...more: string[]) {
  writeFileSync(join(dir, 'scenario.yaml'), scenario);
  let [out, err] = ['', ''];
  const words = ['compare', 'base', 'head', '--engine', 'scripted', '--scenario', 'scenario.yaml', ...more];
  const exit = await main(words, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    cwd: dir,
    environment: {},
    style: PLAIN,
    columns: null,
  });
  return { exit, out, err };
}

async function compareJson(scenario: string, ...more: string[]) {
  const { exit, out } = await compare(scenario, '--json', ...more);
  return { exit, document: JSON.parse(out) as Comparison };
}

const of = (cases: readonly ComparedCase[], kernel: string) =>
  cases.filter(({ id, kernels }) => id.endsWith(`/kernel=${kernel}`) || kernels.head === kernel);

describe('suite gate', () => {
  it('has a case for each format and shape class, in both sizes', async () => {
    const suite = await loadSuite(GATE, { cwd: dir });
    const { cases } = expand(suite, { kernels: NAMES });
    const classes = ['one-row', 'few-rows', 'skinny', 'square', 'ragged', 'grouped', 'batched'];
    for (const phase of ['small', 'large']) {
      for (const w of WEIGHT_FORMATS) {
        const has = cases.filter((item) => item.phase === phase && item.problem.format.w === w).map(({ name }) => name);
        expect(new Set(has), `${phase} ${w}`).toEqual(new Set(classes));
      }
    }
    const both = cases.filter(({ problem: { format } }) => format.a === 'mxfp4' || format.a === 'nvfp4');
    expect(new Set(both.map(({ name }) => name))).toEqual(new Set(['one-row', 'square', 'ragged']));
  });
});

describe('compare without a suite', () => {
  // All of them take minutes; one of each kind is enough for every day.
  const tried = process.env.SHAPEMARK_TEST_ALL ? NAMES : ['split-k', 'int4-ring', 'native-f16-acc', 'subgroup-matrix'];
  it.each(tried)('does not pass over a loop planted in %s', async (kernel) => {
    append(kernel, '\nconst PLANTED = 1u;\n');
    const { exit, document } = await compareJson(SLOW);
    expect(document.changed).toEqual(sharing(kernel));
    const told = of(document.cases, kernel);
    expect(told.length).toBeGreaterThan(0);
    if (kernel === 'subgroup-matrix') {
      expect(exit).toBe(0);
      expect(document.cases[0]).toMatchObject({ verdict: 'unmeasured', cause: 'device' });
      expect(document.cases[0]?.reproduce).toContain('--kernel subgroup-matrix --adapter gpu');
      return;
    }
    expect(exit).toBe(1);
    expect(told.filter(({ verdict }) => verdict === 'slower').length).toBe(told.length);
  });

  it('fails on kernels for other devices where that is asked for', async () => {
    append('subgroup-matrix', '\nconst PLANTED = 1u;\n');
    expect((await compare(SLOW, '--fail-on', 'slower,unmeasured-here')).exit).toBe(1);
    expect((await compare(SLOW, '--fail-on', 'slower,unmeasured')).exit).toBe(0);
  });

  it('calls a kernel the same whose comments alone changed, without measuring', async () => {
    for (const file of new Set(NAMES.map(fileOf))) {
      const path = join(dir, 'head', file);
      writeFileSync(path, `${readFileSync(path, 'utf8')}\n// a remark\n/* and /* one more */ */\n`);
    }
    const { exit, document } = await compareJson(SLOW);
    expect(exit).toBe(0);
    expect(document.changed).toEqual([...NAMES].sort());
    expect(document.processes).toBe(0);
    expect(document.counts).toMatchObject({ slower: 0, unclear: 0, missing: 0, failed: 0 });
    expect(document.unmeasured).toEqual(['subgroup-matrix']);
  });

  it('measures nothing when nothing changed, and says so', async () => {
    const { exit, out } = await compare(STEADY);
    expect(exit).toBe(0);
    expect(out).toContain('nothing needed measuring');
  });

  it('verifies a new kernel, and fails when it is wrong', async () => {
    rmSync(join(dir, 'base', 'direct.wgsl'));
    append('direct', '\nconst PLANTED = 1u;\n');
    const right = await compareJson(STEADY);
    expect(right.exit).toBe(0);
    expect(of(right.document.cases, 'direct').every(({ verdict }) => verdict === 'new')).toBe(true);
    const wrong = await compareJson(`${STEADY}\nevents: [{kind: wrong-result, when: "code=*PLANTED*"}]`);
    expect(wrong.exit).toBe(4);
    expect(wrong.document.counts.failed).toBeGreaterThan(0);
  });

  it('fails when a kernel is gone', async () => {
    rmSync(join(dir, 'head', 'direct.wgsl'));
    const { exit, document } = await compareJson(STEADY);
    expect(exit).toBe(1);
    expect(of(document.cases, 'direct').every(({ verdict }) => verdict === 'missing')).toBe(true);
  });

  it('gives every changed kernel a case before any gets a second one when the budget is short', async () => {
    const changed = ['direct', 'gemv', 'naive', 'register-tile'];
    for (const kernel of changed) append(kernel, '\nconst PLANTED = 1u;\n');
    const { exit, document } = await compareJson(SLOW, '--budget', '30');
    expect(exit).toBe(1);
    expect(document.ended).toBe('budget');
    expect(document.leftOut.length).toBeGreaterThan(10);
    const verdicts = changed.map((kernel) => of(document.cases, kernel).filter((c) => c.verdict === 'slower').length);
    expect(Math.min(...verdicts)).toBeGreaterThan(0);
    expect(Math.max(...verdicts) - Math.min(...verdicts)).toBeLessThanOrEqual(1);
    expect(document.unmeasured).toEqual([]);
    expect(document.seconds).toBeLessThan(36);
  });

  it('fails on a kernel that the budget left no case of', async () => {
    const changed = ['direct', 'gemv', 'naive', 'register-tile'];
    for (const kernel of changed) append(kernel, '\nconst PLANTED = 1u;\n');
    const { exit, document } = await compareJson(STEADY, '--budget', '6');
    expect(exit).toBe(1);
    const missed = document.cases.filter(({ verdict }) => verdict === 'unmeasured');
    expect(missed.length).toBeGreaterThan(0);
    expect(missed.every(({ cause }) => cause === 'budget')).toBe(true);
    expect(missed[0]?.reason).toMatch(/of the budget of 6 s are spent, and this case needs about/);
  });
});

describe('compare with a suite', () => {
  it('fails on a changed kernel that no case of the suite runs, unless the cases are narrowed on purpose', async () => {
    append('split-k', '\nconst PLANTED = 1u;\n');
    const whole = await compareJson(SLOW, '--suite', 'quick');
    expect(whole.exit).toBe(1);
    expect(whole.document.cases[0]).toMatchObject({
      ...{ id: 'kernel=split-k', verdict: 'unmeasured', cause: 'case' },
      reason: 'no case of this suite runs it',
    });
    const part = await compare(SLOW, '--suite', 'quick', '--filter', 'o_proj,w=f32');
    expect(part.exit).toBe(0);
    expect(part.out).toContain('changed, but not asked for here: split-k');
  });

  it('asks for kernels by name with --kernel', async () => {
    append('split-k', '\nconst PLANTED = 1u;\n');
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
