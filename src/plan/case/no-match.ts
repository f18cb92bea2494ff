/** Why filters match no case, and what would: for the message about a filter that is a mistake. */
import { closest, remedy } from '../spec/suggest.ts';
import type { Case } from './case.ts';
import { FILTER_KEYS, filterFields, gemmName, matches, parseTerm, type Term } from './filter.ts';
import type { Comparison } from './predicate.ts';

/** One sentence for each filter, without the name of the option. */
export function whyNoMatch(filters: readonly string[], cases: readonly Case[]): string {
  return filters.map((filter) => whyNot(filter, cases)).join('; ');
}

function whyNot(filter: string, cases: readonly Case[]): string {
  const parts = filter.split(',').flatMap((text) => partsOf(text.trim()));
  const counts = parts.map(({ term }) => cases.filter((item) => matches(term, item) !== term.negated).length);
  const idle = parts[counts.indexOf(0)];
  if (idle) return `no case ${missing(idle, cases)}`;
  const each = parts.map(({ text }, i) => `${text} matches ${counts[i]}`);
  return `no case matches all of it: ${each.join(', ')}`;
}

interface Part {
  readonly text: string;
  readonly term: Term;
}

/** The path of a term and each of its comparisons, which have to match together. */
function partsOf(text: string): Part[] {
  const term = parseTerm(text);
  const { negated, id, path, comparisons } = term;
  if (negated || id !== undefined || comparisons.length + Math.min(path.length, 1) === 1) return [{ text, term }];
  return [
    ...(path.length > 0 ? [{ text: path.join('/'), term: { ...term, comparisons: [] } }] : []),
    ...comparisons.map((one) => ({ text: comparisonText(one), term: { ...term, path: [], comparisons: [one] } })),
  ];
}

function missing({ text, term: { negated, id, path, comparisons } }: Part, cases: readonly Case[]): string {
  const [comparison] = comparisons;
  if (negated) return `is left by ${text}`;
  if (id !== undefined) return `has this id${nearest(id, ids(cases))}`;
  if (comparison) return `has ${text}; ${valuesText(comparison, cases)}`;
  return pathText(path, cases);
}

function ids(cases: readonly Case[]): string[] {
  return cases.map(({ id }) => id);
}

function nearest(name: string, known: readonly string[]): string {
  const near = closest(name, known);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

function comparisonText({ key, divisor, operator, value }: Comparison): string {
  return `${key}${divisor === undefined ? '' : `%${divisor}`}${operator}${value}`;
}

/** The nearest of the values that there are, or all of them. */
function valuesText({ key, value, operator, divisor }: Comparison, cases: readonly Case[]): string {
  const values = [...new Set(cases.map((item) => filterFields(item)[key]))].filter((one) => one !== undefined);
  if (FILTER_KEYS[key as keyof typeof FILTER_KEYS] === 'text') return remedy(value, values.map(String));
  const wanted = Number(value);
  const isNear = operator === '=' && divisor === undefined && Number.isFinite(wanted);
  const distance = (one: number) => (isNear ? Math.abs(one - wanted) : one);
  const sorted = values.map(Number).sort((a, b) => distance(a) - distance(b));
  const shown = sorted.slice(0, isNear ? NEAREST : LISTED).join(', ');
  const more = sorted.length > (isNear ? NEAREST : LISTED) ? ', …' : '';
  return `${isNear && more ? 'nearest' : `${key} is`} ${shown}${more}`;
}

const NEAREST = 3;
const LISTED = 24;

/** The first part of a path that nothing has, among what has the parts before it. */
function pathText(path: readonly string[], cases: readonly Case[]): string {
  const [only = ''] = path;
  if (path.length === 1) {
    const known = cases.flatMap((item) => [item.suite, item.phase, nameAs(only, item)]);
    return `has the suite, phase or name "${only}"; ${remedy(only, [...new Set(known)])}`;
  }
  const term: Term = { negated: false, path: [], comparisons: [] };
  const under = (length: number) =>
    cases.filter((item) => matches({ ...term, path: [...path.slice(0, length), ...ANY.slice(length)] }, item));
  const at = path.findIndex((_, i) => under(i + 1).length === 0);
  const [level = 'name', of] = LEVELS[at] ?? [];
  const known = under(at).map((item) => of?.(item) ?? nameAs(path[at] ?? '', item));
  const place = at > 0 ? ` in ${path.slice(0, at).join('/')}` : '';
  return `has the ${level} "${path[at]}"${place}; ${remedy(path[at] ?? '', [...new Set(known)])}`;
}

const ANY = ['*', '*', '*'];
const LEVELS: readonly (readonly [string, (item: Case) => string])[] = [
  ['suite', ({ suite }) => suite],
  ['phase', ({ phase }) => phase],
];

/** With its model, or without, as it was asked for. */
function nameAs(asked: string, item: Case): string {
  return asked.includes(':') ? item.name : gemmName(item);
}
