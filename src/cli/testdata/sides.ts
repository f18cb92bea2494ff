/** Two copies of the shipped kernels, one of them changed, compared on a scripted device. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ComparedCase, Comparison } from '../../judge/ab/comparison.ts';
import { loadKernels } from '../../kernel/set/load.node.ts';
import { inProcess } from './in-process.ts';

const KERNELS = fileURLToPath(new URL('../../../kernels', import.meta.url));
const SHIPPED = await loadKernels(KERNELS);
export const NAMES = SHIPPED.kernels.map(({ name }) => name);
/** What makes a kernel slower in the scenario SLOW. */
export const PLANT = '\nconst PLANTED = 1u;\n';

const NOISE = 'noise: {betweenProcesses: {kind: normal, sigma: 0.004}, withinProcess: {sigma: 0.01}}';
/** A device that serves every kernel but the one for matrix units. */
const DEVICE = 'device: {subgroupSize: [8, 8]}';
export const STEADY = `${DEVICE}\n${NOISE}\ncost: [{seconds: 0.002}]`;
export const SLOW = `${DEVICE}\n${NOISE}\ncost: [{when: "code=*PLANTED*", seconds: 0.004}, {seconds: 0.002}]`;

/** The file that holds a kernel; kernels that differ by a format share one. */
export function fileOf(kernel: string): string {
  const { file } = SHIPPED.kernels.find(({ name }) => name === kernel) ?? { file: '' };
  return basename(file);
}

export function sharing(kernel: string): string[] {
  return NAMES.filter((name) => fileOf(name) === fileOf(kernel));
}

/** Rows that speak of a kernel. */
export function rowsOf(cases: readonly ComparedCase[], kernel: string): ComparedCase[] {
  return cases.filter(({ id, kernels }) => id.endsWith(`/kernel=${kernel}`) || kernels.head === kernel);
}

export class Sides {
  readonly dir = mkdtempSync(join(tmpdir(), 'shapemark-gate-'));

  constructor() {
    for (const side of ['base', 'head']) cpSync(KERNELS, join(this.dir, side), { recursive: true });
  }

  dispose(): void {
    rmSync(this.dir, { recursive: true });
  }

  append(kernel: string, text: string): void {
    const file = join(this.dir, 'head', fileOf(kernel));
    writeFileSync(file, readFileSync(file, 'utf8') + text);
  }

  async compare(scenario: string, ...more: string[]): Promise<{ exit: number; out: string; err: string }> {
    writeFileSync(join(this.dir, 'scenario.yaml'), scenario);
    return this.shapemark('compare', 'base', 'head', '--engine', 'scripted', '--scenario', 'scenario.yaml', ...more);
  }

  async shapemark(...words: string[]): Promise<{ exit: number; out: string; err: string }> {
    return inProcess(words, { cwd: this.dir });
  }

  async compareJson(scenario: string, ...more: string[]): Promise<{ exit: number; document: Comparison }> {
    const { exit, out } = await this.compare(scenario, '--json', ...more);
    return { exit, document: JSON.parse(out) };
  }
}
