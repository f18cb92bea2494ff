import { bytes, flop } from '../../gemm/shape.ts';
import type { Case } from './case.ts';
import { BIAS_VALUE, IdError, parseId } from './id.ts';
import {
  type Comparison,
  type Fields,
  globMatches,
  isComparison,
  PROBLEM_KEYS,
  PredicateError,
  parseComparison,
  satisfies,
} from './predicate.ts';

/**
 * Filters, in the grammar of ids. Several filters are alternatives (or); within one, terms joined by commas all hold (and);
 * a leading `!` negates a term. A term is
 * - a whole id, which matches that case alone;
 * - a path: globs for suite, phase and name from the left (`llama/decode`), or one glob that matches any of the three
 *   (`o_proj`, `expert_*`); a name may leave out its model (`o_proj` for `llama3.1-8b:o_proj`);
 * - a comparison: `w=mxfp4`, `m<=16`, `kernel!=naive`, `n%128!=0`;
 * - a path and comparisons joined as in an id: `gpt-oss-120b/decode/o_proj/m=1`.
 */

/** Keys a filter may compare. Defaults that ids leave out compare as batch=1, groups=none, bias=none, operands=cold,
 * robustness=on. */
export const FILTER_KEYS = {
  suite: 'text',
  phase: 'text',
  name: 'text',
  batch: 'number',
  groups: 'text',
  ...PROBLEM_KEYS,
  operands: 'text',
  robustness: 'text',
  kernel: 'text',
  flop: 'number',
  bytes: 'number',
} as const;

/** One condition of a filter. */
export interface Term {
  readonly negated: boolean;
  readonly id?: string;
  readonly path: readonly string[];
  readonly comparisons: readonly Comparison[];
}

export type Filter = (entry: Case) => boolean;

/** Reads filters as `--filter` gives them; none matches everything. Throws PredicateError with what would be right. */
export function parseFilters(filters: readonly string[]): Filter {
  const alternatives = filters.map((filter) => filter.split(',').map(parseTerm));
  return (entry) => {
    if (alternatives.length === 0) return true;
    const fields = filterFields(entry);
    return alternatives.some((terms) => terms.every((term) => matches(term, entry, fields) !== term.negated));
  };
}

/** Whether filters name a kernel, which requests it explicitly. */
export function namesKernel(filters: readonly string[]): boolean {
  return filters
    .flatMap((filter) => filter.split(',').map(parseTerm))
    .some(({ id, negated, comparisons }) => {
      const named = comparisons.some(({ key, operator }) => key === 'kernel' && operator === '=');
      return !negated && (id !== undefined || named);
    });
}

export function parseTerm(source: string): Term {
  const trimmed = source.trim();
  const negated = trimmed.startsWith('!');
  const text = negated ? trimmed.slice(1).trim() : trimmed;
  if (text === '') throw new PredicateError('empty filter term; write a path (quick/decode/*) or a comparison (m<=16)');
  if (isId(text)) return { negated, id: text, path: [], comparisons: [] };
  const segments = text.split('/');
  const path = segments.filter((segment) => !isComparison(segment));
  while (path.length > 1 && (path.at(-1) === '' || (path.length > 3 && path.at(-1) === '*'))) path.pop();
  const comparisons = segments.filter(isComparison).map((segment) => parseComparison(segment, FILTER_KEYS));
  if (path.length > 3)
    throw new PredicateError(`"${text}": a path has at most suite/phase/name, this one has ${path.length}`);
  return { negated, path, comparisons };
}

function isId(text: string): boolean {
  try {
    parseId(text);
    return true;
  } catch (error) {
    if (error instanceof IdError) return false;
    throw error;
  }
}

export function matches(term: Term, entry: Case, fields = filterFields(entry)): boolean {
  if (term.id !== undefined) return entry.id === term.id;
  return pathMatches(term.path, entry) && term.comparisons.every((comparison) => satisfies(comparison, fields));
}

function pathMatches(path: readonly string[], entry: Case): boolean {
  const segments = [entry.suite, entry.phase, entry.name];
  const [only] = path;
  if (only !== undefined && path.length === 1) {
    return segments.some((segment) => globMatches(only, segment)) || globMatches(only, gemmName(entry));
  }
  return path.every(
    (glob, i) => globMatches(glob, segments[i] ?? '') || (i === 2 && globMatches(glob, gemmName(entry))),
  );
}

/** `llama3.1-8b:o_proj` → `o_proj`: a GEMM can be named without its model. */
export function gemmName(entry: Case): string {
  return entry.name.split(':').at(-1) ?? entry.name;
}

/** The comparable fields of a case. */
export function filterFields(entry: Case): Fields {
  const { shape, format, layout, bias } = entry.problem;
  return {
    suite: entry.suite,
    phase: entry.phase,
    name: entry.name,
    ...shape,
    groups: parseId(entry.id).groups ?? 'none',
    layout,
    ...format,
    bias: bias ? BIAS_VALUE : 'none',
    operands: entry.operands,
    robustness: entry.robustness ?? 'on',
    kernel: entry.kernel,
    flop: flop(entry.problem),
    bytes: bytes(entry.problem),
  };
}
