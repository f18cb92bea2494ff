/** Numbers as pages print them. */

/** 201088 → `201,088`. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** Billions with three significant decimals where they help: 116.83 B, 5.13 B. */
export function billions(value: number): string {
  return `${(value / 1e9).toFixed(2)} B`;
}

/** A share of 1 as `83.3 %`, one decimal, so that 99.8 % is not 100 %. */
export function share(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

/** A change as `+6.7 %` or `−3.1 %`; `0 %` when it rounds to nothing. */
export function change(value: number): string {
  const rounded = Math.round(value * 1000) / 10;
  if (rounded === 0) return '0 %';
  return `${rounded > 0 ? '+' : '−'}${Math.abs(rounded).toFixed(1)} %`;
}

/** A signed whole number: `+64`, `−64`. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${grouped(Math.abs(value))}`;
}

/** Decimal bytes, as bandwidths and disks count them. */
export function decimalBytes(value: number): string {
  for (const [factor, unit] of [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const) {
    if (value >= factor) return `${(value / factor).toPrecision(3)} ${unit}`;
  }
  return `${value} B`;
}

/** `128×256`. */
export function tileText({ m, n }: { readonly m: number; readonly n: number }): string {
  return `${m}×${n}`;
}

/** FLOP per byte: three digits, or whole. */
export function intensity(value: number): string {
  return value >= 100 ? grouped(Math.round(value)) : value.toPrecision(3);
}

const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

/** Counts that a column must hold: whole below 10,000, then `24.8K`, `1.29M`. */
export function compact(value: number): string {
  return value < 10_000 ? String(value) : COMPACT.format(value);
}
