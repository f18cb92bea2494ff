/** The tuning of a machine as a table to copy: the fastest kernel and sizes of each class of shapes. */
import type { TunedClass } from '../../record/beside/tuning.ts';
import type { Child } from '../../report/document/markup.ts';
import { element } from '../../report/document/markup.ts';
import { percent, seconds } from '../../report/si.ts';
import { median } from '../../stats/centre.ts';
import type { Place } from '../atlas.ts';
import { code, quiet, section, type View } from '../view.ts';

export function tuningSection({ tuning }: Place, view: View): Child {
  if (!tuning || tuning.classes.length === 0) return undefined;
  const lines = tuning.classes.map(({ class: name, best: { kernel, tile, thread } }) =>
    [name, kernel.name, tile.m, tile.n, tile.k, thread.m, thread.n].join('\t'),
  );
  return section(
    'Tuned sizes',
    quiet(
      `Tuned on ${tuning.startedAt.slice(0, 10)}, in ${tuning.processes} processes; `,
      code('best'),
      ' uses them here.',
    ),
    view.table<TunedClass>(
      [
        { title: 'class of shapes', row: true, cell: (one) => one.class },
        { metric: 'kernel', text: true, cell: ({ best }) => best.kernel.name },
        { title: 'tile m×n×k', cell: ({ best: { tile } }) => `${tile.m}×${tile.n}×${tile.k}` },
        { title: 'thread m×n', cell: ({ best: { thread } }) => `${thread.m}×${thread.n}` },
        { metric: 'tuned', cell: ({ ratios }) => percent(1 / median(ratios) - 1) },
        { metric: 'time', cell: ({ medianSeconds }) => seconds(medianSeconds) },
      ],
      tuning.classes,
      { caption: 'Fastest kernel and sizes by class of shapes' },
    ),
    element(
      'details',
      {},
      element('summary', {}, 'As text to copy'),
      element(
        'pre',
        { tabindex: 0 },
        ['class\tkernel\ttile_m\ttile_n\ttile_k\tthread_m\tthread_n', ...lines].join('\n'),
      ),
    ),
  );
}
