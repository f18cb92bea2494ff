/** Shape cliffs as tables: each awkward size beside its better-aligned neighbours, by machine. */
import type { Cliff } from '../judge/cliffs.ts';
import { type Document, lines, section, text } from './document/document.ts';
import { type ColumnOf, column, type Remarks, tableOf } from './document/table.ts';
import { FIGURES, RATE, TEXT } from './quantities.ts';
import { READING } from './run.ts';
import { change } from './si.ts';

/** Number of neighbours shown. */
const SHOWN = 4;

export const CLIFF_COLUMNS: readonly ColumnOf<Cliff>[] = [
  column('shape', TEXT, ({ name, shape, dimension }) => `${name} ${sizesBut(dimension, shape)}`),
  column('kernel', TEXT, ({ kernel }) => kernel),
  column('w', TEXT, ({ w }) => w),
  column('size', TEXT, ({ dimension, value }) => `${dimension}=${value}`),
  column('2^x', FIGURES, ({ divisor }) => String(divisor)),
  column('rate', RATE, ({ flopPerSecond }) => flopPerSecond),
  column('aligned neighbours: rate over its own', TEXT, ({ neighbours }) => neighboursText(neighbours)),
];

export function cliffsDocument(cliffs: readonly Cliff[]): Document {
  const machines = [...new Set(cliffs.map(({ machine }) => machine))];
  return {
    sections: [
      ...machines.flatMap((machine) => {
        const own = cliffs.filter((cliff) => cliff.machine === machine);
        const clear = own.filter((cliff) => cliff.clear).length;
        const head = `${clear} of ${own.length} shapes are clearly slower than a better-aligned neighbour (95 % intervals apart)`;
        const remarks = (cliff: Cliff): Remarks => (cliff.clear ? { tone: 'warn', flags: ['clear'] } : {});
        return section(machine, text(head), tableOf(CLIFF_COLUMNS, own, remarks));
      }),
      ...section(undefined, lines([READING], 'quiet')),
    ],
  };
}

/** The sizes that a shape and its neighbours share. */
function sizesBut(dimension: Cliff['dimension'], shape: Cliff['shape']): string {
  return (['m', 'n', 'k'] as const).map((key) => (key === dimension ? key : `${key}=${shape[key]}`)).join(' ');
}

function neighboursText(neighbours: Cliff['neighbours']): string {
  return [...neighbours]
    .sort((one, other) => other.gain - one.gain)
    .slice(0, SHOWN)
    .sort((one, other) => one.value - other.value)
    .map(({ value, gain }) => `${value} ${change(gain - 1)}`)
    .join(', ');
}
