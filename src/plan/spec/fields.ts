import { z } from 'zod';
import { show } from './document.ts';
import { closest, remedy } from './suggest.ts';

/** Building blocks of the spec schemas: zod types whose messages say what was expected, what was found, and the remedy. */

/** Largest size of one dimension: beyond it, an index no longer fits 32 bits. */
export const MAX_DIMENSION = 2 ** 31;

/** A mapping that refuses unknown keys and says which known key was probably meant. */
export function object<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return expected(`a mapping with ${known.join(', ')}`, issue.input);
      const key = String(issue.keys[0]);
      const near = closest(key, known);
      return `unknown key "${key}"; ${near === undefined ? `known: ${known.join(', ')}` : `did you mean "${near}"?`}`;
    },
  });
}

function expected(what: string, input: unknown): string {
  return `expected ${what}, got ${show(input)}`;
}

function bounded(what: string, schema: (error: (issue: { input?: unknown }) => string) => z.ZodNumber): z.ZodNumber {
  return schema((issue) => expected(what, issue.input));
}

/**
 * An integer ≥ 1 and at most `max`.
 *
 * @param onList what to say of a list, where people write one
 */
export function positiveInteger(max = MAX_DIMENSION, onList?: string): z.ZodNumber {
  const error = (issue: { input?: unknown }) =>
    onList !== undefined && Array.isArray(issue.input)
      ? `[${issue.input.join(', ')}] ${onList}`
      : typeof issue.input === 'number' && Number.isFinite(issue.input) && issue.input > max
        ? `expected at most ${max}, got ${issue.input}`
        : expected('a positive integer', issue.input);
  return z.number({ error }).int({ error }).min(1, { error }).max(max, { error });
}

export function nonNegativeInteger(max = 2 ** 32 - 1): z.ZodNumber {
  return bounded(`an integer from 0 to ${max}`, (error) =>
    z.number({ error }).int({ error }).min(0, { error }).max(max, { error }),
  );
}

export function positiveNumber(): z.ZodNumber {
  return bounded('a positive number', (error) => z.number({ error }).gt(0, { error }));
}

export function nonNegativeNumber(): z.ZodNumber {
  return bounded('a number of at least 0', (error) => z.number({ error }).min(0, { error }));
}

export function anyNumber(): z.ZodNumber {
  return bounded('a number', (error) => z.number({ error }));
}

/** A probability, 0…1. */
export function share(): z.ZodNumber {
  return bounded('a share from 0 to 1', (error) => z.number({ error }).min(0, { error }).max(1, { error }));
}

export function truth(): z.ZodBoolean {
  return z.boolean({ error: (issue) => expected('true or false', issue.input) });
}

/** Text of at least one character. */
export function text(what: string): z.ZodString {
  const error = (issue: { input?: unknown }) => expected(what, issue.input);
  return z.string({ error }).min(1, { error });
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words, what: string) {
  return z.enum(words, {
    error: (issue) =>
      typeof issue.input === 'string'
        ? `unknown ${what} "${issue.input}"; ${remedy(issue.input, words)}`
        : expected(`${what} (${words.join(', ')})`, issue.input),
  });
}

/** One value or a list of at least one. */
export function oneOrMore<Item extends z.ZodType>(item: Item, what: string) {
  return z.union([item, list(item, what)]);
}

export function list<Item extends z.ZodType>(item: Item, what: string) {
  const error = (issue: { input?: unknown }) => expected(`a list of at least one ${what}`, issue.input);
  return z.array(item, { error }).min(1, { error });
}
