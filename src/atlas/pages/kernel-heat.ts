/** Kernels beside each other on the same shapes: a table whose cells hold the rate, coloured by the share of the row's best. */
import type { MeasuredRow } from '../../record/row.ts';
import { type Child, element } from '../../report/document/markup.ts';
import { formatText, shapeText } from '../../report/labels.ts';
import { byProblem, kernelOf, type Latest, problemOf } from '../atlas.ts';
import { type HeatCell, heatLegend, heatTable, OF_FASTEST } from '../heat.ts';
import { casePath } from '../paths.ts';
import { rateCell } from '../rows.ts';
import { quiet, section, type View } from '../view.ts';

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
    heatLegend(OF_FASTEST),
    [...groups].map(([format, problems]) => [element('h3', {}, format), table(format, problems, view)]),
  );
}

function table(format: string, problems: readonly (readonly One[])[], view: View): Child {
  const kernels = [...new Set(problems.flatMap((all) => all.map(({ row }) => kernelOf(row))))].sort();
  const rows = problems.map((all) => {
    const byKernel = new Map(all.map((one) => [kernelOf(one.row), one.row]));
    const best = Math.min(...all.map(({ row }) => row.summary.medianSeconds));
    const [first] = all;
    const head = first && view.link(casePath(problemOf(first.row)), `${first.row.name} ${shapeText(first.row)}`);
    const cells = kernels.map((kernel): HeatCell => {
      const row = byKernel.get(kernel);
      return row ? rateCell(row, best / row.summary.medianSeconds) : { none: true };
    });
    return { head, cells };
  });
  return heatTable({
    ...{ name: `Kernels and shapes, ${format}`, scale: OF_FASTEST, corner: 'shape', rows },
    caption: [`${format}: `, view.term('rate'), ' by shape and kernel'],
    heads: kernels.map((kernel) => ({ head: kernel, title: kernel })),
  });
}
