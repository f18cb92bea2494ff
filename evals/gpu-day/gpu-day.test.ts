import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Inspection } from '../../src/record/beside/inspection.ts';
import type { RunRecord } from '../../src/record/schema.ts';
import { folderOfAll } from '../../src/record/testdata/folder.ts';
import { fractionsOf } from './fractions.ts';
import { correlationsOf, placesOf } from './predictions.ts';
import { STEPS, secondsFor } from './steps.ts';

type Cases = Pick<RunRecord, 'cases'>;
const PROBLEM = 'gpu-day/kernels/square/m=8/n=8/k=8/layout=nt/w=f32/a=f32/acc=f32/out=f32';

const measured = (kernel: string, flopPerSecond: number, w = 'f32') => ({
  status: 'measured',
  id: `${PROBLEM}/kernel=${kernel}`,
  shape: { batch: 1, m: 8, n: 8, k: 8 },
  format: { w, a: 'f32', acc: 'f32', out: 'f32' },
  kernel: { requested: kernel, name: kernel },
  flop: 1024,
  summary: { flopPerSecond },
});
const recordOf = (...cases: object[]) => ({ cases }) as unknown as Cases;

/** Of the loop: multiply-adds, matrix instructions, all instructions. */
const compiled = (kernel: string, [multiplyAdds, matrix, instructions]: readonly number[], spills = 0) => ({
  status: 'compiled',
  gpu: 'tgl',
  kernel,
  case: `${PROBLEM}/kernel=${kernel}`,
  registers: 64,
  spills,
  occupancy: null,
  loop: { multiplyAdds, matrix, instructions, memory: 8 },
});
const inspectionOf = (...kernels: object[]) => ({ kernels }) as unknown as Inspection;

describe('predictions of inspect', () => {
  const inspection = inspectionOf(
    compiled('fast', [64, 0, 80]),
    compiled('matrix', [0, 8, 100]),
    compiled('slow', [8, 0, 80], 90),
    compiled('middle', [32, 0, 80], 10),
    compiled('unmeasured', [64, 0, 64]),
  );
  const rates = { matrix: 9e12, fast: 2e12, middle: 1e12, slow: 1e11 };
  const record = recordOf(...Object.entries(rates).map(([kernel, rate]) => measured(kernel, rate)));
  const correlation = (found = correlationsOf(inspection, record)) =>
    Object.fromEntries(found.map(({ predictor, correlation: value }) => [predictor, value]));

  it('are 1 where a figure orders kernels as their rates do, matrix units counted', () => {
    expect(correlation()['multiply-adds per instruction']).toBe(1);
    expect(correlation()['few spills']).toBeCloseTo(0.949, 3);
  });

  it('are −1 where it orders them the other way round', () => {
    const turned = recordOf(...Object.entries(rates).map(([kernel, rate]) => measured(kernel, 1 / rate)));
    expect(correlation(correlationsOf(inspection, turned))['multiply-adds per instruction']).toBe(-1);
  });

  it('are null where the compiler does not tell, or tells all the same', () => {
    expect(correlation().occupancy).toBeNull();
    expect(correlation()['few registers']).toBeNull();
  });

  it('name the place of each kernel among those of its problem', () => {
    const rows = placesOf(inspection, record).map((row) => [row.kernel, row.measuredPlace, row.predictedPlace]);
    expect(rows).toEqual([
      ['matrix', 1, 1],
      ['fast', 2, 2],
      ['middle', 3, 3],
      ['slow', 4, 4],
    ]);
  });

  it('keep problems apart', () => {
    const other = { ...measured('fast', 1), id: `${PROBLEM.replace('m=8', 'm=9')}/kernel=fast` };
    const both = recordOf(...record.cases, other);
    expect(placesOf(inspection, both)).toEqual(placesOf(inspection, record));
  });
});

describe('fractions of a library', () => {
  it('take what both measured: f32 beside float32, all else beside float16', () => {
    const record = recordOf(measured('a', 2e6), measured('b', 1e6, 'mxfp4'), measured('c', 1e6, 'f16'));
    const row = (dtype: 'float32' | 'float16', medianSeconds: number) => ({ m: 8, n: 8, k: 8, dtype, medianSeconds });
    const rows = [
      { ...row('float32', 1024 / 4e6), samples: 15 },
      { ...row('float16', 1024 / 8e6), samples: 15 },
    ];
    expect(fractionsOf(record, { rows }).map(({ w, fraction }) => [w, fraction])).toEqual([
      ['f32', 0.5],
      ['mxfp4', 0.125],
      ['f16', 0.125],
    ]);
    expect(fractionsOf(record, { rows: rows.slice(1) })).toHaveLength(2);
  });
});

