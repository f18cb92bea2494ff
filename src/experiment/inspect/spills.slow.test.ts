/**
 * No program that `best` picks spills, on any GPU whose driver is here or under SHAPEMARK_INSPECT_ROOT: every program of the suites
 * that somebody with a GPU runs first, and of a representative case for each kernel and format.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadKernels } from '../../kernel/set/load.node.ts';
import { DEVICES, SUITES_FOR_GPUS, type SuitePick, suitePicks } from '../../kernel/testdata/suite-picks.ts';
import { NothingToDo } from '../errors.ts';
import { GpuCompiler } from './gpu-compiler.ts';
import { native } from './native.ts';
import { rootOf } from './system.ts';

const set = await loadKernels('kernels');
const root = rootOf(undefined, { environment: process.env });
const GPUS = Object.keys(DEVICES).filter((name) => DEVICES[name]?.source === 'gpu');

describe.each(GPUS)('what best picks on %s', (gpu) => {
  let compiler: GpuCompiler | string = '';
  beforeAll(async () => {
    try {
      compiler = await GpuCompiler.open({ gpu, native: native(), root, adapter: 'auto' });
    } catch (error) {
      if (!(error instanceof NothingToDo)) throw error;
      compiler = error.message;
    }
  }, 60_000);
  afterAll(() => {
    if (typeof compiler !== 'string') compiler.end();
  });

  it('spills nowhere', { timeout: 900_000 }, async ({ skip }) => {
    if (typeof compiler === 'string') return skip(compiler);
    const programs = new Map<string, SuitePick>();
    for (const suite of [...SUITES_FOR_GPUS, 'gate'])
      for (const pick of await suitePicks(suite, compiler.facts, set)) programs.set(pick.program.code, pick);
    expect(programs.size).toBeGreaterThan(50);
    const spilling: string[] = [];
    for (const { item, kernel, program, text } of programs.values()) {
      const { tile, thread, code } = program;
      const row = await compiler.compiled(item, { kernel: kernel.name, hash: kernel.hash, tile, thread, code });
      if (row.status !== 'compiled') throw new Error(`${text}: ${row.reason}`);
      if (row.spills !== null && row.spills > 0) spilling.push(`${text}: ${row.spills} in ${item.id}`);
    }
    expect(spilling).toEqual([]);
  });

  it('is what its stored description says', async ({ skip }) => {
    if (typeof compiler === 'string') return skip(compiler);
    const { source, vendor, device, subgroupSize, features } = compiler.facts;
    const stored = DEVICES[gpu];
    expect({ source, vendor, device, subgroupSize }).toEqual({
      source: stored?.source,
      vendor: stored?.vendor,
      device: stored?.device,
      subgroupSize: stored?.subgroupSize,
    });
    for (const feature of stored?.features ?? []) expect(features).toContain(feature);
  });
});
