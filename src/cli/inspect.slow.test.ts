import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { native } from '../experiment/inspect/native.ts';
import { openGpu } from '../experiment/inspect/open.ts';
import type { Comparison } from '../judge/ab/comparison.ts';
import { readInspection } from '../record/beside/inspection.node.ts';
import { type Inspection, inspectionSchema } from '../record/beside/inspection.ts';
import { folderOfEach } from '../record/testdata/folder.ts';
import { inProcess } from './testdata/in-process.ts';

const STAGED = readFileSync(fileURLToPath(new URL('./testdata/staged.wgsl', import.meta.url)), 'utf8');

type Plant = readonly [find: string | RegExp, replace: string];

/** What makes it worse, and where, as Mesa 25 compiles it: two of them hurt one vendor alone. */
const PLANTED: Readonly<
  Record<'a spill' | 'an unaligned copy' | 'a tile that costs occupancy', { plant: Plant; found: string[] }>
> = {
  'a spill': { plant: ['SUMS = 8u', 'SUMS = 12u'], found: ['tgl spills', 'tgl scratchBytes'] },
  'an unaligned copy': {
    plant: [
      /return load_a4\(at\.matrix, (.*), k\);/,
      'let inside = $1; return vec4<f32>(load_a(at.matrix, inside, k + 1u), load_a(at.matrix, inside, k + 2u), load_a(at.matrix, inside, k + 3u), load_a(at.matrix, inside, k + 4u));',
    ],
    found: ['navi31 loop.memory', 'tgl loop.memory'],
  },
  'a tile that costs occupancy': { plant: ['STAGE = 256u', 'STAGE = 1024u'], found: ['navi31 occupancy'] },
};

const dir = folderOfEach();

async function shapemark(...args: string[]) {
  const ran = await inProcess(args, { cwd: dir() });
  return { ...ran, err: ran.err.replace(/^progress: .*\n/gm, '') };
}

async function inspected(...args: string[]): Promise<Inspection & { exit: number }> {
  const { exit, out, err } = await shapemark('inspect', '--json', ...args);
  expect(err).toBe('');
  return { exit, ...inspectionSchema.parse(JSON.parse(out)) };
}

describe('inspect', () => {
  it('names the GPU that was meant', async () => {
    expect(await shapemark('inspect', '--gpu', 'navi32')).toEqual({
      exit: 2,
      out: '',
      err: '--gpu navi32: no such GPU; did you mean "navi31"?\n',
    });
  });

  it.each(['cc-that-is-not-there', '/bin/false'])(
    'says in a sentence that a compiler is missing: %s',
    async (compiler) => {
      const before = { CC: process.env.CC, XDG_CACHE_HOME: process.env.XDG_CACHE_HOME, TMPDIR: process.env.TMPDIR };
      Object.assign(process.env, { CC: compiler, XDG_CACHE_HOME: dir(), TMPDIR: dir() });
      try {
        const { exit, out, err } = await shapemark('inspect', '--gpu', 'navi31');
        expect({ exit, out }).toEqual({ exit: 3, out: '' });
        expect(err).toMatch(new RegExp(`^[^\\n]*\`${compiler}\`[^\\n]*\\n$`));
      } finally {
        for (const [name, value] of Object.entries(before))
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
      }
    },
  );

  it('says in a sentence which driver is missing, and where a root holds no system', async () => {
    const { exit, err } = await shapemark('inspect', '--gpu', 'm1', '--root', dir());
    expect(exit).toBe(3);
    expect(err).toBe(`${dir()} contains no system of this architecture: it lacks ${loader()} in it\n`);
  });

  it('says that a software adapter tells nothing', async () => {
    const { exit, err } = await shapemark('inspect', '--adapter', 'embedded', '--kernel', 'naive');
    expect(exit).toBe(3);
    expect(err).toMatch(/SwiftShader.* reports no statistics that inspect understands\n$/);
  });
});

/** A kernel set of one, in which one text is another one. */
function staged(name: string, [find, replace]: Plant = ['', '']): string {
  const folder = join(dir(), name);
  mkdirSync(folder, { recursive: true });
  const planted = STAGED.replace(find, replace);
  expect(planted === STAGED).toBe(find === '');
  writeFileSync(join(folder, 'staged.wgsl'), planted);
  return folder;
}

function loader(): string {
  return process.arch === 'arm64' ? 'lib/ld-linux-aarch64.so.1' : 'lib64/ld-linux-x86-64.so.2';
}

