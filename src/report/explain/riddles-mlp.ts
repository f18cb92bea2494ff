import type { Problem } from '../../gemm/problem.ts';
import { alignmentClass, powerOfTwoDivisor, rowStrides } from '../../predict/alignment.ts';
import type { Model } from '../../predict/explain-model.ts';
import { rankLoss } from '../../predict/rank-loss.ts';
import { activeWidth, mlpParameterRatio, mlpRatio } from '../../predict/ratio.ts';
import { tileQuantization, waveQuantization } from '../../predict/tiles.ts';
import { grouped, share } from '../si.ts';
import type { Riddle } from './riddles.ts';

export function mlpAnswers(model: Model): Riddle[] {
  return [ratio(model), searchResult(), searchShape(), rank()];
}

function ratio(model: Model): Riddle {
  const { hidden, experts, d_ff } = model;
  const active = experts?.active ?? 1;
  const typo = 2088;
  return {
    claim: `${active}·${typo} makes it a 4 × MLP`,
    truth: `A typing error for ${d_ff}: ${active}·${d_ff} = ${grouped(activeWidth(model))} is ${mlpRatio(model).toFixed(1)} × the hidden size of ${grouped(hidden)}; ${active}·${typo} = ${grouped(active * typo)} would be ${((active * typo) / hidden).toFixed(1)}. A gated MLP has three matrices, so this 4 costs ${mlpParameterRatio(model)} × the parameters that the 8/3 rule allows.`,
  };
}

/** The post's candidates: from 100 below 8/3·4096 to 100 above in steps of 4, each rounded down to a multiple of 4. */
function candidates(): { baseline: number; values: number[] } {
  const baseline = Math.trunc((8 / 3) * 4096);
  const values = Array.from({ length: 50 }, (_, i) => baseline - 100 + 4 * i).map((width) => width - (width % 4));
  return { baseline, values };
}

/** TFLOPS that the script's author measured on an H100 (stas00/ml-engineering@744d01e1, training/performance). */
const MEASURED = { baseline: 272.73, best: 398.38, bestWidth: 10_944, next: [10_848, 10_880, 10_912, 11_008] } as const;

function searchResult(): Riddle {
  const { baseline, values } = candidates();
  const { best, bestWidth, next } = MEASURED;
  const gain = ((best / MEASURED.baseline - 1) * 100).toFixed(0);
  const last = values.at(-1) ?? 0;
  return {
    claim: `The search near 8/3·4096 finds ${baseline} the best, a ratio of 2.67`,
    truth: `${baseline} is the baseline it prints first, and the slow one; it is not among the ${values.length} candidates, the multiples of 4 from ${values[0]} to ${last} (${baseline} leaves ${baseline % 4}). On the H100 it was run on, ${baseline} reached ${MEASURED.baseline} TFLOPS and ${bestWidth} reached ${best} (+${gain} %); ${next.join(', ')} followed within 1 %. One run without intervals cannot order those five. Llama 2 7B uses 11008: 8/3·4096 rounded up to a multiple of 256.`,
  };
}

function searchShape(): Riddle {
  const { baseline } = candidates();
  const format = { w: 'f16', a: 'f16', acc: 'f32', out: 'f16' } as const;
  const problem: Problem = { shape: { batch: 4, m: 4096, n: 4096, k: baseline }, layout: 'nn', format, bias: false };
  const stride = rowStrides(problem)[0];
  const { tiles } = tileQuantization(problem, { m: 128, n: 256 });
  const [a100, h100] = [waveQuantization(tiles, 108), waveQuantization(tiles, 132)];
  const winners = [MEASURED.bestWidth, ...MEASURED.next];
  const common = Math.min(...winners.map(powerOfTwoDivisor));
  const lineOrVector = winners.every((width) => alignmentClass(2 * width) !== 'scalar');
  return {
    claim: 'It searches the up-projection [b·s, h] × [h, 8/3·h]',
    truth: `It times (4, 4096, d_ff) × (4, d_ff, 4096): d_ff is k, and C is 4 × 4096 × 4096 whatever d_ff is. Tiles never change: ${grouped(tiles)} of 128×256, ${a100.waves} waves at ${share(a100.efficiency)} on 108 SMs, ${h100.waves} at ${share(h100.efficiency)} on 132. So it measures the alignment of k alone: ${grouped(stride?.bytes ?? 0)} bytes from row to row of A start on multiples of ${stride?.divisor} only, which rules out 16-byte loads; all five winners are multiples of ${common}${lineOrVector ? ' and allow them' : ''}. That is the down-projection, over four independent weights.`,
  };
}

function rank(): Riddle {
  const decimals = (value: number) => String(Number(value.toPrecision(5)));
  const row = (m: number) => [2, 3, 4].map((times) => decimals(rankLoss(times * m, m).probability)).join(' / ');
  const post = (m: number) =>
    [2, 3, 4].map((times) => decimals(rankLoss(times * m, m).probability + 2 ** (-times * m))).join(' / ');
  const rises = [1, 2, 3, 4, 5, 6].map((m) => decimals(rankLoss(2 * m, m).probability)).join(', ');
  return {
    claim: `Rank lost behind a ReLU with n = 2m, 3m, 4m units: ${post(1)} for m = 1, ${post(3)} for m = 3, …; "n > 2m makes it small"`,
    truth: `The code skips i = n in its sum, so every value printed is 2⁻ⁿ too large, and it overflows at m = 256. P(Bin(n,½) < m) is ${row(1)} for m = 1, ${row(3)} for m = 3, ${row(299)} for m = 299. At n = 2m it is ½ − C(2m,m)/2^(2m+1), which rises towards ½ (${rises}, …): the dip is the slip's. It falls exponentially only beyond n = 2m.`,
  };
}
