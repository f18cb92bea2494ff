/** Selects the programs to inspect: the requested cases, or a representative case per kernel and format. */

import type { KernelDevice } from '../../kernel/device.ts';
import type { Program } from '../../kernel/program.ts';
import { best } from '../../kernel/select/best.ts';
import { serve } from '../../kernel/select/serve.ts';
import type { Kernel, KernelSet } from '../../kernel/set/kernel.ts';
import { findKernel } from '../../kernel/set/set.ts';
import type { Case, Robustness } from '../../plan/case/case.ts';
import type { Io } from '../io.ts';
import { asKernels, expansions, filtered, withRobustness } from '../setup/selection.ts';
import { unserved } from '../setup/unserved.ts';

/** A program with its kernel, or why there is none. */
export type Asked = { readonly kernel: Kernel; readonly program: Program } | { readonly reason: string };

export function programFor({ kernel, problem, sizes }: Case, set: KernelSet, device: KernelDevice): Asked {
  if (kernel === 'best') return best(set, problem, device);
  const found = findKernel(set, kernel);
  const served = serve(found, problem, device, sizes);
  return 'reason' in served ? served : { kernel: found, program: served.program };
}

export interface Choice {
  readonly suite: readonly string[];
  readonly kernel: readonly string[];
  readonly filter: readonly string[];
  readonly robustness: Robustness;
}

/** The suite of representative cases, and its phase for GPUs. */
const GATE = 'gate';
const LARGE = 'gate/large';

/** Cases of the suites named; without one, for each kernel and format a case that it is made for. */
export async function casesOf({ suite, kernel, filter, robustness }: Choice, set: KernelSet, io: Io): Promise<Case[]> {
  const expanded = await expansions(suite.length > 0 ? suite : [GATE], set, io);
  const cases = expanded.flatMap((expansion) => expansion.cases.map((item) => withRobustness(item, robustness)));
  if (suite.length > 0) return servable(await filtered(asKernels(cases, kernel, set), filter, set, io), set);
  // The cases of the gate were not requested individually, so those that a kernel does not serve are omitted.
  const large = await filtered(cases, [LARGE], set, io);
  const named = asKernels(large, kernel.length > 0 ? kernel : ['all'], set);
  const offered = servable(
    named.map((item) => ({ ...item, ofAll: true as const })),
    set,
  );
  // A filter, and asking for `best`, are explicit choices.
  if (filter.length > 0) return filtered(offered, filter, set, io);
  return kernel.includes('best') ? offered : representative(offered);
}

/** Without cases that `all` requests from kernels that serve them on no device, and from matmuls that are not kernels. */
function servable(cases: readonly Case[], set: KernelSet): Case[] {
  const left = new Set(unserved(cases, set).map(({ id }) => id));
  const known = new Set(['best', ...set.kernels.map(({ name }) => name)]);
  return cases.filter(({ id, kernel }) => known.has(kernel) && !left.has(id));
}

/** Names of cases, those first that most kernels are made for. */
const TELLING = ['square', 'few-rows', 'one-row', 'grouped', 'batched', 'skinny', 'ragged'];

/** The most informative case for each kernel and pair of formats. */
function representative(cases: readonly Case[]): Case[] {
  const rank = ({ name }: Case) => TELLING.indexOf(name) + 1 || TELLING.length + 1;
  const chosen = new Map<string, Case>();
  for (const item of [...cases].sort((one, other) => rank(one) - rank(other))) {
    const { w, a, acc, out } = item.problem.format;
    const key = [item.kernel, w, a, acc, out].join();
    if (!chosen.has(key)) chosen.set(key, item);
  }
  return cases.filter((item) => [...chosen.values()].includes(item));
}
