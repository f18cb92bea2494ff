import type { Problem } from '../../gemm/problem.ts';
import { arithmeticIntensity, bytes, flop } from '../../gemm/shape.ts';
import type { Case } from './case.ts';
import type { Expansion, ModelTotals, Skip } from './expand.ts';
import type { Filter } from './filter.ts';

/** The document of `list --json`: the cases of suites. */

/** What a GPU would get for a case: kernel and sizes, null with a reason if no kernel serves it. */
export interface ListedPick {
  readonly gpu: string;
  readonly kernel: string | null;
  readonly tile: { readonly m: number; readonly n: number; readonly k: number } | null;
  readonly thread: { readonly m: number; readonly n: number } | null;
  readonly reason?: string;
}

export interface ListedCase
  extends Pick<
      Case,
      'id' | 'suite' | 'phase' | 'name' | 'operands' | 'distribution' | 'kernel' | 'count' | 'from' | 'series'
    >,
    Pick<Problem, 'shape' | 'layout' | 'format' | 'scale' | 'bias'> {
  readonly groups?: { readonly experts: number; readonly touched: number; readonly rows: readonly number[] };
  readonly flop: number;
  /** Every operand read once and C written once. */
  readonly bytes: number;
  /** FLOP per byte. */
  readonly arithmeticIntensity: number;
  /** With `--on`, one for each GPU. */
  readonly picks?: readonly ListedPick[];
}

export interface ListDocument {
  readonly cases: readonly ListedCase[];
  readonly skips: readonly Skip[];
  /** Models only. */
  readonly totals: readonly ModelTotals[];
}

/**
 * Lists the cases that pass the filter; skips and totals stay whole, except of suites that lost every case.
 *
 * @param picks by case id
 */
export function listDocument(
  expansions: readonly Expansion[],
  filter: Filter = () => true,
  picks: ReadonlyMap<string, readonly ListedPick[]> = new Map(),
): ListDocument {
  const cases = expansions.flatMap(({ cases: all }) =>
    all.filter(filter).map((item) => {
      const found = picks.get(item.id);
      return found && found.length > 0 ? { ...listedCase(item), picks: found } : listedCase(item);
    }),
  );
  return { cases, skips: expansions.flatMap(({ skips }) => skips), totals: expansions.flatMap(({ totals }) => totals) };
}

export function listedCase(entry: Case): ListedCase {
  const { id, suite, phase, name, problem, operands, distribution, kernel, count, from, series } = entry;
  const { shape, layout, groups, format, scale, bias } = problem;
  const touched = groups?.rows.filter((rows) => rows > 0).length ?? 0;
  return {
    id,
    suite,
    phase,
    name,
    shape,
    layout,
    ...(groups === undefined ? {} : { groups: { experts: groups.experts, touched, rows: groups.rows } }),
    format,
    ...(scale === undefined ? {} : { scale }),
    bias,
    operands,
    distribution,
    kernel,
    count,
    flop: flop(problem),
    bytes: bytes(problem),
    arithmeticIntensity: arithmeticIntensity(problem),
    from,
    series,
  };
}
