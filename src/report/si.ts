/** Numbers for people: three significant digits and an SI prefix. */

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
