/** The data of the page that compares, as files of the site, and what is said of two of them. */
/** By problem: rate of the fastest kernel in FLOP/s, the interval of it, and the kernel. */
export interface MachineData {
  readonly machine: string;
  readonly cases: Readonly<Record<string, readonly [rate: number, low: number, high: number, kernel: string]>>;
}

/** Medians of single runs: `seconds[run][column]`, null where there is none. */
export interface RunsData {
  readonly runs: readonly (readonly [id: string, commit: string])[];
  /** Ids of cases, the kernels that were asked for with them. */
  readonly cases: readonly string[];
  readonly seconds: readonly (readonly (number | null)[])[];
  /** By column: half of a run's 95 % interval as ln of the time, from all runs; null where they are too few. */
  readonly spread: readonly (number | null)[];
  readonly kernels: readonly string[];
  /** By column, the kernel that ran: an index into `kernels`, one a run where it was not always the same; −1 for none. */
  readonly ran: readonly (number | readonly number[])[];
}

/** By machine: mean rates relative to the machine that the file is named after, as texts of the columns of the page. */
export type BesideData = Readonly<Record<string, readonly string[]>>;

export interface Compared {
  /** A case id without its kernel. */
  readonly problem: string;
  /** Rate of B over rate of A. */
  readonly ratio: number;
  /** Rates in FLOP/s of machines, seconds of runs. */
  readonly a: number;
  readonly b: number;
  /** The kernel of A, and that of B where it is another. */
  readonly kernels: readonly string[];
  /** Whether the intervals are apart; where they are not, or unknown, it is open which is faster. */
  readonly apart: boolean;
  /** Equal problems of other suites and phases, which count as this one. */
  readonly also: readonly string[];
}

/** Cases of both, those that differ most first. */
export function compareMachines(a: MachineData, b: MachineData): Compared[] {
  const all = Object.entries(a.cases).flatMap(([problem, [rate, low, high, kernel]]) => {
    const other = b.cases[problem];
    if (!other) return [];
    const kernels = [...new Set([kernel, other[3]])];
    const apart = low > other[2] || high < other[1];
    return [{ problem, ratio: other[0] / rate, a: rate, b: other[0], kernels, apart, also: [] }];
  });
  return byDifference(all);
}

export function compareRuns(data: RunsData, a: number, b: number): Compared[] {
  const { cases, seconds, spread } = data;
  const all = cases.flatMap((id, column) => {
    const [one, other] = [seconds[a]?.[column] ?? null, seconds[b]?.[column] ?? null];
    if (one === null || other === null) return [];
    const problem = id.replace(/\/kernel=[^/]*$/, '');
    const kernels = [...new Set([a, b].flatMap((run) => kernelAt(data, run, column)))];
    const ratio = one / other;
    const half = spread[column] ?? Number.POSITIVE_INFINITY;
    return [{ problem, ratio, a: one, b: other, kernels, apart: Math.abs(Math.log(ratio)) > 2 * half, also: [] }];
  });
  return byDifference(all);
}

function kernelAt({ kernels, ran }: RunsData, run: number, column: number): string[] {
  const own = ran[column] ?? -1;
  const name = kernels[typeof own === 'number' ? own : (own[run] ?? -1)];
  return name === undefined ? [] : [name];
}

/** What is to be computed, whatever suite asks for it: the keys of an id. */
export function workOf(problem: string): string {
  return problem
    .split('/')
    .filter((segment) => segment.includes('='))
    .join('/');
}

/** Equal problems of several suites as one, that of the first name, so that none is chosen for its ratio. Of runs, each kernel is one. */
export function distinct(all: readonly Compared[], isOfRuns: boolean): Compared[] {
  const equal = new Map<string, Compared[]>();
  for (const one of all) {
    const key = isOfRuns ? `${workOf(one.problem)} ${one.kernels.join()}` : workOf(one.problem);
    equal.set(key, [...(equal.get(key) ?? []), one]);
  }
  const firsts = [...equal.values()].flatMap((alike): Compared[] => {
    const [first, ...rest] = [...alike].sort((a, b) => (a.problem < b.problem ? -1 : 1));
    return first ? [{ ...first, also: rest.map(({ problem }) => problem) }] : [];
  });
  return byDifference(firsts);
}

function byDifference(all: readonly Compared[]): Compared[] {
  const size = ({ ratio }: Compared) => Math.abs(Math.log(ratio));
  return [...all].sort((one, other) => Number(other.apart) - Number(one.apart) || size(other) - size(one));
}

export function geomean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

/** Parts of a problem's id that are chosen from. */
export interface Parts {
  readonly suite: string;
  readonly phase: string;
  readonly name: string;
  readonly format: string;
}

export function partsOf(problem: string): Parts {
  const [suite = '', phase = '', ...rest] = problem.split('/');
  const name = rest.filter((segment) => !segment.includes('=')).join(' ');
  const format = /\/w=([^/]*)/.exec(problem)?.[1] ?? '';
  return { suite, phase, name, format };
}
