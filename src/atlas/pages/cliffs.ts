/** Sizes that cost more than their better-aligned neighbours. */
import type { Cliff } from '../../judge/cliffs.ts';
import type { Child } from '../../report/document/markup.ts';
import { flopPerSecond, percent } from '../../report/si.ts';
import { casePath } from '../paths.ts';
import type { View } from '../view.ts';

const MOST = 60;

export function cliffTable(cliffs: readonly Cliff[], view: View): Child {
  return view.table<Cliff>(
    [
      {
        title: 'case',
        row: true,
        cell: ({ id, name, shape: { m, n, k } }) =>
          view.link(casePath(id.replace(/\/kernel=[^/]*$/, '')), `${name} ${m}×${n}×${k}`),
      },
      { title: 'weights', cell: ({ w }) => w },
      { title: 'machine', cell: ({ machine }) => machine },
      { metric: 'kernel', text: true, cell: ({ kernel }) => kernel },
      { title: 'size', cell: ({ dimension, value, divisor }) => `${dimension}=${value}, divisible by ${divisor}` },
      { metric: 'rate', cell: ({ flopPerSecond: rate }) => flopPerSecond(rate) },
      { metric: 'loss', cell: ({ loss }) => percent(loss) },
    ],
    cliffs.slice(0, MOST),
    { caption: 'The largest losses first' },
  );
}
