/** A tuning as plain data. */
import type { Problem } from '../../gemm/problem.ts';
import type { Choice } from '../program.ts';
import type { Kernel, KernelSet } from '../set/kernel.ts';
import { shapeClass } from './shape-class.ts';

/** The fastest choice measured for a class of shapes on some machine. */
export interface Tuned {
  /** The kernel that was measured; the choice is void for another text. */
  readonly kernel: { readonly name: string; readonly hash: string };
  readonly choice: Choice;
  /** Nothing was faster than the rule's pick. The rule then chooses the sizes for each shape of the class. */
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
