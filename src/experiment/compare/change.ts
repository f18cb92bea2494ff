/** The cases that a change selects: what `compare` measures by default. */
import { isDeepStrictEqual } from 'node:util';
import type { DeviceFacts } from '../../engine/port.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { tokensOf } from '../../kernel/text/tokens.ts';
import type { Case } from '../../plan/case/case.ts';
import type { Io } from '../io.ts';
import { asKernels, expansions } from '../setup/selection.ts';
import type { Sides } from './sides.ts';

/** One case for each format and shape class, in the size of software adapters and in that of GPUs. */
export const GATE = 'gate';
const GATE_PHASES = { small: 'small', large: 'large' } as const;
/** The suite whose `best` cases are measured in addition to the changed kernels. */
export const PICKED = 'quick';

/** Names of the kernels whose files differ between the sets, or that only one of them has. */
export function changedKernels({ base, head }: Pick<Sides, 'base' | 'head'>): string[] {
  const hashes = (set: KernelSet) => new Map(set.kernels.map(({ name, hash }) => [name, hash]));
  const [before, after] = [hashes(base), hashes(head)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .sort();
}

/** Whether the files of a kernel differ only in comments, white space and description. */
export function differsInWordsAlone({ base, head }: Pick<Sides, 'base' | 'head'>, name: string): boolean {
  const of = (set: KernelSet) => {
    const kernel = set.kernels.find((one) => one.name === name);
    return kernel && { ...kernel, ...SAID_OF_IT, body: tokensOf(kernel.body) };
  };
  const [before, after] = [of(base), of(head)];
  return before !== undefined && isDeepStrictEqual(before, after);
}

const SAID_OF_IT = { technique: '', buildsOn: undefined, file: '', hash: '' };

/** Every changed kernel by name on the cases of the gate, and `best` on those of the default suite. */
export async function casesOfChange(sides: Sides, changed: readonly string[], io: Io): Promise<Case[]> {
  const known = bothSides(sides);
  const gate = changed.length === 0 ? [] : await suiteCases(GATE, known, io);
  return [...asKernels(gate, changed, known), ...(await suiteCases(PICKED, known, io))];
}

/** The kernels of either side: what a case may ask for. */
export function bothSides({ base, head }: Pick<Sides, 'base' | 'head'>): KernelSet {
  return { origin: 'either side', kernels: [...base.kernels, ...head.kernels] };
}

async function suiteCases(suite: string, kernels: KernelSet, io: Io): Promise<Case[]> {
  const expanded = await expansions([suite], kernels, io);
  return expanded.flatMap(({ cases }) => cases);
}

/** Whether a case is of the size that fits the device; cases of other suites always are. */
export function fitsDevice({ suite, phase }: Case, { source }: DeviceFacts): boolean {
  if (suite !== GATE) return true;
  return phase !== (source === 'gpu' ? GATE_PHASES.small : GATE_PHASES.large);
}
