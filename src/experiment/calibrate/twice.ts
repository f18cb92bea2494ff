/**
 * A/A: the same kernel as two contenders, compiled twice, on the same operands, over fresh processes. Differences are noise that
 * samples within a process cannot show; its size per case is the A/A floor.
 */
import type { DeviceFacts } from '../../engine/port.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import type { CaseOutcome, Entry } from '../../measure/parent/measurement.ts';
import { pairedRatio } from '../../measure/parent/ratio.ts';
import type { Contender } from '../../measure/worker/protocol.ts';
import type { Case } from '../../plan/case/case.ts';
import { anew } from '../compare/sides.ts';

const SIDES = ['a', 'b'] as const;

/** The kernel that `enter` chose, twice. */
export function enterTwice(enter: (item: Case, facts: DeviceFacts) => Entry | Refusal): typeof enter {
  return (item, facts) => {
    const entry = enter(item, facts);
    const [only] = 'status' in entry ? [] : entry.contenders;
    if ('status' in entry || !only) return entry;
    return { ...entry, contenders: SIDES.map((name) => ({ ...only, name, source: own(only.source, name) })) };
  };
}

function own(source: Contender['source'], name: string): Contender['source'] {
  return source.kind === 'wgsl' ? { ...source, program: anew(source.program, name) } : source;
}

/** Time ratio b / a of each process, in process order. */
export function ratiosOf(outcome: CaseOutcome): number[] {
  return outcome.visits.flatMap((visit) => (visit.result ? (pairedRatio(visit.result, ...SIDES) ?? []) : []));
}
