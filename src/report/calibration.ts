/** A calibration as people read it: noisiest case first. */
import type { Calibration } from '../record/calibration.ts';
import { READING, unservedRows } from './model.ts';
import type { Style } from './style.ts';
import { unservedLines } from './table.ts';

export const CALIBRATION_COLUMNS = ['case', 'kernel', 'floor', 'smallest slowdown found', 'ratios'] as const;

const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

export function renderCalibration(calibration: Calibration, style: Style): string {
  const { cases, skips, notServed, machine, settings } = calibration;
  const rows = [...cases]
    .sort((a, b) => b.floor - a.floor)
    .map(({ id, kernel, floor, minimalDetectableEffect: effect, ratios }) => {
      const spread = [...ratios].sort((a, b) => a - b);
      return [
        id.replace(/\/kernel=.*$/, ''),
        kernel.name,
        percent(floor),
        effect === null ? 'none' : percent(effect),
        `${(spread[0] ?? 1).toFixed(3)}…${(spread.at(-1) ?? 1).toFixed(3)}`,
      ];
    });
  const table = [[...CALIBRATION_COLUMNS], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  const lines = table.map((row) =>
    row
      .map((cell, i) => (i < 2 || i === 4 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...body] = lines;
  return [
    style.bold(head),
    ...body,
    ...skips.map(({ id, reason }) => `${id}: no floor, ${reason}`),
    ...(notServed ? unservedLines(unservedRows(notServed), style) : []),
    '',
    `machine: ${machine}; ${settings.processes} processes; ratios of two compilations of one kernel, one a process`,
    `floor: the median of ${settings.processes} ratios of an unchanged kernel stays within this of 1, 99 times in 100`,
    READING,
    '',
  ].join('\n');
}
