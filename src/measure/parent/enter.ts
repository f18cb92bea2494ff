/** The contender of a case in a plain run, and its reference kernel. */
import type { DeviceFacts, OwnSource } from '../../engine/port.ts';
import type { Problem } from '../../gemm/problem.ts';
import { flop } from '../../gemm/shape.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { pickTuned } from '../../kernel/select/pick.ts';
import { serve } from '../../kernel/select/serve.ts';
import { type TunedChoices, UNTUNED } from '../../kernel/select/tuned.ts';
import type { Kernel, KernelSet } from '../../kernel/set/kernel.ts';
import type { Case } from '../../plan/case/case.ts';
import type { Contender } from '../worker/protocol.ts';
import type { Entry } from './measurement.ts';

/** A matmul that an engine brings along, and why the engine in use does not run it. */
export interface OfferedMatmul {
  readonly source: OwnSource;
  readonly refusal: Refusal | null;
}

export interface Entering {
  /** What `best` may know of a device; by default it follows the rule. */
  readonly tunedOn?: (facts: DeviceFacts) => TunedChoices;
  /** Names that cases may request besides kernels. */
  readonly matmuls?: readonly OfferedMatmul[];
}

/** Beyond this much work a simple kernel takes longer than about a second; with decoded weights, a tenth of it. */
const SMALL_FLOP: Readonly<Record<DeviceFacts['source'], number>> = {
  gpu: 2e11,
  'system-software': 2e9,
  'embedded-software': 1e8,
  scripted: Number.POSITIVE_INFINITY,
};

function isSmall(problem: Problem, { source }: DeviceFacts): boolean {
  return flop(problem) * (problem.scale ? 10 : 1) <= SMALL_FLOP[source];
}

/** The kernel that a case requests from `set`, with a reference from `trusted` (the harness's own kernels). */
export function enterRun(
  set: KernelSet,
  trusted: KernelSet,
  { tunedOn = () => UNTUNED, matmuls = [] }: Entering = {},
): (item: Case, facts: DeviceFacts) => Entry | Refusal {
  return (item, facts) => {
    const own = matmuls.find(({ source }) => source.name === item.kernel);
    if (own) return own.refusal ?? held({ name: own.source.name, source: own.source }, item.problem, facts, trusted);
    const picked = pickTuned(set, item, facts, tunedOn(facts));
    if ('status' in picked) return picked;
    const { program, tuning } = picked;
    const contender = { name: program.kernel, source: { kind: 'wgsl', program }, ...(tuning && { tuning }) } as const;
    return held(contender, item.problem, facts, trusted);
  };
}

function held(contender: Contender, problem: Problem, facts: DeviceFacts, trusted: KernelSet): Entry | Refusal {
  const vouching = reference(contender.name, problem, facts, trusted);
  return vouching !== null && 'status' in vouching ? vouching : { contenders: [contender], reference: vouching };
}

/**
 * The reference of `kernel`: another technique, with f32 accumulation regardless of the case. Null on a scripted device, which
 * computes nothing.
 */
export function reference(
  kernel: string,
  problem: Problem,
  facts: DeviceFacts,
  trusted: KernelSet,
): Contender | null | Refusal {
  if (facts.simulated) return null;
  const exact: Problem = { ...problem, format: { ...problem.format, acc: 'f32' } };
  for (const candidate of vouching(trusted, isSmall(problem, facts))) {
    const { name, vouches } = candidate;
    // The reference must be another technique, unless sampled f64 points suffice for this one.
    if (name === kernel && !vouches?.itself) continue;
    const served = serve(candidate, exact, facts);
    if ('program' in served) return { name, source: { kind: 'wgsl', program: served.program } };
  }
  return {
    status: 'skipped',
    reason: 'unverifiable',
    detail: 'no independent kernel can verify this result on this device',
  };
}

/** Possible references, the most trusted first; for large cases, those made for the shape or format. */
function vouching({ kernels }: KernelSet, small: boolean): Kernel[] {
  const rankOf = ({ vouches }: Kernel) => (small ? (vouches?.small ?? vouches?.rank) : vouches?.rank) ?? 0;
  return kernels.filter(({ vouches }) => vouches).sort((one, other) => rankOf(one) - rankOf(other));
}