describe('the time of a day', () => {
  it('is shared among the steps that are left, and none is left over', () => {
    let left = 520;
    for (const [i, step] of STEPS.entries()) left -= secondsFor(step, STEPS.slice(i + 1), left);
    expect(left).toBeCloseTo(0);
  });
});

const RUN = fileURLToPath(new URL('../run.ts', import.meta.url));
const SCENARIO = `
cost: [{flopPerSecond: 1e12}]
probes: [{probe: empty, seconds: 1e-5}, {probe: '*', seconds: 1e-3}]
noise: {betweenProcesses: {kind: normal, sigma: 0.004}, withinProcess: {sigma: 0.01}}
`;
/** Half of the scripted rate for whatever it is asked. */
const PYTHON = `#!${process.execPath}
const shapes = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const rows = shapes.map((one) => ({ ...one, medianSeconds: (2 * one.m * one.n * one.k) / 5e11, samples: 15 }));
console.log(JSON.stringify({ torch: '0', device: 'a GPU', rows }));
`;

describe('npm run eval gpu-day', { timeout: 300_000 }, () => {
  const folder = folderOfAll();
  const at = (...names: string[]) => join(folder(), ...names);
  beforeAll(() => {
    writeFileSync(at('scenario.yaml'), SCENARIO);
    writeFileSync(at('python'), PYTHON);
    chmodSync(at('python'), 0o755);
  });

  /** @param until what it says before it is interrupted */
  function day(until?: RegExp, engine = 'scripted'): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const scripted = ['--engine', engine, '--scenario', at('scenario.yaml'), '--python', at('python')];
    const words = ['gpu-day', '--folder', at('day'), '--adapter', 'embedded', ...scripted, '--json'];
    const child = spawn(process.execPath, ['--import', 'tsx', RUN, ...words]);
    let [stdout, stderr, asked] = ['', '', false];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      if (asked || !until?.test(stderr)) return;
      asked = true;
      setTimeout(() => child.kill('SIGINT'), 1_500);
    });
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  }

  const kept = () =>
    new Map(readdirSync(at('day/steps')).map((name) => [name, statSync(at('day/steps', name)).mtimeMs]));

  it('goes on after an interruption where it stopped, and says what it found', async () => {
    const first = await day(/^tune: .*at most/m);
    expect(first.code, first.stderr).toBe(130);
    expect(first.stderr).toMatch(/interrupted: 2 of 9 steps are done; the same command goes on/);
    const before = kept();
    expect([...before.keys()]).toEqual(['doctor.json', 'quick.json']);
    expect(JSON.parse(readFileSync(at('day/day.json'), 'utf8')).begun.tune).toBeGreaterThan(0);

    const second = await day();
    expect(second.code, second.stderr).toBe(0);
    expect(second.stderr).not.toMatch(/^(doctor|quick): /m);
    const after = kept();
    for (const [name, time] of before) expect(after.get(name)).toBe(time);
    const found = JSON.parse(second.stdout);
    const outcomes = found.steps.map(({ step, outcome }: { step: string; outcome: string }) => [step, outcome]);
    // The embedded adapter tells nothing of what it made of kernels.
    expect(outcomes).toEqual(STEPS.map(({ name }) => [name, name === 'inspect' ? 'failed' : 'done']));
    expect(found.fractions).toHaveLength(12);
    for (const { fraction } of found.fractions) expect(fraction).toBeCloseTo(2, 1);
    expect(readFileSync(at('day/report.md'), 'utf8')).toMatch(/^# A day with a GPU\n/);
    expect(existsSync(at('day/results/scripted/calibration'))).toBe(true);
    expect(existsSync(at('day/results/scripted/tuning'))).toBe(true);
  });

  it('refuses to go on with another engine', async () => {
    const { code, stderr } = await day(undefined, 'webgpu');
    expect(stderr).toMatch(/holds a day with --adapter embedded --engine scripted; go on with these, or name another/);
    expect(code).toBe(2);
  });
});
