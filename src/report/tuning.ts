/** A tuning as a document: largest gain first. */

import type { TunedClass, Tuning, TuningChoice } from '../record/beside/tuning.ts';
import { median } from '../stats/centre.ts';
import { type Document, lines, section } from './document/document.ts';
import { type ColumnOf, column, tableOf } from './document/table.ts';
import { COUNT, FIGURES, TEXT } from './quantities.ts';
import { READING } from './run.ts';
import { processesText } from './si.ts';

export const TUNING_COLUMNS: readonly ColumnOf<TunedClass>[] = [
  column('class', TEXT, (item) => item.class),
  column('best', TEXT, ({ best }) => choiceText(best)),
  column('rule', TEXT, (item) => (isRule(item) ? 'the same' : choiceText(item.rule))),
  column('time / rule’s', FIGURES, (item) => (isRule(item) ? '1' : ratioText(item.ratios))),
  column('processes', FIGURES, ({ ratios, complete }) => `${ratios.length}${complete ? '' : ', cut short'}`),
  column('tried', COUNT, ({ tried }) => tried),
];

export function tuningDocument({ classes, skips, machine, processes, settings }: Tuning): Document {
  const rows = [...classes].sort((a, b) => median(a.ratios) - median(b.ratios));
  const broken = classes.flatMap((item) => item.broken.map((one) => `${one.name}: ${one.reason}: ${one.detail}`));
  return {
    sections: [
      ...section(undefined, tableOf(TUNING_COLUMNS, rows)),
      ...section('broken', lines([...new Set(broken)], 'bad')),
      ...section('without a choice', lines(skips.map((skip) => `${skip.class}: ${skip.reason}: ${skip.detail}`))),
      ...section(
        undefined,
        lines([
          `machine: ${machine}; ${processesText(processes)} in ${settings.budgetSeconds} s; ${gainText(classes)}`,
          READING,
        ]),
      ),
    ],
  };
}

function isRule({ best, rule }: TunedClass): boolean {
  return choiceText(best) === choiceText(rule);
}

function ratioText(ratios: readonly number[]): string {
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  return `${median(ratios).toFixed(2)} (${low.toFixed(2)}…${high.toFixed(2)})`;
}

/** `direct 32×64×4/4×4`: kernel, tile, thread. */
export function choiceText({ kernel, tile, thread }: TuningChoice): string {
  return `${kernel.name} ${tile.m}×${tile.n}×${tile.k}/${thread.m}×${thread.n}`;
}

function gainText(classes: readonly TunedClass[]): string {
  const gains = classes.map(({ ratios }) => median(ratios));
  const better = gains.filter((ratio) => ratio < 1).length;
  const geomean = Math.exp(gains.reduce((sum, ratio) => sum + Math.log(ratio), 0) / Math.max(1, gains.length));
  return `${better} of ${classes.length} classes faster than the rule; geometric mean of time ratios ${geomean.toFixed(2)}`;
}
