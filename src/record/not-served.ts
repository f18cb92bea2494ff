/**
 * Cases of `kernels: all` that a kernel serves on no device. They are independent of the machine and numerous, so a record has
 * one entry per kernel and rule instead of a row for each.
 */
import { readCaseId } from './case-id.ts';
import type { NotServed } from './not-served-schema.ts';
import type { Row } from './row.ts';

export type { NotServed };

export interface UnservedCase {
  readonly id: string;
  readonly kernel: string;
  readonly rule: string;
}

const KERNEL = /\/kernel=[^/]*$/;

/** One entry for a kernel and rule, in order of the kernels' names. */
export function notServed(cases: readonly UnservedCase[]): NotServed {
  const problems = new Map<string, number>();
  const kernels = new Map<string, { kernel: string; rule: string; problems: [number, ...number[]] }>();
  for (const { id, kernel, rule } of cases) {
    const problem = id.replace(KERNEL, '');
    const index = problems.get(problem) ?? problems.size;
    problems.set(problem, index);
    const known = kernels.get(`${kernel} ${rule}`);
    if (known) known.problems.push(index);
    else kernels.set(`${kernel} ${rule}`, { kernel, rule, problems: [index] });
  }
  const byName = [...kernels.values()].sort((a, b) => (a.kernel < b.kernel ? -1 : a.kernel > b.kernel ? 1 : 0));
  return { problems: [...problems.keys()], kernels: byName };
}

/** Ids of all the cases in it. */
export function notServedIds({ problems, kernels }: NotServed): string[] {
  return kernels.flatMap((entry) => entry.problems.map((index) => `${problems[index]}/kernel=${entry.kernel}`));
}

export function notServedContradictions(of: NotServed, rows: readonly Row[]): string[] {
  const ids = notServedIds(of);
  const taken = new Set(rows.map(({ id }) => id));
  const seen = new Set<string>();
  const found = of.kernels.flatMap(({ kernel, problems }) =>
    problems
      .filter((index) => index >= of.problems.length)
      .map((index) => `notServed: ${kernel} names problem ${index}`),
  );
  for (const id of ids) {
    if (taken.has(id)) found.push(`${id}: is not served and has a row`);
    if (seen.has(id)) found.push(`${id}: is not served twice`);
    if (readCaseId(id).path.length !== 3) found.push(`${id}: is not served and no case id`);
    seen.add(id);
  }
  return found;
}

/** Messages of older records, which have a row for each such case, and the corresponding rule. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^\S+ does not serve (weights|activations|accumulation|output) in \S+, only in (.+)$/, 'serves $1 in $2 only'],
  [/^\S+ does not serve layout \S+, only (.+)$/, 'serves layout $1 only'],
  [/^\S+ (does not serve (?:grouped GEMMs|batches)|does not add a bias)$/, '$1'],
  [/^\S+ (is for [a-z0-9<>=*+\-/%() ]+: .+)$/, '$1'],
  [/^the webgpu engine runs WGSL, not gpujs$/, 'is for --engine gpujs'],
];

function ruleOf(row: Row): string | null {
  if (row.status !== 'skipped' || row.reason !== 'unsupported') return null;
  const detail = row.detail ?? '';
  const known = SENTENCES.find(([sentence]) => sentence.test(detail));
  return known ? detail.replace(...known) : null;
}

/** The rows of a record without unserved cases, and the unserved cases. Records older than `notServed` are converted. */
export function servedPart(record: { readonly cases: readonly Row[]; readonly notServed?: NotServed | undefined }): {
  readonly rows: readonly Row[];
  readonly notServed: NotServed;
} {
  if (record.notServed) return { rows: record.cases, notServed: record.notServed };
  const ruled = record.cases.map((row) => ({ row, rule: ruleOf(row) }));
  return {
    rows: ruled.flatMap(({ row, rule }) => (rule === null ? [row] : [])),
    notServed: notServed(
      ruled.flatMap(({ row, rule }) => (rule === null ? [] : [{ id: row.id, kernel: row.kernel.requested, rule }])),
    ),
  };
}
