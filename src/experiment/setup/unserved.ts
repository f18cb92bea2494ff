/** Cases of a suite's `kernels: all` that no device can run. */
import { ownMatmuls } from '../../engine/registry.node.ts';
import { ruleAgainst } from '../../kernel/select/limits.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import type { Case } from '../../plan/case/case.ts';
import type { UnservedCase } from '../../record/not-served.ts';

/** Cases whose kernel no device makes serve them, as its rule says; one that was asked for by name is not among them. */
export function unserved(cases: readonly Case[], { kernels }: KernelSet): UnservedCase[] {
  return cases.flatMap(({ id, kernel: name, problem, ofAll }) => {
    const kernel = kernels.find((known) => known.name === name);
    const own = ownMatmuls().find(({ source }) => source.name === name);
    const rule = kernel ? ruleAgainst(kernel, problem) : own?.rule;
    return !ofAll || rule == null ? [] : [{ id, kernel: name, rule }];
  });
}
