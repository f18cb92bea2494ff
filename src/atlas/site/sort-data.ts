/** Values of cells as they are written, so that rows can be put in order. */

const PREFIXES: Readonly<Record<string, number>> = {
  ...{ P: 1e15, T: 1e12, G: 1e9, M: 1e6, k: 1e3, m: 1e-3, '\u00b5': 1e-6, n: 1e-9 },
};

const NUMBER = /([+\-−±]?)(\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?:\s?([PTGMkmµn]?)(?:FLOPS?|B\/s|B|s)\b|\s?(%))?/;

/** `takes 8 % less time`, beside `takes 8 % longer`. */
const LESS = /^takes .* less time$/;

/** The first number of a text in its unit; a day as a number; null where there is none. */
export function numberIn(text: string): number | null {
  const day = /(\d{4})-(\d\d)-(\d\d)/.exec(text);
  if (day) return Number(`${day[1]}${day[2]}${day[3]}`);
  const found = NUMBER.exec(text);
  if (!found) return null;
  const [, sign, digits, prefix = '', percent] = found;
  const size = Number(digits) * (PREFIXES[prefix] ?? 1) * (percent === undefined ? 1 : 0.01);
  return sign === '-' || sign === '−' || LESS.test(text) ? -size : size;
}

export type Order = 'ascending' | 'descending';

/**
 * Places of rows in a new order. What has no value stays at the end; equal rows stay as they were.
 *
 * @param numeric whether cells are compared by their numbers
 */
export function ordered(cells: readonly string[], order: Order, numeric: boolean): number[] {
  const values = cells.map((text) => (numeric ? numberIn(text) : /^[–·]?$/.test(text.trim()) ? null : text.trim()));
  const sign = order === 'ascending' ? 1 : -1;
  return cells
    .map((_, i) => i)
    .sort((a, b) => {
      const [one, other] = [values[a] ?? null, values[b] ?? null];
      if (one === null || other === null) return Number(one === null) - Number(other === null) || a - b;
      const difference =
        typeof one === 'number' && typeof other === 'number'
          ? one - other
          : String(one).localeCompare(String(other), 'en', { numeric: true });
      return sign * difference || a - b;
    });
}
