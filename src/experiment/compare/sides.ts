/**
 * An A/B: the kernels of two sets on the same operands and buffers, interleaved sample by sample in fresh processes. A twin of
 * the base runs beside them, so that every process has its own A/A.
 */
import type { DeviceFacts } from '../../engine/port.ts';
import { canonicalJson, digest } from '../../gemm/digest.ts';
import type { Program } from '../../kernel/program.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { pick } from '../../kernel/select/pick.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { setHash } from '../../kernel/set/set.ts';
import { tokensOf } from '../../kernel/text/tokens.ts';
import { reference } from '../../measure/parent/enter.ts';
import type { CaseOutcome, Entry } from '../../measure/parent/measurement.ts';
import { pairedRatio } from '../../measure/parent/ratio.ts';
import type { Contender } from '../../measure/worker/protocol.ts';
import type { Case } from '../../plan/case/case.ts';
import { scrubbed } from '../../record/privacy.ts';
import type { Settings } from '../../record/schema.ts';

export const BASE = 'base';
export const HEAD = 'head';
export const TWIN = 'base again';

export interface Sides {
  readonly base: KernelSet;
  readonly head: KernelSet;
  /** The harness's own kernels, which serve as references. */
  readonly trusted: KernelSet;
  /** Programs of a side written by another commit's code; by default the running code writes them. */
  readonly basePrograms?: ProgramSource;
  readonly headPrograms?: ProgramSource;
}

/** The program that a case asks for, or why there is none. */
export type ProgramSource = (item: Case, facts: DeviceFacts) => Program | Refusal;

/** A case on both sides before measuring. */
export type Pairing =
  | { readonly kind: 'changed'; readonly base: Program; readonly head: Program }
  /** Both programs have the same tokens, tile and grid. */
  | { readonly kind: 'identical'; readonly base: Program }
  | { readonly kind: 'new'; readonly head: Program; readonly detail: string }
  | { readonly kind: 'missing'; readonly base: Program; readonly detail: string }
  | { readonly kind: 'neither'; readonly detail: string };

/** A case whose program on the head the WGSL compiler refuses: it is not measured. */
export interface Broken {
  readonly kind: 'broken';
  readonly kernels: { readonly base: string | null; readonly head: string | null };
  readonly detail: string;
}

export function pairing(item: Case, sides: Sides, facts: DeviceFacts): Pairing {
  const { base, head, basePrograms, headPrograms } = sides;
  const before = basePrograms ? basePrograms(item, facts) : pick(base, item, facts);
  const after = headPrograms ? headPrograms(item, facts) : pick(head, item, facts);
  if ('status' in before)
    return 'status' in after
      ? { kind: 'neither', detail: after.detail }
      : { kind: 'new', head: after, detail: `not on the base: ${before.detail}` };
  if ('status' in after) return { kind: 'missing', base: before, detail: `not on the head: ${after.detail}` };
  return sameProgram(before, after)
    ? { kind: 'identical', base: before }
    : { kind: 'changed', base: before, head: after };
}

/**
 * The same program as a distinct text. Devices reuse the pipeline of an identical text, but the differences between two pipelines
 * (placement of code and data) are part of the A/A noise.
 */
export function anew(program: Program, name: string): Program {
  return { ...program, code: `${program.code}\n// ${name}\n` };
}

/** Front matter and comments may differ; tokens and launch parameters may not. */
function sameProgram(a: Program, b: Program): boolean {
  const device = ({ code, features, uniform, tiles, workgroups, bindings, panels, textures }: Program) =>
    canonicalJson({
      code: tokensOf(code),
      features,
      uniform,
      tiles: tiles ?? null,
      workgroups,
      bindings,
      panels: panels ?? null,
      textures: textures ?? null,
    });
  return device(a) === device(b);
}

/**
 * Contenders of a case whose sides differ, or of an identical one that serves as control. A kernel that only the head has runs
 * alone: it is verified, but has no base time.
 */
export function enterPair(item: Case, found: Pairing, sides: Sides, facts: DeviceFacts): Entry | Refusal {
  if (found.kind === 'missing' || found.kind === 'neither')
    return { status: 'skipped', reason: found.kind, detail: found.detail };
  const program = (name: string, from: Program): Contender => ({ name, source: { kind: 'wgsl', program: from } });
  const { kernel } = found.kind === 'new' ? found.head : found.base;
  const vouching = reference(kernel, item.problem, facts, sides.trusted);
  if (vouching !== null && 'status' in vouching) return vouching;
  if (found.kind === 'new') return { reference: vouching, contenders: [program(HEAD, found.head)] };
  const head = found.kind === 'changed' ? found.head : anew(found.base, HEAD);
  return {
    reference: vouching,
    contenders: [program(BASE, anew(found.base, BASE)), program(HEAD, head), program(TWIN, anew(found.base, TWIN))],
  };
}

/** Ratios of time in one process. */
export interface PairedTimes {
  readonly headToBase: number;
  readonly headToTwin: number;
  readonly twinToBase: number;
}

/** One of each process in which base, head and twin ran. */
export function pairedTimes({ visits }: CaseOutcome): PairedTimes[] {
  return visits.flatMap(({ result }) => {
    if (!result) return [];
    const [headToBase, headToTwin] = [pairedRatio(result, BASE, HEAD), pairedRatio(result, TWIN, HEAD)];
    const twinToBase = pairedRatio(result, BASE, TWIN);
    return headToBase === null || headToTwin === null || twinToBase === null
      ? []
      : [{ headToBase, headToTwin, twinToBase }];
  });
}

/** By how much (log) the head was slower than both base and twin in every process, at least. */
export function excessOf(outcome: CaseOutcome): number {
  const times = pairedTimes(outcome);
  if (times.length === 0) return Number.NEGATIVE_INFINITY;
  return Math.log(Math.min(...times.flatMap(({ headToBase, headToTwin }) => [headToBase, headToTwin])));
}

/** The first failure of one side, if it had one. */
export function sideFailure(outcome: CaseOutcome, side: typeof BASE | typeof HEAD | typeof TWIN): string | null {
  for (const visit of outcome.visits) {
    const contender = visit.result?.contenders.find((candidate) => candidate.name === side);
    if (contender && contender.status !== 'measured') return `${contender.reason}: ${contender.detail}`;
  }
  return null;
}

/** Worst kernel error of one side, relative to rms; null when it was never verified. */
export function sideError(outcome: CaseOutcome, side: typeof BASE | typeof HEAD): number | null {
  const errors = outcome.visits.flatMap(
    (visit) => visit.result?.contenders.find((candidate) => candidate.name === side)?.verification?.kernelError ?? [],
  );
  return errors.length > 0 ? Math.max(...errors) : null;
}

/** Where both sets come from, and the hash of what they contain. */
export function bothSets({ base, head }: Pick<Sides, 'base' | 'head'>): Settings['kernels'] {
  return {
    from: scrubbed(`${base.origin} and ${head.origin}`),
    hash: digest(canonicalJson([setHash(base), setHash(head)])),
  };
}
