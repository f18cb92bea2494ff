/**
 * Predicates on named fields: the grammar shared by `--filter`, ids and scenarios.
 *
 * A term is `key op value` with op one of `= != < <= > >=`, or `key%divisor op value`. `=` and `!=` compare text with globs
 * (`w=mxfp4`, `kernel=*-tile`); the others, and everything after a `%`, compare numbers (`m<=16`, `k%8!=0`).
 */

export type Fields = Readonly<Record<string, string | number | undefined>>;

const OPERATORS = ['<=', '>=', '!=', '==', '=', '<', '>'] as const;
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

export interface Comparison {
  readonly key: string;
  readonly divisor?: number;
  readonly operator: Operator;
  readonly value: string;
}

/** Keys of a problem that can be compared, and whether they are numbers. */
export const PROBLEM_KEYS = {
  m: 'number',
  n: 'number',
  k: 'number',
  layout: 'text',
  w: 'text',
  a: 'text',
  acc: 'text',
  out: 'text',
  bias: 'text',
} as const;

/** An invalid predicate; the message says what was wrong and what is expected. */
export class PredicateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PredicateError';
  }
}

const TERM = /^([A-Za-z]+)(?:%(\d+))?\s*(<=|>=|!=|==|=|<|>)\s*(.+)$/;

/** Whether a term looks like a comparison rather than a glob on a path. */
export function isComparison(term: string): boolean {
  return OPERATORS.some((operator) => term.includes(operator));
}

/** Reads one comparison. `keys` maps every known key to whether it is a number. Throws PredicateError. */
export function parseComparison(term: string, keys: Readonly<Record<string, 'number' | 'text'>>): Comparison {
  const match = TERM.exec(term.trim());
  const [, key, divisorText, operatorText, value] = match ?? [];
  if (key === undefined || operatorText === undefined || value === undefined) {
    throw new PredicateError(`cannot read "${term}": write key=value, key<=number or key%number=number`);
  }
  const kind = keys[key];
  if (kind === undefined)
    throw new PredicateError(`unknown key "${key}" in "${term}"; known: ${Object.keys(keys).join(', ')}`);
  const operator = (operatorText === '==' ? '=' : operatorText) as Operator;
  const divisor = divisorText === undefined ? undefined : Number(divisorText);
  const ordered = operator !== '=' && operator !== '!=';
  if (kind === 'text' && (ordered || divisor !== undefined)) {
    throw new PredicateError(`"${key}" is not a number, so "${term}" cannot order it; use = or !=`);
  }
  if (divisor === 0) throw new PredicateError(`"${term}" divides by zero`);
  if ((ordered || divisor !== undefined) && !/^\d+(\.\d+)?(e\d+)?$/i.test(value.trim())) {
    throw new PredicateError(`expected a number after "${operatorText}" in "${term}", got "${value}"`);
  }
  return { key, operator, value: value.trim(), ...(divisor === undefined ? {} : { divisor }) };
}

const compiled = new Map<string, RegExp>();

/** Matches text against a glob: `*` any run of characters, `?` one; everything else is literal. */
export function globMatches(glob: string, text: string): boolean {
  let pattern = compiled.get(glob);
  if (pattern === undefined) {
    const source = glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replace(/\?/g, '.');
    pattern = new RegExp(`^${source}$`, 's');
    compiled.set(glob, pattern);
  }
  return pattern.test(text);
}

/** Whether the fields satisfy a comparison. A field that is absent satisfies only `!=`. */
export function satisfies(comparison: Comparison, fields: Fields): boolean {
  const { key, divisor, operator, value } = comparison;
  const field = fields[key];
  if (field === undefined) return operator === '!=';
  if (divisor === undefined && (operator === '=' || operator === '!=')) {
    const equal = globMatches(value, String(field));
    return operator === '=' ? equal : !equal;
  }
  const left = divisor === undefined ? Number(field) : Number(field) % divisor;
  const right = Number(value);
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}
