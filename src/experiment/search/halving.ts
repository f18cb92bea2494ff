/**
 * Measures a search: every candidate's GEMMs are cases, visited in seeded random order in fresh processes. At each planned look,
 * candidates that are clearly slower are dropped, so that later processes are spent on possible winners.
 */

import type { Observation } from '../../judge/search/field.ts';
import type { FinishedVisit } from '../../measure/parent/progress.ts';
import { SAMPLING, type Settings } from '../../measure/parent/settings.ts';
import type { Sampling } from '../../record/schema.ts';
import { median } from '../../stats/centre.ts';

export interface SearchLook {
  readonly running: readonly number[];
  readonly done: boolean;
}

/** Case id → which GEMM of which candidate it is. */
export type Places = ReadonlyMap<string, { readonly candidate: number; readonly gemm: number }>;

/** Selects the candidates that continue, from complete processes. */
export type Look = (observations: readonly Observation[], running: readonly number[], processes: number) => SearchLook;

/** The variance between processes is far larger than within one: short visits, many processes. */
export const SEARCH_SAMPLING: Sampling = { ...SAMPLING, blocks: 3, minSamples: 3, maxSamples: 9, sampleSeconds: 0.05 };

/**
 * The search may stop after every process; only the first is guaranteed. With a budget for at least one process of every
 * candidate, it continues until the budget is spent.
 *
 * @param most processes that end the search
 */
export function searchSettings(settings: Settings, most: number): Settings {
  const looks = Array.from({ length: most }, (_, i) => i + 1);
  return { ...settings, processes: 1, looks, sampling: SEARCH_SAMPLING };
}

/** Collects visits and tracks which candidates are still measured. */
export class Halving {
  readonly #places: Places;
  readonly #look: Look;
  readonly #observations: Observation[] = [];
  readonly #dead = new Set<number>();
  #running: readonly number[];
  #lookedAt = 0;
  #done = false;

  /** @param look called once after each process */
  constructor(places: Places, look: Look) {
    this.#places = places;
    this.#look = look;
    this.#running = [...new Set([...places.values()].map(({ candidate }) => candidate))];
  }

  /** Of candidates none of whose GEMMs was refused. */
  get observations(): Observation[] {
    return this.#observations.filter(({ candidate }) => !this.#dead.has(candidate));
  }

  /** Candidates that were neither dropped nor refused. */
  get running(): number[] {
    return this.#running.filter((candidate) => !this.#dead.has(candidate));
  }

  /** Whether a look ended the search, rather than time or the last process. */
  get done(): boolean {
    return this.#done;
  }

  add(visit: FinishedVisit): void {
    const place = this.#places.get(visit.caseId);
    if (!place) return;
    const contender = visit.result?.contenders[0];
    if (contender?.status === 'measured')
      this.#observations.push({ ...place, process: visit.process, seconds: median(contender.samples) });
    else if (visit.refusal?.reason !== 'budget') this.#dead.add(place.candidate);
  }

  /** Whether a case needs no more processes. */
  settled(caseId: string, processes: number): boolean {
    if (processes > this.#lookedAt) {
      this.#lookedAt = processes;
      // A resumed search has visits of later processes than this look.
      const seen = this.observations.filter(({ process }) => process < processes);
      const { running, done } = this.#look(seen, this.running, processes);
      this.#running = running;
      this.#done = done;
    }
    const place = this.#places.get(caseId);
    return this.#done || place === undefined || !this.running.includes(place.candidate);
  }
}
