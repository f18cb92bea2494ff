/** What `best` picks on a device for the cases of suites, and the devices: as their drivers report themselves (Dawn 0.6.2). */
import { readFileSync } from 'node:fs';
import { canonicalJson } from '../../gemm/digest.ts';
import type { Case } from '../../plan/case/case.ts';
import { expand } from '../../plan/case/expand.ts';
import { loadSuite } from '../../plan/load.node.ts';
import type { KernelDevice } from '../device.ts';
import type { Program } from '../program.ts';
import { best } from '../select/best.ts';
import type { Kernel, KernelSet } from '../set/kernel.ts';

/** Mesa 25 and 26 for the GPUs and lavapipe. */
export const DEVICES: Readonly<Record<string, KernelDevice>> = JSON.parse(
  readFileSync(new URL('devices.json', import.meta.url), 'utf8'),
);

/** The suites that somebody with a GPU runs first. */
export const SUITES_FOR_GPUS = ['gpt-oss-20b', 'gpt-oss-120b', 'llama', 'square'] as const;

export interface SuitePick {
  readonly kernel: Kernel;
  readonly program: Program;
  /** `nested-tile 64×64×16 8×8` */
  readonly text: string;
  /** One of the cases that get it. */
  readonly item: Case;
}

/** A pick for each problem of a suite that some kernel serves, whichever kernels the suite asks for. */
export async function suitePicks(suite: string, device: KernelDevice, set: KernelSet): Promise<SuitePick[]> {
  const { cases } = expand(await loadSuite(suite, { cwd: process.cwd() }), {
    kernels: set.kernels.map(({ name }) => name),
  });
  const problems = new Map(cases.map((item) => [canonicalJson(item.problem), item]));
  return [...problems.values()].flatMap((item) => {
    const picked = best(set, item.problem, device);
    if ('reason' in picked) return [];
    const { kernel, program } = picked;
    const { tile, thread } = program;
    return [{ item, kernel, program, text: `${kernel.name} ${tile.m}×${tile.n}×${tile.k} ${thread.m}×${thread.n}` }];
  });
}

/** `mxfp4-ring 8×128×64 8×16: 3 cases`, sorted. */
export function counted(picks: readonly SuitePick[]): string[] {
  const counts = new Map<string, number>();
  for (const { text } of picks) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([text, count]) => `${text}: ${count}`);
}
