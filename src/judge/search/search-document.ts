/** The document of a search: printed by `search --json` and stored. Plots are drawn from it. */
import type { Portability } from './portability.ts';

export interface SearchSeconds {
  readonly up: number;
  readonly down: number;
  readonly mlp: number;
}
export type Between = readonly [low: number, high: number];

export interface SearchRow {
  readonly dFf: number;
  /** Weights of one MLP. */
  readonly parameters: number;
  /** Largest power of two that divides d_ff. */
  readonly divisor: number;
  /** Seconds per pass; `up` holds gate and up. */
  readonly seconds: SearchSeconds;
  /** 95 % interval of the MLP's seconds relative to the other candidates; null with one process. */
  readonly interval: Between | null;
  readonly intervals: { readonly up: Between | null; readonly down: Between | null };
  readonly flopPerSecond: SearchSeconds;
  /** Time per parameter over the best candidate's, minus 1: what candidates are ranked by. */
  readonly slower: number;
  /** From 0, the winners. */
  readonly group: number;
  readonly processes: number;
  /** Whether it is based on fresh processes after screening. */
  readonly confirmed: boolean;
  /** Kernels that ran, up then down. */
  readonly kernels: readonly string[];
}

/** The classic method, for comparison: d_ff as k of a batch of four, mean of one run, in ascending order. */
export interface ClassicRow {
  readonly dFf: number;
  /** FLOP/s of each run. */
  readonly flopPerSecond: readonly number[];
}

export interface ClassicAnswer {
  readonly best: number;
  readonly baseline: ClassicRow;
  /** First run's best first. */
  readonly candidates: readonly ClassicRow[];
  /** Spearman's coefficient between the rankings of two runs. */
  readonly repeatability: number | null;
  /** Of the first run's five best, how many are among the second's. */
  readonly topFiveAgain: number;
  /** Its best, by our measurement: time per parameter over our best, minus 1; null where it is no candidate of ours. */
  readonly bestSlower: number | null;
}

export interface SearchDocument {
  readonly schema: 'shapemark-search/1';
  readonly id: string;
  readonly machine: string;
  readonly hidden: number;
  readonly tokens: number;
  readonly gated: boolean;
  readonly gemms: readonly { readonly name: string; readonly role: 'up' | 'down'; readonly times: number }[];
  readonly format: { readonly w: string; readonly a: string; readonly acc: string; readonly out: string };
  readonly experts: { readonly total: number; readonly rows: number } | null;
  readonly baseline: SearchRow | { readonly dFf: number };
  /** Best time per parameter first. */
  readonly candidates: readonly SearchRow[];
  /** d_ff by group, each the set that cannot be distinguished from its best; ascending within a group. */
  readonly groups: readonly (readonly number[])[];
  readonly winner: { readonly group: readonly number[]; readonly cheapest: number | null };
  /** Smallest relative difference that could be resolved among the finalists; null if none. */
  readonly resolution: number | null;
  /** Whether any widths could be distinguished; if not, `reason` says why. */
  readonly told: boolean;
  readonly reason: string;
  readonly processes: number;
  /** Processes of the screening, which the answer does not use. */
  readonly screened: number;
  /** Visits made over those that measuring every candidate in every process takes. */
  readonly cost: number;
  readonly ended: string;
  readonly unmeasured: readonly { readonly dFf: number; readonly reason: string }[];
  readonly classic?: ClassicAnswer;
  readonly portability?: Portability | null;
}

/** In order of d_ff, for pictures. */
export function byWidth({ candidates }: Pick<SearchDocument, 'candidates'>): SearchRow[] {
  return [...candidates].sort((one, other) => one.dFf - other.dFf);
}

/** Outcomes of a search: nothing distinguished, only the baseline distinguished, one best, or several. */
export function outcomeOf({ told, winner, candidates, baseline }: SearchDocument) {
  if (!told) return 'nothing';
  if (winner.group.length === 1) return 'one';
  const others = candidates.filter(({ dFf }) => dFf !== baseline.dFf && !winner.group.includes(dFf));
  return others.length === 0 ? 'but the baseline' : 'several';
}