/** Why a GPU cannot be asked here, or null. */
async function lacking(gpu: string): Promise<string | null> {
  try {
    (await openGpu({ gpu, native: native(), root: null, adapter: 'auto' })).process.end();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe.each(['navi31', 'tgl'])('inspect --gpu %s', async (gpu) => {
  const missing = await lacking(gpu);
  beforeEach((context) => {
    if (missing !== null) context.skip(missing);
  });

  it('says whose compiler spoke, of the tile that ran', async () => {
    const words = ['--gpu', gpu, '--kernels', staged('kernels')];
    const { exit, gpu: name, driver, gpus, kernels, counts } = await inspected(...words);
    expect({ exit, name }).toEqual({ exit: 0, name: gpu });
    expect(driver).toMatch(/Mesa \d+/);
    expect(gpus).toMatchObject([{ name: gpu, hardware: false, driver, compiler: gpu === 'tgl' ? 'brw' : 'ACO' }]);
    expect(counts).toMatchObject({ compiled: 1, failed: 0 });
    const work = 64 * 8 * 4;
    expect(kernels).toMatchObject([
      { kernel: 'staged', tile: { m: 16, n: 64, k: 16 }, status: 'compiled', sharedBytes: 4096, spills: 0 },
    ]);
    expect(kernels).toMatchObject([{ loop: { multiplyAdds: work, unknownTripCounts: 0 } }]);
  });

  it('gives the same document twice, and finds nothing where comments differ', async () => {
    const base = staged('base');
    const words = [
      '--gpu',
      gpu,
      '--kernels',
      staged('head', ['var sums', '// what is added up\n  var sums']),
      '--base',
      base,
    ];
    const first = await inspected(...words);
    expect(first).toMatchObject({ exit: 0, changes: [], counts: { compiled: 1, worse: 0, same: 0 } });
    expect(await inspected(...words)).toEqual(first);
  });

  it('keeps what it found as a file where that is asked for', async () => {
    const words = ['--gpu', gpu, '--kernels', staged('kernels')];
    const { exit, ...found } = await inspected(...words, '--store', '--results', 'kept');
    expect(exit).toBe(0);
    const [file = ''] = readdirSync(join(dir(), 'kept/inspections'));
    expect(file).toMatch(/^\d{8}T\d{6}Z-nogit\.json$/);
    expect(readInspection(join(dir(), 'kept/inspections', file))).toMatchObject({ ...found, commit: null });
    writeFileSync(join(dir(), 'kept/inspections', file), '{"schema": "shapemark-inspection/1"}');
    expect(() => readInspection(join(dir(), 'kept/inspections', file))).toThrow(file);
  });

  it('says what checks of indexes cost', async () => {
    const words = ['--gpu', gpu, '--kernels', staged('kernels'), '--robustness'];
    const both = await inspected(...words, 'both');
    const off = await inspected(...words, 'off');
    const [checked] = both.kernels;
    const [alone] = off.kernels;
    if (checked?.status !== 'compiled' || alone?.status !== 'compiled') throw new Error('did not compile');
    expect(checked.unchecked?.loop).toEqual(alone.loop);
    expect(alone).toMatchObject({ robustness: 'off', case: expect.stringContaining('/robustness=off/') });
    expect(alone.loop?.instructions).toBeLessThan(checked.loop?.instructions ?? 0);
    const { out } = await shapemark('inspect', ...words, 'both');
    expect(out).toMatch(/ checks\n.* \d+(\.\d)? %$/m);
  });

  it('refuses what the device lacks, and fails on what does not compile', async () => {
    const head = staged('head', ['let at = place', 'let at: u32 = place']);
    const { exit, kernels } = await inspected('--gpu', gpu, '--kernels', head, '--base', staged('base'));
    expect(exit).toBe(4);
    expect(kernels).toMatchObject([{ status: 'failed' }]);
  });
});

describe('a change that is worse', async () => {
  const missing = (await lacking('navi31')) ?? (await lacking('tgl'));
  beforeEach((context) => {
    if (missing !== null) context.skip(missing);
  });

  it.each(Object.entries(PLANTED))(
    'is found by inspect --base, with GPU and figure: %s',
    async (_, { plant, found }) => {
      const words = ['--gpu', 'navi31,tgl', '--kernels', staged('head', plant), '--base', staged('base')];
      const { exit, changes = [] } = await inspected(...words);
      expect(exit).toBe(1);
      const worse = changes.filter(({ verdict }) => verdict === 'worse');
      expect(new Set(worse.map(({ gpu, what }) => `${gpu} ${what}`))).toEqual(new Set(found));
    },
  );

  it.each(Object.entries(PLANTED))('fails a comparison on a machine without a GPU: %s', async (_, { plant, found }) => {
    writeFileSync(join(dir(), 'steady.yaml'), 'cost: [{seconds: 0.002}]');
    const scripted = ['--engine', 'scripted', '--scenario', 'steady.yaml', '--inspect', 'navi31,tgl'];
    const { exit, out } = await shapemark('compare', staged('base'), staged('head', plant), '--json', ...scripted);
    expect(exit).toBe(1);
    const { cases, counts, compiled }: Comparison = JSON.parse(out);
    const gpus = [...new Set(found.map((text) => text.split(' ')[0]))];
    expect(counts).toMatchObject({ worse: gpus.length, slower: 0 });
    expect(compiled?.gpus.map(({ name }) => name)).toEqual(['navi31', 'tgl']);
    const worse = cases.filter(({ verdict }) => verdict === 'worse');
    for (const [i, { reason, reproduce }] of worse.entries()) {
      expect(reason).toMatch(new RegExp(`^worse on ${gpus[i]}: .*\\d+ → \\d+`));
      expect(reproduce).toContain(`inspect gate --gpu ${gpus[i]} --base`);
    }
    const text = await shapemark(
      'compare',
      join(dir(), 'base'),
      join(dir(), 'head'),
      '--fail-on',
      'slower',
      ...scripted,
    );
    expect(text.exit).toBe(0);
    expect(text.out).toContain('what GPUs’ compilers make of it');
  });

  it('is not looked for where nobody asks, or nothing is there to be asked', async () => {
    writeFileSync(join(dir(), 'steady.yaml'), 'cost: [{seconds: 0.002}]');
    const scripted = ['--engine', 'scripted', '--scenario', 'steady.yaml', '--json'];
    const sides = [staged('base'), staged('head', PLANTED['a spill'].plant)];
    const silent = await shapemark('compare', ...sides, ...scripted);
    expect({ exit: silent.exit, compiled: JSON.parse(silent.out).compiled }).toEqual({ exit: 0, compiled: undefined });
    const here = await shapemark('compare', ...sides, ...scripted, '--inspect', 'here');
    expect(here.exit).toBe(2);
  });
});
