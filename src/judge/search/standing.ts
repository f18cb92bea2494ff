/**
 * Scores of candidates, and the difference at which two count as different. It is derived from the noise: experiments of the same
 * size are resampled from the residuals, and a real difference must exceed the largest difference that occurs by chance between
 * any two of k equal candidates, 95 times in 100 (the studentized range of Tukey's test, without its normal distribution).
 */

import { quantile } from '../../stats/centre.ts';
import { levelOf } from '../../stats/level.ts';
import { below, type Random } from '../../stats/random.ts';
import type { Field } from './field.ts';

/** How the GEMMs of a candidate are combined. */
export interface Weights {
  /** How often each GEMM runs: 2 for gate and up measured as one shape. */
  readonly times: readonly number[];
  /** Divisor of the time, by candidate: parameters. */
  readonly divisors: readonly number[];
}

export interface Standing {
  readonly candidate: number;
  /** Seconds by GEMM, all its runs. */
  readonly seconds: readonly number[];
  readonly total: number;
  /** ln of total / divisor: lower is better. */
  readonly score: number;
  /** Number of processes: of the GEMM with the fewest. */
  readonly processes: number;
}

/**
 * Standings of the candidates that were measured, in the field's order.
 * @param only processes to use; default all
 */
export function standings(field: Field, weights: Weights, only?: (process: number) => boolean): Standing[] {
  return field.entries.flatMap((entries, candidate) => {
    const picked = entries.map(({ values }) =>
      [...values].flatMap(([process, value]) => (only === undefined || only(process) ? [value] : [])),
    );
    const processes = Math.min(...picked.map((values) => values.length));
    if (processes === 0) return [];
    const seconds = picked.map(
      (values, gemm) => Math.exp(levelOf(values, field.scales[gemm] ?? 0)) * (weights.times[gemm] ?? 1),
    );
    const total = seconds.reduce((sum, one) => sum + one, 0);
    return [{ candidate, seconds, total, score: Math.log(total / (weights.divisors[candidate] ?? 1)), processes }];
  });
}

/** Draws per sample size, and ranges drawn from them: the 99.9 % point of a range needs some thousands. */
const DRAWS = 1200;
const RANGES = 3000;

/** Estimates that chance alone would give, by number of processes. */
export class Chance {
  readonly #field: Field;
  readonly #shares: readonly number[];
  readonly #random: Random;
  readonly #byGemm = new Map<string, Float64Array>();
  readonly #totals = new Map<number, Float64Array>();

  /** @param shares of each GEMM in the total time */
  constructor(field: Field, shares: readonly number[], random: Random) {
    this.#field = field;
    this.#shares = shares;
    this.#random = random;
  }

  /**
   * The difference, in ln time, that the best and the worst of `candidates` equal ones exceed with probability `error`, when
   * each rests on `processes`. Infinite when there is no noise to learn from.
   */
  range(processes: number, candidates: number, error: number): number {
    if (candidates < 2) return 0;
    const errors = this.#total(processes);
    if (errors.length === 0) return Number.POSITIVE_INFINITY;
    const ranges = new Float64Array(RANGES);
    for (let i = 0; i < RANGES; i++) {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let c = 0; c < candidates; c++) {
        const one = errors[below(errors.length, this.#random)] as number;
        if (one < low) low = one;
        if (one > high) high = one;
      }
      ranges[i] = high - low;
    }
    return quantile(ranges.sort(), 1 - error);
  }

  /** ln distances from an estimate to the two ends of its 95 % interval: of the total, or of one GEMM. */
  interval(processes: number, gemm?: number): [low: number, high: number] {
    const errors = Float64Array.from(
      gemm === undefined ? this.#total(processes) : this.#errors(processes, gemm),
    ).sort();
    if (errors.length === 0) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const middle = quantile(errors, 0.5);
    return [middle - quantile(errors, 0.975), middle - quantile(errors, 0.025)];
  }

  #total(processes: number): Float64Array {
    const known = this.#totals.get(processes);
    if (known) return known;
    const parts = this.#shares.map((_, gemm) => this.#errors(processes, gemm));
    const length = Math.min(...parts.map((part) => part.length));
    const totals = Float64Array.from({ length }, (_, i) =>
      parts.reduce((sum, part, gemm) => sum + (part[i] ?? 0) * (this.#shares[gemm] ?? 0), 0),
    );
    this.#totals.set(processes, totals);
    return totals;
  }

  #errors(processes: number, gemm: number): Float64Array {
    const key = `${processes}/${gemm}`;
    const known = this.#byGemm.get(key);
    if (known) return known;
    const pool = this.#field.residuals[gemm] ?? [];
    const scale = this.#field.scales[gemm] ?? 0;
    const errors = new Float64Array(pool.length === 0 ? 0 : DRAWS);
    const drawn = new Float64Array(processes);
    for (let i = 0; i < errors.length; i++) {
      for (let j = 0; j < processes; j++) drawn[j] = pool[below(pool.length, this.#random)] as number;
      errors[i] = levelOf(drawn, scale);
    }
    this.#byGemm.set(key, errors);
    return errors;
  }
}

/** Each GEMM's share of the time, over all candidates. */
export function sharesOf(all: readonly Standing[]): number[] {
  const gemms = all[0]?.seconds.length ?? 0;
  const total = all.reduce((sum, one) => sum + one.total, 0);
  return Array.from(
    { length: gemms },
    (_, gemm) => all.reduce((sum, one) => sum + (one.seconds[gemm] ?? 0), 0) / total,
  );
}
