import { z } from 'zod';
import { show } from '../spec/document.ts';
import { list, object, positiveInteger } from '../spec/fields.ts';

/**
 * One dimension of a shape, as a suite may write it: a number, a list, a range, powers, or the neighbourhood of a ratio.
 */

const range = object({ from: positiveInteger(), to: positiveInteger(), step: positiveInteger() })
  .refine((r) => r.from <= r.to, { path: ['from'], error: 'the range is empty: `from` is above `to`; swap them' })
  .meta({ description: 'from, from + step, … up to and including to.' });

const powers = object({
  powers: object({ of: positiveInteger().default(2), from: positiveInteger(), to: positiveInteger() })
    .refine((p) => p.of > 1, { path: ['of'], error: 'expected a base of at least 2, got 1' })
    .refine((p) => p.from <= p.to, { path: ['from'], error: 'the range is empty: `from` is above `to`; swap them' })
    .refine((p) => p.of < 2 || p.from > p.to || powersBetween(p.of, p.from, p.to).length > 0, {
      error: 'the range is empty: no power of `of` lies between `from` and `to`',
    }),
}).meta({ description: 'Every power of `of` (default 2) between `from` and `to`, inclusive.' });

const RATIO = /^\s*(\d+(?:\.\d+)?)\s*\/\s*(\d+(?:\.\d+)?)\s*$/;

const ratioError = (issue: { input?: unknown }) => `expected a ratio such as 8/3 or 2.6875, got ${show(issue.input)}`;
const ratio = z
  .union(
    [
      z.number({ error: ratioError }).positive({ error: ratioError }),
      z.string({ error: ratioError }).regex(RATIO, { error: ratioError }),
    ],
    { error: ratioError },
  )
  .refine((r) => Number.isFinite(ratioValue(r, 1)) && ratioValue(r, 1) > 0, { error: ratioError });

const around = object({
  around: ratio.meta({ description: 'Ratio to hidden, e.g. 8/3.' }),
  hidden: positiveInteger(),
  distance: positiveInteger(),
  step: positiveInteger(),
  times: positiveInteger(64).default(1).meta({ description: 'Multiplies every value: 2 when gate and up are fused.' }),
})
  .refine((a) => a.distance < ratioValue(a.around, a.hidden), {
    path: ['distance'],
    error: 'the distance reaches zero or below; make it smaller than around × hidden',
  })
  .meta({
    description: 'A d_ff search: floor(around × hidden) itself and every multiple of step within distance of it.',
  });

const sameAs = z.enum(['m', 'n']).meta({ description: 'Equal to another dimension: `n: m`.' });

const plainAxis = z.union([positiveInteger(), list(positiveInteger(), 'positive integer'), range, powers, around]);

export const axisSchema = plainAxis.meta({ description: 'A size, or several: one case each.' });
export const linkedAxisSchema = z
  .union([positiveInteger(), list(positiveInteger(), 'positive integer'), range, powers, around, sameAs])
  .meta({ description: 'A size, several, or the name of the dimension it equals.' });

export type Axis = z.output<typeof axisSchema>;
export type LinkedAxis = z.output<typeof linkedAxisSchema>;

/** How many values an axis has, without writing them out. */
export function axisLength(axis: Axis): number {
  if (typeof axis === 'number') return 1;
  if (Array.isArray(axis)) return axis.length;
  if ('around' in axis) return Math.floor((2 * axis.distance) / axis.step) + 2;
  if ('powers' in axis) return 32;
  return Math.floor((axis.to - axis.from) / axis.step) + 1;
}

/** The values of an axis in ascending order (lists keep their own order). */
export function axisValues(axis: Axis): readonly number[] {
  if (typeof axis === 'number') return [axis];
  if (Array.isArray(axis)) return axis;
  if ('around' in axis) {
    const { times } = axis;
    return dFfCandidates(axis).candidates.map((value) => value * times);
  }
  if ('powers' in axis) return powersBetween(axis.powers.of, axis.powers.from, axis.powers.to);
  const { from, step } = axis;
  return Array.from({ length: axisLength(axis) }, (_, i) => from + i * step);
}

function powersBetween(base: number, from: number, to: number): number[] {
  const values: number[] = [];
  for (let value = 1; value <= to && base > 1; value *= base) if (value >= from) values.push(value);
  return values;
}

/** `around` times `hidden`; a fraction such as `8/3` is not rounded before the product. */
export function ratioValue(ratio: number | string, hidden: number): number {
  if (typeof ratio === 'number') return ratio * hidden;
  const [, top, bottom] = RATIO.exec(ratio) ?? [];
  return (Number(top) * hidden) / Number(bottom);
}

/** Where a search looks for d_ff. */
export interface Neighbourhood {
  readonly around: number | string;
  readonly hidden: number;
  readonly distance: number;
  readonly step: number;
}

/**
 * The d_ff values of a search: the baseline floor(around · hidden) and every multiple of `step` within `distance` of it,
 * ascending. The baseline stays in even when it is no multiple of `step`: it is what the candidates are compared with.
 */
export function dFfCandidates(search: Neighbourhood): {
  readonly baseline: number;
  readonly candidates: readonly number[];
} {
  const baseline = Math.floor(ratioValue(search.around, search.hidden));
  const candidates = new Set([baseline]);
  const first = Math.ceil((baseline - search.distance) / search.step) * search.step;
  for (let dFf = Math.max(first, search.step); dFf <= baseline + search.distance; dFf += search.step)
    candidates.add(dFf);
  return { baseline, candidates: [...candidates].sort((x, y) => x - y) };
}
