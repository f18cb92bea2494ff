/** Shape cliffs as a table: each awkward size beside its better-aligned neighbours, by machine. */
import type { Cliff } from '../judge/cliffs.ts';
import { READING } from './model.ts';
import { flopPerSecond } from './si.ts';
import { PLAIN, type Style } from './style.ts';

export const CLIFF_COLUMNS = [
  'shape',
  'kernel',
  'w',
  'size',
  '2^x',
  'rate',
  'aligned neighbours: rate over its own',
  '',
] as const;

/** The best few neighbours say it all. */
const SHOWN = 4;

export function renderCliffs(cliffs: readonly Cliff[], style: Style = PLAIN): string {
  const machines = [...new Set(cliffs.map(({ machine }) => machine))];
  return machines
    .map((machine) =>
      section(
        machine,
        cliffs.filter((cliff) => cliff.machine === machine),
        style,
      ),
    )
    .join('\n');
}

function section(machine: string, cliffs: readonly Cliff[], style: Style): string {
  const clear = cliffs.filter((cliff) => cliff.clear);
  const rows = cliffs.map(cells);
  const widths = CLIFF_COLUMNS.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    style.bold(machine),
    style.dim(
      `${clear.length} of ${cliffs.length} shapes are clearly slower than a better-aligned neighbour (95 % intervals apart)`,
    ),
    style.dim(line(CLIFF_COLUMNS)),
    ...cliffs.map((cliff, i) => {
      const text = line(rows[i] ?? []);
      return cliff.clear ? style.warn(text) : text;
    }),
    style.dim(READING),
    '',
  ].join('\n');
}

function cells(cliff: Cliff): string[] {
  const { name, shape, kernel, w, dimension, value, divisor, neighbours, clear } = cliff;
  const sizes = (['m', 'n', 'k'] as const).map((key) => (key === dimension ? key : `${key}=${shape[key]}`)).join(' ');
  const best = [...neighbours]
    .sort((one, other) => other.gain - one.gain)
    .slice(0, SHOWN)
    .sort((one, other) => one.value - other.value)
    .map(({ value: theirs, gain }) => `${theirs} ${signed(gain - 1)}`);
  return [
    `${name} ${sizes}`,
    kernel,
    w,
    `${dimension}=${value}`,
    String(divisor),
    flopPerSecond(cliff.flopPerSecond),
    best.join(', '),
    clear ? 'clear' : '',
  ];
}

function signed(share: number): string {
  const value = (100 * share).toFixed(1).replace('-', '−');
  return `${share >= 0 ? '+' : ''}${value} %`;
}
