/** Exact differences between the compiler statistics of two texts, and whether they are worse. */
import type { Change, ChangeVerdict, Figures, InspectionRow } from '../record/beside/inspection.ts';

type Compiled = Extract<InspectionRow, { status: 'compiled' }>;
type Loop = NonNullable<Figures['loop']>;

/** Growth of a loop for the same work that is tolerated. */
const LONGER = 0.05;

/** @param base rows of the same GPU; a case that it lacks is new and has no change */
export function changesOf(base: readonly InspectionRow[], head: readonly InspectionRow[]): Change[] {
  const before = new Map(base.map((row) => [row.case, row]));
  return head.flatMap((row) => {
    const old = before.get(row.case);
    return old ? changesBetween(old, row) : [];
  });
}

interface Difference {
  readonly what: string;
  readonly base: number | string | null;
  readonly head: number | string | null;
  readonly verdict: ChangeVerdict;
}

function changesBetween(base: InspectionRow, head: InspectionRow): Change[] {
  const { gpu, kernel, case: id } = head;
  const differences =
    base.status === 'compiled' && head.status === 'compiled' ? compared(base, head) : statuses(base, head);
  const named = base.kernel === head.kernel ? [] : [difference('kernel', base.kernel, head.kernel, 'same')];
  return [...named, ...differences].map((found) => ({ gpu, kernel, case: id, ...found }));
}

function statuses({ status: base }: InspectionRow, { status: head }: InspectionRow): Difference[] {
  if (base === head) return [];
  return [difference('status', base, head, head === 'compiled' ? 'better' : 'worse')];
}

function compared(base: Compiled, head: Compiled): Difference[] {
  const lower = (what: 'spills' | 'scratchBytes') => lowerIsBetter(what, base[what], head[what]);
  const neutral = (['registers', 'sharedBytes', 'subgroup'] as const).map((what) =>
    difference(what, base[what], head[what], 'same'),
  );
  const found = [
    lower('spills'),
    lower('scratchBytes'),
    lowerIsBetter('occupancy', head.occupancy, base.occupancy, [base.occupancy, head.occupancy]),
    ...loops(base.loop, head.loop),
    ...neutral,
    difference('instructions', base.instructions?.total ?? null, head.instructions?.total ?? null, 'same'),
  ];
  return found.filter((one) => one.base !== one.head);
}

function difference(
  what: string,
  base: Difference['base'],
  head: Difference['head'],
  verdict: ChangeVerdict,
): Difference {
  return { what, base, head, verdict };
}

/** @param shown what the two were, where more is better */
function lowerIsBetter(
  what: string,
  from: number | null,
  to: number | null,
  shown: readonly (number | null)[] = [from, to],
): Difference {
  const verdict = from === null || to === null || from === to ? 'same' : to > from ? 'worse' : 'better';
  return difference(what, shown[0] ?? null, shown[1] ?? null, verdict);
}

/** Multiplications per iteration: loops of different length are compared per multiply-add. */
function loops(base: Loop | null, head: Loop | null): Difference[] {
  if (!base || !head) return [];
  const lost = lowerIsBetter('loop.matrix', Number(head.matrix > 0), Number(base.matrix > 0), [
    base.matrix,
    head.matrix,
  ]);
  const [length, ...parts] = [cost('instructions', base, head), cost('memory', base, head), cost('shared', base, head)];
  // More of one kind is no loss in a loop that has become shorter by it.
  const traded = (part: Difference) =>
    length.verdict === 'better' && part.verdict === 'worse' ? { ...part, verdict: 'same' as const } : part;
  const work = difference('loop.multiplyAdds', base.multiplyAdds, head.multiplyAdds, 'same');
  return [lost, length, ...parts.map(traded), work];
}

/** Matrix units if there are any; other multiplications are negligible then. */
function workOf({ matrix, multiplyAdds }: Loop): number {
  return matrix > 0 ? matrix : multiplyAdds;
}

/** Loops of equal work are shown by their counts; others by what was judged, the count per multiplication. */
function cost(what: 'instructions' | 'memory' | 'shared', base: Loop, head: Loop): Difference {
  const work = base.matrix > 0 ? 'matrix' : 'multiplyAdds';
  const alike = base.matrix > 0 === head.matrix > 0 && workOf(base) > 0 && workOf(head) > 0;
  if (!alike) return difference(`loop.${what}`, base[what], head[what], 'same');
  const [before, after] = [base[what] / workOf(base), head[what] / workOf(head)];
  const verdict = longer(before, after);
  if (workOf(base) === workOf(head)) return difference(`loop.${what}`, base[what], head[what], verdict);
  return difference(`loop.${what}/${work}`, rounded(before), rounded(after), verdict);
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function longer(before: number, after: number): ChangeVerdict {
  if (after > before * (1 + LONGER)) return 'worse';
  return after < before * (1 - LONGER) ? 'better' : 'same';
}
