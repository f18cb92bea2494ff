/** What a suite's `all` stands for and no device can run. */
import { ruleAgainst } from '../../kernel/select/limits.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { GPUJS_RULE } from '../../measure/parent/enter.ts';
import type { Case } from '../../plan/case/case.ts';
import type { UnservedCase } from '../../record/not-served.ts';

/** Cases whose kernel no device makes serve them, as its rule says; one that was asked for by name is not among them. */
export function unserved(cases: readonly Case[], { kernels }: KernelSet): UnservedCase[] {
  return cases.flatMap(({ id, kernel: name, problem, ofAll }) => {
    const kernel = kernels.find((known) => known.name === name);
    const rule = kernel ? ruleAgainst(kernel, problem) : name === 'gpujs' ? GPUJS_RULE : null;
    return !ofAll || rule === null ? [] : [{ id, kernel: name, rule }];
  });
}
