/** A calibration as a document: noisiest case first. */
import type { Calibration } from '../record/beside/calibration.ts';
import { type Document, lines, section } from './document/document.ts';
import { type ColumnOf, column, tableOf } from './document/table.ts';
import { FIGURES, PERCENT, RATIOS, TEXT } from './quantities.ts';
import { notServedSection, READING } from './run.ts';
import { percent, processesText } from './si.ts';

type Floor = Calibration['cases'][number];

export const CALIBRATION_COLUMNS: readonly ColumnOf<Floor>[] = [
  column('case', TEXT, ({ id }) => id.replace(/\/kernel=.*$/, '')),
  column('kernel', TEXT, ({ kernel }) => kernel.name),
  column('floor', PERCENT, ({ floor }) => floor),
  column('smallest slowdown found', FIGURES, ({ minimalDetectableEffect: effect }) =>
    effect === null ? 'none' : percent(effect),
  ),
  column('ratios', RATIOS, ({ ratios }) => [Math.min(...ratios), Math.max(...ratios)] as const),
];

export function calibrationDocument({ cases, skips, notServed, machine, settings }: Calibration): Document {
  const { processes } = settings;
  return {
    sections: [
      ...section(
        undefined,
        tableOf(
          CALIBRATION_COLUMNS,
          [...cases].sort((a, b) => b.floor - a.floor),
        ),
      ),
      ...section(undefined, lines(skips.map(({ id, reason }) => `${id}: no floor, ${reason}`))),
      ...(notServed ? notServedSection(notServed) : []),
      ...section(
        undefined,
        lines([
          `machine: ${machine}; ${processesText(processes)}; ratios of two compilations of one kernel, one per process`,
          `floor: the median of ${processes} ratios of an unchanged kernel stays within this of 1, 99 times in 100`,
          READING,
        ]),
      ),
    ],
  };
}
