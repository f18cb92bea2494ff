/** What `npm run eval linearity` prints. */
import { lines, type Section, section, text } from '../../src/report/document/document.ts';
import { type ColumnOf, column, tableOf } from '../../src/report/document/table.ts';
import { COUNT, RATIO, RATIOS, TEXT } from '../../src/report/quantities.ts';

export interface MeasuredRatio {
  readonly what: string;
  /** Absent where it only shows how disturbed the host was. */
  readonly expected?: number;
  readonly median: number;
  readonly interval: readonly [low: number, high: number];
  readonly processes: number;
}

export interface Linearity {
  readonly adapter: string;
  readonly ratios: readonly MeasuredRatio[];
}

const COLUMNS: readonly ColumnOf<MeasuredRatio>[] = [
  column('ratio of times', TEXT, ({ what }) => what),
  column('expected', COUNT, ({ expected }) => expected),
  column('measured', RATIO, ({ median }) => median),
  column('interval', RATIOS, ({ interval }) => interval),
  column('processes', COUNT, ({ processes }) => processes),
];

export function linearitySections({ adapter, ratios }: Linearity): Section[] {
  return section(
    undefined,
    text('Ratios within a process; median and 95 % interval over processes. m = n = 256.'),
    tableOf(COLUMNS, ratios),
    lines([`adapter: ${adapter}`]),
  );
}
