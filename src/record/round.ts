/** Five significant digits: more than the precision of any measurement, at a third of the bytes. */
export function round5(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(5)) : value;
}

/** Measured quantities have their unit in the name; whole numbers among them are rounded too. */
const MEASURED = /(Seconds|PerSecond)$/;

/**
 * A copy with every measured number at 5 significant digits. Whole numbers under other names (sizes, counts, limits, seeds)
 * are identities and stay exact.
 */
export function rounded<T>(value: T): T;
export function rounded(value: unknown): unknown {
  return round(value, '');
}

function round(value: unknown, name: string): unknown {
  if (typeof value === 'number') return Number.isInteger(value) && !MEASURED.test(name) ? value : round5(value);
  if (Array.isArray(value)) return value.map((item) => round(item, name));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, round(item, key)]));
  }
  return value;
}
