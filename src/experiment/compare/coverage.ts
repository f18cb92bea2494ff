/** Changed kernels that were not measured, which a gate must report. */
import type { DeviceFacts } from '../../engine/port.ts';
import type { ComparedCase, UnmeasuredCause } from '../../judge/ab/comparison.ts';
import type { AbOutcome, Undecided } from './ab-request.ts';
import { withoutRatios } from './compared-case.ts';
import { pairing, type Sides } from './sides.ts';

export interface CoverageRequest {
  /** Kernels that need a verdict. */
  readonly changed: readonly string[];
  readonly outcome: Pick<AbOutcome, 'cases' | 'leftOut' | 'unserved' | 'facts'>;
  readonly sides: Sides;
  /** The command that measures a kernel, on an adapter that can. */
  readonly command: (kernel: string, cause: UnmeasuredCause) => string;
}

/** One row for each changed kernel without a verdict. */
export function unmeasuredKernels({ changed, outcome, sides, command }: CoverageRequest): ComparedCase[] {
  const ran = ranKernels(outcome.cases);
  return changed
    .filter((name) => !ran.has(name))
    .map((name) => {
      const { id, cause, reason } = whyUnmeasured(name, outcome, sides);
      const has = (side: 'base' | 'head') => (sides[side].kernels.some((known) => known.name === name) ? name : null);
      const kernels = { base: has('base'), head: has('head') };
      return { ...withoutRatios(id, command(name, cause)), kernels, verdict: 'unmeasured', cause, reason };
    });
}

/** Kernels that a verdict covers. */
export function ranKernels(cases: readonly ComparedCase[]): Set<string> {
  return new Set(cases.flatMap(({ kernels: { base, head } }) => [base ?? [], head ?? []].flat()));
}

interface Why {
  readonly id: string;
  readonly cause: UnmeasuredCause;
  readonly reason: string;
}

function whyUnmeasured(name: string, { leftOut, unserved, facts }: CoverageRequest['outcome'], sides: Sides): Why {
  const of = (list: readonly Undecided[]) =>
    list.filter(({ case: item, kernels }) => item.kernel === name || kernels.base === name || kernels.head === name);
  const [late] = of(leftOut);
  if (late) return { id: late.case.id, cause: 'budget', reason: `left out by the budget: ${late.reason}` };
  const refused = of(unserved);
  const elsewhere = refused.find(({ case: item }) =>
    CAPABLE.some((able) => pairing(item, sides, { ...facts, ...able }).kind !== 'neither'),
  );
  if (elsewhere) return { id: elsewhere.case.id, cause: 'device', reason: elsewhere.reason };
  const [first] = refused;
  if (first) return { id: first.case.id, cause: 'case', reason: `no case serves it: ${first.reason}` };
  return { id: `kernel=${name}`, cause: 'case', reason: 'no case of this suite runs it' };
}

/** Devices with all features: a kernel that only these can run is not at fault, and neither are the cases. */
const CAPABLE: readonly Partial<DeviceFacts>[] = [
  [8, 8, 8, 8],
  [16, 8, 16, 16],
  [32, 16, 16, 16],
  [64, 16, 16, 16],
].map(([width = 32, m = 16, n = 16, k = 16]) => ({
  source: 'gpu',
  features: [
    ...['shader-f16', 'subgroups', 'subgroup-size-control'],
    ...['chromium-experimental-subgroup-matrix', 'packed_4x8_integer_dot_product', 'timestamp-query'],
  ],
  limits: {},
  subgroupSize: [width, width],
  subgroupMatrices: [
    { m, n, k, component: 'f16', result: 'f32' },
    { m, n, k, component: 'i8', result: 'i32' },
  ],
}));
