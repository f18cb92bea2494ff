/** The page `explain --hidden H --d-ff D` prints. */
import { seconds } from '../report/si.ts';
import type { MlpExplanation, MlpWidth } from './explain-mlp.ts';
import { change, grouped, share, signed, tileText } from './numbers.ts';
import { facts, type Page, type Section, table, text } from './page.ts';

export function mlpPage(explained: MlpExplanation): Page {
  const { hidden, dFf, tokens, gated, ratio, parametersOfUngated4 } = explained;
  const up = gated ? `gate and up fused: n = 2·d_ff = ${grouped(2 * dFf)}` : `up: n = d_ff = ${grouped(dFf)}`;
  return {
    title: `MLP of ${grouped(hidden)} → ${grouped(dFf)} → ${grouped(hidden)}, ${grouped(tokens)} tokens`,
    lead: 'Arithmetic only; nothing was measured. `shapemark search` measures it.',
    sections: [
      {
        title: 'Sizes',
        blocks: [
          facts(
            [
              'ratio',
              `d_ff / hidden = ${ratio.toPrecision(4)}; ${parametersOfUngated4.toPrecision(3)} × the parameters of an ungated 4 × MLP`,
            ],
            ['GEMMs', `${up}, k = ${grouped(hidden)}; down: n = ${grouped(hidden)}, k = d_ff = ${grouped(dFf)}`],
          ),
        ],
      },
      ...explained.gpus.map((gpu) => gpuSection(explained, gpu)),
    ],
  };
}

function gpuSection(explained: MlpExplanation, { gpu, tile, widths }: MlpExplanation['gpus'][number]): Section {
  const efficiency = ({ tileEfficiency, waveEfficiency, alignmentEfficiency }: MlpWidth['up']) =>
    share(tileEfficiency * waveEfficiency * alignmentEfficiency);
  const rows = widths.map((width) => [
    `${width.dFf === explained.dFf ? '→ ' : '  '}${grouped(width.dFf)}`,
    signed(width.distance).replace('+0', ''),
    String(width.divisor),
    (width.dFf / explained.hidden).toPrecision(4),
    efficiency(width.up),
    efficiency(width.down),
    seconds(width.seconds),
    change(width.timePerParameter),
  ]);
  return {
    title: `${gpu}, tiles of ${tileText(tile)}`,
    blocks: [
      table(
        ['>d_ff', '>distance', '>divisible by', '>ratio', '>up eff.', '>down eff.', '>at least', '>time a parameter'],
        rows,
      ),
      text(
        `Efficiency: tile × wave × alignment, of a library that always takes this tile. Negative: faster than at ${grouped(explained.dFf)}.`,
      ),
    ],
  };
}
