/** A tuning as people read it: largest gain first. */

import { median } from '../record/summary.ts';
import type { TunedClass, Tuning, TuningChoice } from '../record/tuning.ts';
import { READING } from './model.ts';
import type { Style } from './style.ts';

export const TUNING_COLUMNS = ['class', 'best', 'rule', 'time / rule’s', 'processes', 'tried'];

export function renderTuning({ classes, skips, machine, processes, settings }: Tuning, style: Style): string {
  const rows = [...classes].sort((a, b) => median(a.ratios) - median(b.ratios)).map(rowOf);
  const table = [TUNING_COLUMNS, ...rows];
  const widths = TUNING_COLUMNS.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  const lines = table.map((row) =>
    row
      .map((cell, i) => (i < 3 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...body] = lines;
  const broken = classes.flatMap((item) => item.broken.map((one) => `${one.name}: ${one.reason}: ${one.detail}`));
  return [
    style.bold(head),
    ...body,
    ...(broken.length > 0 ? ['', style.bad('broken'), ...new Set(broken)] : []),
    ...(skips.length > 0 ? ['', style.bold('without a choice')] : []),
    ...skips.map((skip) => `${skip.class}: ${skip.reason}: ${skip.detail}`),
    '',
    `machine: ${machine}; ${processes} processes in ${settings.budgetSeconds} s at most; ${summary(classes)}`,
    READING,
    '',
  ].join('\n');
}

function rowOf(item: TunedClass): string[] {
  const { best, rule, ratios, tried, complete } = item;
  const same = choiceText(best) === choiceText(rule);
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  return [
    item.class,
    choiceText(best),
    same ? 'the same' : choiceText(rule),
    same ? '1' : `${median(ratios).toFixed(2)} (${low.toFixed(2)}…${high.toFixed(2)})`,
    `${ratios.length}${complete ? '' : ', cut short'}`,
    String(tried),
  ];
}

/** `direct 32×64×4/4×4`: kernel, tile, thread. */
export function choiceText({ kernel, tile, thread }: TuningChoice): string {
  return `${kernel.name} ${tile.m}×${tile.n}×${tile.k}/${thread.m}×${thread.n}`;
}

function summary(classes: readonly TunedClass[]): string {
  const gains = classes.map(({ ratios }) => median(ratios));
  const better = gains.filter((ratio) => ratio < 1).length;
  const geomean = Math.exp(gains.reduce((sum, ratio) => sum + Math.log(ratio), 0) / Math.max(1, gains.length));
  return `${better} of ${classes.length} classes faster than the rule, all together in ${geomean.toFixed(2)} of its time`;
}
