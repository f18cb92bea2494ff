/** What a tuner found, as plain data: who read it from where is not this room's business. */
import type { Problem } from '../../gemm/problem.ts';
import type { Choice } from '../program.ts';
import type { Kernel, KernelSet } from '../set/kernel.ts';
import { shapeClass } from './shape-class.ts';

/** The fastest choice measured for a class of shapes on some machine. */
export interface Tuned {
  /** The kernel it was measured with: of another text the measurement says nothing. */
  readonly kernel: { readonly name: string; readonly hash: string };
  readonly choice: Choice;
  /** Nothing was faster than the rule's pick. The rule cuts it for each shape, so it holds for the class as the rule cuts it. */
  readonly ruleWon: boolean;
  /** Hash of the tuning file that says so. */
  readonly tuning: string;
}

/** Choices by shape class, the newest first. All of one machine. */
export type TunedChoices = ReadonlyMap<string, readonly Tuned[]>;

export const UNTUNED: TunedChoices = new Map();

/** The newest choice for the problem's class whose kernel is in `set` with the text that was measured. */
export function tunedFor(
  choices: TunedChoices,
  set: KernelSet,
  problem: Problem,
): { readonly kernel: Kernel; readonly tuned: Tuned } | undefined {
  for (const tuned of choices.get(shapeClass(problem)) ?? []) {
    const kernel = set.kernels.find(({ name, hash }) => name === tuned.kernel.name && hash === tuned.kernel.hash);
    if (kernel) return { kernel, tuned };
  }
  return undefined;
}
