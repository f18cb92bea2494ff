/** The data of the page that compares, as files of the site. */

/** By problem: rate of the fastest kernel in FLOP/s, the interval of it, the kernel, the address of the case. */
export interface MachineData {
  readonly machine: string;
  readonly cases: Readonly<Record<string, readonly [rate: number, low: number, high: number, kernel: string]>>;
}

/** Medians of single runs: `seconds[run][column]`, null where there is none. */
export interface RunsData {
  readonly runs: readonly (readonly [id: string, commit: string])[];
  readonly cases: readonly string[];
  readonly seconds: readonly (readonly (number | null)[])[];
}

export interface Compared {
  readonly name: string;
  /** Rate of A over rate of B. */
  readonly ratio: number;
  readonly about: string;
  /** Whether the intervals are apart; null where there are none. */
  readonly apart: boolean | null;
}

/** Cases of both, those that differ most first. */
export function compareMachines(a: MachineData, b: MachineData): Compared[] {
  const all = Object.entries(a.cases).flatMap(([name, [rate, low, high, kernel]]) => {
    const other = b.cases[name];
    if (!other) return [];
    const about = kernel === other[3] ? kernel : `${kernel} / ${other[3]}`;
    return [{ name, ratio: rate / other[0], about, apart: low > other[2] || high < other[1] }];
  });
  return byDifference(all);
}

export function compareRuns({ cases, seconds }: RunsData, a: number, b: number): Compared[] {
  const all = cases.flatMap((name, column) => {
    const [one, other] = [seconds[a]?.[column] ?? null, seconds[b]?.[column] ?? null];
    return one === null || other === null ? [] : [{ name, ratio: other / one, about: '', apart: null }];
  });
  return byDifference(all);
}

function byDifference(all: readonly Compared[]): Compared[] {
  const size = ({ ratio }: Compared) => Math.abs(Math.log(ratio));
  return [...all].sort(
    (one, other) => Number(other.apart ?? true) - Number(one.apart ?? true) || size(other) - size(one),
  );
}

export function geomean(all: readonly Compared[]): number {
  return Math.exp(all.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / all.length);
}
