/** Limits of a kernel on any device, as stated by its file. */

import { pairRefusal } from '../../gemm/formats/scale.ts';
import type { Problem } from '../../gemm/problem.ts';
import { isTransposedA } from '../../gemm/problem.ts';
import { rows } from '../../gemm/shape.ts';
import { evaluate, namesIn } from '../set/expression.ts';
import type { Kernel } from '../set/kernel.ts';
import { shapeScope } from '../text/choice.ts';

export interface Limit {
  /** The limit, to be read after the kernel's name: `serves weights in int4 only`. */
  readonly rule: string;
  /** The limit in terms of this problem. */
  readonly refusal: string;
}

/** Limits by name: formats, layouts, capabilities. */
export function limitOf(kernel: Kernel, problem: Problem): Limit | null {
  const { name, formats, layouts } = kernel;
  const { format, layout, groups, shape, bias } = problem;
  const named = { w: 'weights', a: 'activations', acc: 'accumulation', out: 'output' } as const;
  for (const key of ['w', 'a', 'acc', 'out'] as const) {
    const served: readonly string[] = formats[key];
    if (served.includes(format[key])) continue;
    const list = served.join(', ');
    return {
      rule: `serves ${named[key]} in ${list} only`,
      refusal: `${name} does not serve ${named[key]} in ${format[key]}, only in ${list}`,
    };
  }
  if (!layouts.includes(layout)) {
    const list = layouts.join(', ');
    return { rule: `serves layout ${list} only`, refusal: `${name} does not serve layout ${layout}, only ${list}` };
  }
  const impossible = problemRefusal(problem);
  if (impossible) return { rule: `cannot serve this: ${impossible}`, refusal: impossible };
  const lacks = (rule: string): Limit => ({ rule, refusal: `${name} ${rule}` });
  if (groups && !kernel.grouped) return lacks('does not serve grouped GEMMs');
  if (shape.batch > 1 && !kernel.batched) return lacks('does not serve batches');
  return bias && !kernel.bias ? lacks('does not add a bias') : null;
}

/** Why no kernel can serve it. */
export function problemRefusal(problem: Problem): string | null {
  const { format, layout, scale, groups } = problem;
  const mixed = pairRefusal(format);
  if (mixed) return mixed;
  if (scale && layout !== 'nt') return `${format.w} needs layout nt: its blocks run along k`;
  if (groups && isTransposedA(layout))
    return `a grouped GEMM needs its rows contiguous: layout nn or nt, not ${layout}`;
  return groups && rows(problem) === 0
    ? 'no expert has a row: there is nothing to compute (run --verify-only checks that nothing is written)'
    : null;
}

/**
 * The rule by which no device makes the kernel serve the problem; null where one might. Conditions that ask for a device or
 * for a tile are not among them: another device or tile may meet them.
 */
export function ruleAgainst(kernel: Kernel, problem: Problem): string | null {
  const limit = limitOf(kernel, problem);
  if (limit) return limit.rule;
  const scope = shapeScope(problem);
  const broken = kernel.only
    .filter((condition) => namesIn(condition.if).every((name) => name in scope))
    .find((condition) => evaluate(condition.if, scope) === 0);
  return broken ? `is for ${broken.if.text}: ${broken.because}` : null;
}
