/** Cases of a synthetic store: those of real suites, and what a kernel would take for them on a given GPU. */
import { fileURLToPath } from 'node:url';
import { expansions, shippedKernels } from '../../src/experiment/setup/selection.ts';
import { formatOf } from '../../src/gemm/formats/registry.ts';
import { bytes, bytesWritten, flop } from '../../src/gemm/shape.ts';
import type { Case } from '../../src/plan/case/case.ts';
import { ceilings } from '../../src/record/ceilings.ts';
import { mix } from '../../src/stats/random.ts';
import { quiet } from '../document/quiet.ts';
import type { SyntheticMachine } from './machines.ts';

const SUITES = ['contribution', 'gpt-oss-120b', 'quick', 'gate', 'series', 'llama', 'qwen'];
const TILES = { m: 64, n: 64, k: 16 };

export interface SyntheticCase extends Case {
  /** The kernel that runs. */
  readonly runs: string;
  readonly flop: number;
  readonly bytes: number;
}

/** So many cases of real suites, those of the contribution first. */
export async function cases(count: number): Promise<SyntheticCase[]> {
  const set = await shippedKernels();
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const all = (await expansions(SUITES, set, quiet(cwd))).flatMap((one) => one.cases);
  const served = all.filter((one) => one.kernel === 'best' || serves(one));
  if (served.length < count) throw new RangeError(`the suites have ${served.length} cases, not ${count}`);
  return served.slice(0, count).map((one) => ({
    ...one,
    runs: one.kernel === 'best' ? likely(one) : one.kernel,
    flop: flop(one.problem),
    bytes: bytes(one.problem),
  }));
}

/** A few of the kernels that a suite of all kernels asks for. */
function serves({ kernel, problem }: Case): boolean {
  const { w, a } = problem.format;
  if (formatOf(w).kind === 'elements')
    return w === a && ['naive', 'shared-tile', 'register-tile', 'direct', 'gemv'].includes(kernel);
  return kernel === w || kernel === `${w}-gemv` || kernel === `${w}-ring`;
}

function likely({ problem: { shape, format } }: Case): string {
  if (formatOf(format.w).kind !== 'elements') return shape.m < 4 ? `${format.w}-gemv` : `${format.w}-ring`;
  return shape.m < 4 ? 'gemv' : 'register-tile';
}

/** Seconds of a launch without noise: a share of the roofline that depends on the kernel and the machine. */
export function secondsOf(one: SyntheticCase, { peaks, gpu }: SyntheticMachine): number {
  const work = { ...workOf(one), format: one.problem.format };
  const { ofRoofline = 1 } = ceilings(work, 1, peaks);
  const luck = mix(hash(one.runs) ^ hash(gpu.id)) / 2 ** 32;
  const skill = one.runs === 'naive' ? 0.04 : one.runs === 'shared-tile' ? 0.25 : 0.45;
  return 6e-6 + ofRoofline / (skill + 0.4 * luck * skill);
}

export function workOf({ problem, flop: work, bytes: traffic }: SyntheticCase) {
  return { flop: work, bytes: traffic, bytesWritten: bytesWritten(problem) };
}

export const tileOf = (one: SyntheticCase) => (one.problem.shape.m < 4 ? { m: 1, n: 4, k: 128 } : TILES);

/** A small hash of a name, for choices that stay. */
export function hash(text: string): number {
  let value = 7;
  for (let i = 0; i < text.length; i++) value = mix(value ^ text.charCodeAt(i));
  return value;
}
