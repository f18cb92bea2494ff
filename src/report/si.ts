/**
 * Formatting of numbers: three significant digits and an SI prefix, shares in percent, whole numbers in groups of three digits.
 */

const PREFIXES: readonly [factor: number, prefix: string][] = [
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
  [1e-3, 'm'],
  [1e-6, 'µ'],
  [1e-9, 'n'],
];

/** `1 case`, `2 cases`. */
export function counted(number: number, one: string, more = `${one}s`): string {
  return `${number} ${number === 1 ? one : more}`;
}

/** `1 process`, `6 processes`. */
export function processesText(number: number): string {
  return counted(number, 'process', 'processes');
}

/** `1.23 ms`, `45.6 µs`, `2.00 s`. */
export function seconds(value: number): string {
  return value >= 1 ? `${three(value)} s` : scaled(value, 's');
}

/** `38.4 GFLOPS`, `1.20 TFLOPS`. */
export function flopPerSecond(value: number): string {
  return scaled(value, 'FLOPS');
}

/** `12.3 GB/s`; decimal, as bandwidths are quoted. */
export function bytesPerSecond(value: number): string {
  return scaled(value, 'B/s');
}

/** `5.90 MFLOP`, `11.8 MB`. */
export function scaled(value: number, unit: string): string {
  if (value === 0 || !Number.isFinite(value)) return `${value} ${unit}`;
  // Rounding comes first: 999.7 of one prefix is 1.00 of the next.
  const rounded = Number(value.toPrecision(3));
  const [factor, prefix] = PREFIXES.find(([size]) => Math.abs(rounded) >= size * (1 - 1e-12)) ?? [1e-9, 'n'];
  return `${three(rounded / factor)} ${prefix}${unit}`;
}

/** `41 %`, `4.1 %`, `0.41 %`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return '0 %';
  return `${value >= 10 ? value.toFixed(0) : value.toPrecision(2)} %`;
}

/** `3.1e-7`, as errors are compared by their magnitude. */
export function error(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}

/** Two ends in the unit of the larger: `1.20…1.31 ms`. */
export function secondsBetween(low: number, high: number): string {
  const [number, unit] = seconds(high).split(' ');
  const factor = high / Number(number);
  return `${three(low / factor)}…${number} ${unit}`;
}

function three(value: number): string {
  const text = value.toPrecision(3);
  return text.includes('e') ? String(Number(text)) : text;
}

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
  const digits = Math.abs(value * 100).toFixed(1);
  return digits === '0.0' ? '0 %' : `${value > 0 ? '+' : '−'}${digits} %`;
}

/** A signed whole number: `+64`, `−64`. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${grouped(Math.abs(value))}`;
}

/** `11.8 MB`, decimal, as bandwidths and disks count; whole below a thousand. */
export function bytes(value: number): string {
  return value < 1000 ? `${value} B` : scaled(value, 'B');
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
