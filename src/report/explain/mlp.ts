/** What `explain --hidden H --d-ff D` prints. */
import type { MlpExplanation, MlpWidth } from '../../predict/explain-mlp.ts';
import { type Document, facts, type Section, section, text } from '../document/document.ts';
import { type ColumnOf, column, tableOf } from '../document/table.ts';
import { CHANGE, COUNT, FIGURES, SECONDS, SHARE } from '../quantities.ts';
import { grouped, signed, tileText } from '../si.ts';

export function mlpPage(explained: MlpExplanation): Document {
  const { hidden, dFf, tokens, gated, ratio, parametersOfUngated4 } = explained;
  const up = gated ? `gate and up fused: n = 2·d_ff = ${grouped(2 * dFf)}` : `up: n = d_ff = ${grouped(dFf)}`;
  const cost = `d_ff / hidden = ${ratio.toPrecision(4)}; ${parametersOfUngated4.toPrecision(3)} × the parameters of an ungated 4 × MLP`;
  const gemms = `${up}, k = ${grouped(hidden)}; down: n = ${grouped(hidden)}, k = d_ff = ${grouped(dFf)}`;
  return {
    title: `MLP of ${grouped(hidden)} → ${grouped(dFf)} → ${grouped(hidden)}, ${grouped(tokens)} tokens`,
    lead: 'Arithmetic only; nothing was measured. `shapemark search` measures it.',
    sections: [
      ...section('Sizes', facts(['ratio', cost], ['GEMMs', gemms])),
      ...explained.gpus.flatMap((gpu) => gpuSection(explained, gpu)),
    ],
  };
}

function gpuSection({ hidden, dFf }: MlpExplanation, { gpu, tile, widths }: MlpExplanation['gpus'][number]): Section[] {
  const efficiency = ({ tileEfficiency, waveEfficiency, alignmentEfficiency }: MlpWidth['up']) =>
    tileEfficiency * waveEfficiency * alignmentEfficiency;
  const columns: ColumnOf<MlpWidth>[] = [
    column('d_ff', FIGURES, (width) => `${width.dFf === dFf ? '→ ' : '  '}${grouped(width.dFf)}`),
    column('distance', FIGURES, ({ distance }) => signed(distance).replace('+0', '')),
    column('divisible by', COUNT, ({ divisor }) => divisor),
    column('ratio', FIGURES, (width) => (width.dFf / hidden).toPrecision(4)),
    column('up eff.', SHARE, ({ up }) => efficiency(up)),
    column('down eff.', SHARE, ({ down }) => efficiency(down)),
    column('at least', SECONDS, ({ seconds }) => seconds),
    column('time per parameter', CHANGE, ({ timePerParameter }) => timePerParameter),
  ];
  return section(
    `${gpu}, tiles of ${tileText(tile)}`,
    tableOf(columns, widths),
    text(
      `Efficiency: tile × wave × alignment, for a library that always uses this tile. Negative: faster than at ${grouped(dFf)}.`,
    ),
  );
}
