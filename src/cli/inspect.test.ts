import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { native } from '../experiment/inspect/native.ts';
import { openGpu } from '../experiment/inspect/open.ts';
import { type Inspection, inspectionSchema } from '../record/inspection.ts';
import { PLAIN } from '../report/style.ts';
import { main } from './main.ts';

const KERNELS = fileURLToPath(new URL('../../kernels', import.meta.url));

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shapemark-inspect-test-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

async function shapemark(...args: string[]) {
  let [out, err] = ['', ''];
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const exit = await main(args, { ...io, cwd: dir, environment: {}, style: PLAIN, columns: null });
  return { exit, out, err: err.replace(/^progress: .*\n/gm, '') };
}

async function inspected(...args: string[]): Promise<Inspection & { exit: number }> {
  const { exit, out, err } = await shapemark('inspect', '--json', ...args);
  expect(err).toBe('');
  return { exit, ...inspectionSchema.parse(JSON.parse(out)) };
}

/** A copy of the kernels in which one text is another one. */
function changed(file: string, find: string | RegExp, replace: string): string {
  const folder = join(dir, 'changed');
  cpSync(KERNELS, folder, { recursive: true });
  const text = readFileSync(join(folder, file), 'utf8');
  const planted = text.replace(find, replace);
  expect(planted).not.toBe(text);
  writeFileSync(join(folder, file), planted);
  return folder;
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
      Object.assign(process.env, { CC: compiler, XDG_CACHE_HOME: dir, TMPDIR: dir });
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
    const { exit, err } = await shapemark('inspect', '--gpu', 'm1', '--root', dir);
    expect(exit).toBe(3);
    expect(err).toBe(`${dir} holds no system of this architecture: there is no ${loader()} in it\n`);
  });

  it('says that a software adapter tells nothing', async () => {
    const { exit, err } = await shapemark('inspect', '--adapter', 'embedded', '--kernel', 'naive');
    expect(exit).toBe(3);
    expect(err).toMatch(/SwiftShader.* says nothing of its code that inspect understands\n$/);
  });
});

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
    const {
      exit,
      gpu: name,
      driver,
      gpus,
      kernels,
      counts,
    } = await inspected('--gpu', gpu, '--kernel', 'register-tile');
    expect({ exit, name }).toEqual({ exit: 0, name: gpu });
    expect(driver).toMatch(/Mesa \d+/);
    expect(gpus).toMatchObject([{ name: gpu, hardware: false, driver, compiler: gpu === 'tgl' ? 'brw' : 'ACO' }]);
    expect(counts).toMatchObject({ compiled: kernels.length, failed: 0 });
    for (const row of kernels)
      expect(row).toMatchObject({ kernel: 'register-tile', tile: { m: 64, n: 64 }, status: 'compiled' });
    expect(kernels[0]).toMatchObject({ loop: { multiplyAdds: 1024, unknownTurns: 0 } });
  });

  it('gives the same document twice, and finds nothing where comments differ', async () => {
    const args = ['--gpu', gpu, '--kernel', 'direct', '--filter', 'square,w=f32,layout=nn', '--base'];
    const first = await inspected(...args, KERNELS);
    expect(first).toMatchObject({ exit: 0, changes: [], counts: { compiled: 1, worse: 0 } });
    const other = changed('direct.wgsl', /\n@compute/, '\n// more comment\n@compute');
    const second = await inspected(...args, other);
    expect({ ...second, base: KERNELS }).toEqual(first);
  });

  it('finds a tile that costs registers, and names GPU and figure', async () => {
    const base = changed('direct.wgsl', /\{default: 8, values: \[4, 8, 16\]/, '{default: 4, values: [4, 8, 16]');
    const { exit, changes = [] } = await inspected(
      '--gpu',
      gpu,
      '--kernel',
      'direct',
      '--filter',
      'square,w=f32,layout=nn',
      '--base',
      base,
    );
    expect(exit).toBe(1);
    const worse = changes.filter(({ verdict }) => verdict === 'worse').map(({ what }) => what);
    expect(worse).toContain(gpu === 'tgl' ? 'spills' : 'occupancy');
    const text = await shapemark(
      'inspect',
      '--gpu',
      gpu,
      '--kernel',
      'direct',
      '--filter',
      'square,w=f32,layout=nn',
      '--base',
      base,
    );
    expect(text.out).toMatch(new RegExp(`^ *worse +${gpu} +${gpu === 'tgl' ? 'spills' : 'occupancy'} `, 'm'));
  });
});
