/** One answer for several machines: the candidate whose worst share of each machine's best is highest. */

/** What one machine does with each candidate: a rate (more is better), by candidate. */
export interface MachineRates {
  readonly machine: string;
  readonly rates: ReadonlyMap<number, number>;
}

export interface Portable {
  readonly candidate: number;
  /** Rate over the machine's best, 0…1, by machine. */
  readonly shares: Readonly<Record<string, number>>;
  /** The smallest of the shares. */
  readonly worst: number;
}

export interface Portability {
  readonly machines: readonly string[];
  /** Machines that measured too few of the candidates. */
  readonly leftOut: readonly string[];
  /** Candidates that every machine measured, the most portable first. */
  readonly candidates: readonly Portable[];
}

/** A machine counts if it measured at least this share of all candidates. */
const ENOUGH = 1 / 2;

/**
 * Ranks candidates by their worst share of each machine's best (not by a mean, which would hide a cliff on one machine behind a
 * small gain on another).
 *
 * @param candidates all that could have been measured
 * @returns null when fewer than two machines take part or they share no candidate
 */
export function portability(all: readonly MachineRates[], candidates: readonly number[]): Portability | null {
  const known = (rates: ReadonlyMap<number, number>) => candidates.filter((one) => rates.has(one));
  const part = all.filter(({ rates }) => known(rates).length >= Math.max(2, ENOUGH * candidates.length));
  if (part.length < 2) return null;
  const shared = candidates.filter((one) => part.every(({ rates }) => rates.has(one)));
  if (shared.length === 0) return null;
  const best = new Map(
    part.map(({ machine, rates }) => [machine, Math.max(...known(rates).map((one) => rates.get(one) ?? 0))]),
  );
  const ranked = shared.map((candidate): Portable => {
    const shares = Object.fromEntries(
      part.map(({ machine, rates }) => [machine, (rates.get(candidate) ?? 0) / (best.get(machine) ?? 1)]),
    );
    return { candidate, shares, worst: Math.min(...Object.values(shares)) };
  });
  return {
    machines: part.map(({ machine }) => machine),
    leftOut: all.filter((one) => !part.includes(one)).map(({ machine }) => machine),
    candidates: ranked.sort((one, other) => other.worst - one.worst || one.candidate - other.candidate),
  };
}
