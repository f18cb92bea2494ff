/**
 * Subgroups of each width that lavapipe has; `LP_NATIVE_VECTOR_WIDTH` chooses it. Only where the tests are on that adapter.
 *
 * lavapipe's cache on disk keeps the functions that read textures, and Mesa 25 takes those of another width for its own: wrong
 * values, or a crash. Whatever opens a device must have switched it off.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderOfAll } from '../../src/record/testdata/folder.ts';

/**
 * As many programs as two cores compile in a minute and a half: at 16 lanes Mesa 25 takes five seconds for each, so those of
 * subgroups alone. `.ci/sid.sh` takes 500 of all kernels at both.
 */
const CLOUDS = { narrow: ['--shapes', '480'], wide: ['--each', '6', '--shapes', '96'] } as const;
/** The last of the four lines of the file with textures: `subgroup` in three formats, `texture` in one. */
const TEXTURE = ['--each', '1', '--from', '3', '--shapes', '1'] as const;
const MINUTE = 60_000;

const folder = folderOfAll();
const kernels = { others: '', subgroups: '', textures: '' };
beforeAll(() => {
  for (const name of ['others', 'subgroups', 'textures'] as const) {
    kernels[name] = join(folder(), name);
    mkdirSync(kernels[name]);
  }
  const all = readdirSync('kernels').filter((file) => file.endsWith('.wgsl'));
  // Tiles for GPUs, each of whose preferences names one, take half a minute each to compile.
  const forGpus = (text: string) => {
    const conditions = text.match(/^\/\/ {3}- \{if: .*rank: .*$/gm) ?? [];
    return conditions.length > 0 && conditions.every((line) => /\bGPU\b/.test(line));
  };
  for (const file of all.filter((name) => !forGpus(read(name)))) writeFileSync(join(kernels.others, file), read(file));
  const files = all.filter((file) => /^\/\/ requires: .*subgroups/m.test(read(file)));
  for (const file of files) writeFileSync(join(kernels.subgroups, file), read(file));
  for (const file of files.filter((name) => /textures: /.test(read(name))))
    writeFileSync(join(kernels.textures, file), read(file));
});

const read = (kernel: string) => readFileSync(join('kernels', kernel), 'utf8');

function cloudAt(lanes: number, ...words: string[]): Promise<{ code: number | null; said: string }> {
  const { MESA_SHADER_CACHE_DISABLE: _, ...environment } = process.env;
  const env = { ...environment, LP_NATIVE_VECTOR_WIDTH: String(32 * lanes), XDG_CACHE_HOME: join(folder(), 'cache') };
  const child = spawn(process.execPath, ['--import', 'tsx', 'evals/cloud.ts', '--adapter', 'software', ...words], {
    env,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

describe.runIf(process.env.SHAPEMARK_ADAPTER === 'software')('in subgroups of other widths', () => {
  it('textures are read right at each, after another has been used', { timeout: 3 * MINUTE }, async () => {
    for (const lanes of [16, 4, 8]) {
      const { code, said } = await cloudAt(lanes, '--kernels', kernels.textures, ...TEXTURE);
      expect(code, `${lanes} lanes: ${said}`).toBe(0);
      expect(said).toMatch(/texture +\d+ right/);
    }
  });

  it('kernels are right at each', { timeout: 10 * MINUTE }, async () => {
    const clouds = await Promise.all([
      cloudAt(4, '--kernels', kernels.others, ...CLOUDS.narrow),
      cloudAt(16, '--kernels', kernels.subgroups, ...CLOUDS.wide),
    ]);
    for (const { code, said } of clouds) expect(code, said).toBe(0);
  });
});
