/** The data of the page that compares, as files of the site, and what is said of two of them. */

/** By problem: rate of the fastest kernel in FLOP/s, the interval of it, and the kernel. */
export interface MachineData {
  readonly machine: string;
  readonly cases: Readonly<Record<string, readonly [rate: number, low: number, high: number, kernel: string]>>;
}

/** Medians of single runs: `seconds[run][column]`, null where there is none. */
export interface RunsData {
  readonly runs: readonly (readonly [id: string, commit: string])[];
  /** Ids of cases, their kernels with them. */
  readonly cases: readonly string[];
  readonly seconds: readonly (readonly (number | null)[])[];
}

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
  /** Whether the intervals are apart; null where there are none. */
  readonly apart: boolean | null;
}

/** Cases of both, those that differ most first. */
export function compareMachines(a: MachineData, b: MachineData): Compared[] {
  const all = Object.entries(a.cases).flatMap(([problem, [rate, low, high, kernel]]) => {
    const other = b.cases[problem];
    if (!other) return [];
    const kernels = [...new Set([kernel, other[3]])];
    const apart = low > other[2] || high < other[1];
    return [{ problem, ratio: other[0] / rate, a: rate, b: other[0], kernels, apart }];
  });
  return byDifference(all);
}

export function compareRuns({ cases, seconds }: RunsData, a: number, b: number): Compared[] {
  const all = cases.flatMap((id, column) => {
    const [one, other] = [seconds[a]?.[column] ?? null, seconds[b]?.[column] ?? null];
    if (one === null || other === null) return [];
    const [, problem = id, kernel = ''] = /^(.*)\/kernel=([^/]*)$/.exec(id) ?? [];
    return [{ problem, ratio: one / other, a: one, b: other, kernels: kernel === '' ? [] : [kernel], apart: null }];
  });
  return byDifference(all);
}

function byDifference(all: readonly Compared[]): Compared[] {
  const size = ({ ratio }: Compared) => Math.abs(Math.log(ratio));
  return [...all].sort(
    (one, other) => Number(other.apart ?? true) - Number(one.apart ?? true) || size(other) - size(one),
  );
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

/** `o_proj 1×2880×4096 nt mxfp4·f32`, near to how pages name a case. */
export function titleOf(problem: string): string {
  const value = (key: string) => new RegExp(`/${key}=([^/]*)`).exec(problem)?.[1];
  const { name, format } = partsOf(problem);
  const layout = value('layout');
  const activations = value('a');
  const batch = value('batch');
  const shape = [`${batch === undefined ? '' : `${batch}·`}${value('m')}×${value('n')}×${value('k')}`];
  const groups = value('groups');
  if (groups !== undefined) shape.push(groups);
  if (layout !== undefined && layout !== 'nn') shape.push(layout);
  if (format !== '')
    shape.push(activations === undefined || activations === format ? format : `${format}·${activations}`);
  return [name, ...shape].filter(Boolean).join(' ');
}

export interface Wanted {
  readonly suite: string;
  readonly phase: string;
  /** Any of them; none wants nothing. */
  readonly formats: readonly string[];
  readonly kernel: string;
  /** All of them, anywhere in the id or the kernels. */
  readonly words: readonly string[];
}

/** Those that have what is wanted; an empty text wants nothing. */
export function chosen(all: readonly Compared[], { words, kernel, formats, ...parts }: Wanted): Compared[] {
  return all.filter(({ problem, kernels }) => {
    const own = partsOf(problem);
    const text = `${problem} ${kernels.join(' ')}`.toLowerCase();
    const has = (part: 'suite' | 'phase') => parts[part] === '' || parts[part] === own[part];
    if (!has('suite') || !has('phase')) return false;
    if (formats.length > 0 && !formats.includes(own.format)) return false;
    return (kernel === '' || kernels.includes(kernel)) && words.every((word) => text.includes(word));
  });
}
