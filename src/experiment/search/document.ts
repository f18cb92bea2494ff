/** The document of a finished search. */
import { sourceName } from '../../engine/port.ts';
import type { Problem } from '../../gemm/problem.ts';
import { flop } from '../../gemm/shape.ts';
import type { Answer, Placed } from '../../judge/search/groups.ts';
import type { Between, SearchDocument, SearchRow } from '../../judge/search/search-document.ts';
import type { Measurement } from '../../measure/parent/measurement.ts';
import type { SearchCandidate, SearchPlan } from '../../plan/search.ts';
import { powerOfTwoDivisor } from '../../predict/alignment.ts';
import { share } from '../../report/si.ts';
import type { Searched } from './race.ts';

export interface Identity {
  readonly id: string;
  readonly machine: string;
}

export function documentOf(plan: SearchPlan, searched: Searched, { id, machine }: Identity): SearchDocument {
  const { answer, measurement, processes, screened, cost } = searched;
  const rows = answer.placed.map((placed) => rowOf(plan, placed, answer, measurement));
  const groups = answer.groups.map((group) => group.map((one) => widthOf(plan, one)).sort((x, y) => x - y));
  const problem = plan.candidates[0]?.cases[0]?.problem as Problem;
  const { shape, format, groups: routed } = problem;
  const topK = routed ? routed.rows.reduce((sum, count) => sum + count, 0) : 0;
  return {
    schema: 'shapemark-search/1',
    id,
    machine,
    hidden: plan.hidden,
    tokens: routed ? topK : shape.m,
    gated: plan.gated,
    gemms: plan.gemms.map(({ name, role, times }) => ({ name, role, times })),
    format,
    experts: routed ? { total: routed.experts, rows: topK } : null,
    baseline: rows.find(({ dFf }) => dFf === plan.baseline) ?? { dFf: plan.baseline },
    candidates: rows,
    groups,
    winner: { group: groups[0] ?? [], cheapest: groups[0]?.[0] ?? null },
    resolution: Number.isFinite(answer.resolution) ? answer.resolution : null,
    ...verdictOf(answer, processes, screened),
    processes,
    screened,
    cost,
    ended: measurement.ended,
    unmeasured: unmeasuredOf(plan, measurement, new Set(rows.map(({ dFf }) => dFf))),
  };
}

/** Whether any widths were distinguished, and the reason if not. */
function verdictOf(answer: Answer, processes: number, screened: number): { told: boolean; reason: string } {
  const { groups, resolution, placed } = answer;
  if (placed.length < 2) return { told: false, reason: 'fewer than two widths were measured' };
  if (!Number.isFinite(resolution))
    return {
      told: false,
      reason: 'one process says nothing about the noise; use a larger budget or fewer widths',
    };
  const least = share(resolution);
  const told = groups.length > 1;
  if (!placed.some(({ confirmed }) => confirmed)) {
    const early = `${processes} processes resolve differences from ${least} up, and too few of them followed the screening to confirm the answer`;
    return { told, reason: `${early}; use a larger budget or fewer widths` };
  }
  const fresh = `${processes - screened} fresh processes resolve differences from ${least} up`;
  return { told, reason: told ? fresh : `${fresh}, and no width differs that much from the best` };
}

const widthOf = (plan: SearchPlan, candidate: number) => plan.candidates[candidate]?.dFf ?? Number.NaN;

function rowOf(plan: SearchPlan, placed: Placed, answer: Answer, measurement: Measurement): SearchRow {
  const candidate = plan.candidates[placed.candidate] as SearchCandidate;
  const sum = (role: 'up' | 'down', of: (gemm: number) => number) =>
    plan.gemms.reduce((total, gemm, i) => total + (gemm.role === role ? of(i) : 0), 0);
  const sums = (of: (gemm: number) => number) => {
    const [up, down] = [sum('up', of), sum('down', of)];
    return { up, down, mlp: up + down };
  };
  const seconds = sums((i) => placed.seconds[i] ?? 0);
  const work = sums((i) => flop((candidate.cases[i] as { problem: Problem }).problem) * (plan.gemms[i]?.times ?? 1));
  const between = (role: 'up' | 'down') =>
    known([sum(role, (i) => placed.intervals[i]?.[0] ?? 0), sum(role, (i) => placed.intervals[i]?.[1] ?? 0)]);
  const best = answer.placed[0]?.score ?? placed.score;
  return {
    dFf: candidate.dFf,
    parameters: candidate.parameters,
    divisor: powerOfTwoDivisor(candidate.dFf),
    seconds,
    interval: known(placed.interval),
    intervals: { up: between('up'), down: between('down') },
    flopPerSecond: { up: work.up / seconds.up, down: work.down / seconds.down, mlp: work.mlp / seconds.mlp },
    slower: Math.expm1(placed.score - best),
    group: placed.group,
    processes: placed.processes,
    confirmed: placed.confirmed,
    kernels: candidate.cases.map((item) => kernelOf(measurement, item.id)),
  };
}

function known(interval: Between): Between | null {
  return interval.every(Number.isFinite) ? interval : null;
}

function kernelOf(measurement: Measurement, id: string): string {
  const source = measurement.cases.find((outcome) => outcome.case.id === id)?.entry?.contenders[0]?.source;
  return source ? sourceName(source) : '';
}

function unmeasuredOf(plan: SearchPlan, { cases }: Measurement, measured: ReadonlySet<number>) {
  return plan.candidates
    .filter(({ dFf }) => !measured.has(dFf))
    .map((candidate) => {
      const ids = new Set(candidate.cases.map(({ id }) => id));
      const refusal = cases.find((outcome) => ids.has(outcome.case.id) && outcome.refusal)?.refusal;
      return { dFf: candidate.dFf, reason: refusal ? `${refusal.reason}: ${refusal.detail}` : 'not measured' };
    });
}
