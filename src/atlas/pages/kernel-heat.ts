/** Kernels beside each other on the same shapes: a table whose cells hold the rate, coloured by the share of the row's best. */
import type { MeasuredRow } from '../../record/row.ts';
import { type Child, element } from '../../report/document/markup.ts';
import { formatText, shapeText } from '../../report/labels.ts';
import { byProblem, kernelOf, type Latest, problemOf } from '../atlas.ts';
import { casePath } from '../paths.ts';
import { rateText } from '../rows.ts';
import { heat, heatLegend, quiet, scroll, section, type View } from '../view.ts';

type One = Latest<MeasuredRow>;

export function kernelHeat(rows: readonly One[], view: View): Child {
  const groups = new Map<string, One[][]>();
  for (const all of byProblem(rows).values()) {
    const [first] = all;
    if (!first || new Set(all.map(({ row }) => kernelOf(row))).size < 2) continue;
    const format = formatText(first.row);
    groups.set(format, [...(groups.get(format) ?? []), all]);
  }
  if (groups.size === 0) return undefined;
  return section(
    'Kernels and shapes',
    quiet('Rates, coloured by their ', view.term('relative', 'share of the fastest'), ' kernel of the row.'),
    heatLegend('slow', 'fastest'),
    [...groups].map(([format, problems]) => [element('h3', {}, format), table(format, problems, view)]),
  );
}

function table(format: string, problems: readonly (readonly One[])[], view: View): Child {
  const kernels = [...new Set(problems.flatMap((all) => all.map(({ row }) => kernelOf(row))))].sort();
  const heads = kernels.map((kernel) => element('th', { scope: 'col' }, kernel));
  const body = problems.map((all) => {
    const byKernel = new Map(all.map((one) => [kernelOf(one.row), one.row]));
    const best = Math.min(...all.map(({ row }) => row.summary.medianSeconds));
    const [first] = all;
    const name = first && view.link(casePath(problemOf(first.row)), `${first.row.name} ${shapeText(first.row)}`);
    const cells = kernels.map((kernel) => {
      const row = byKernel.get(kernel);
      if (!row) return element('td', { class: 'none' }, '·');
      return element('td', { class: heat((best / row.summary.medianSeconds) * 0.999) }, rateText(row));
    });
    return element('tr', {}, element('th', { scope: 'row' }, name), cells);
  });
  return scroll(
    `Kernels and shapes, ${format}`,
    element(
      'table',
      { class: 'heat' },
      element('caption', {}, `${format}: `, view.term('rate'), ' by shape and kernel'),
      element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'shape'), heads)),
      element('tbody', {}, body),
    ),
  );
}
