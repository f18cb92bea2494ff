/** A search as a document: the answer in words, the chart, then every width. */

import { outcomeOf, type SearchDocument, type SearchRow } from '../judge/search/search-document.ts';
import { type Document, type Inline, lines, type Section, section } from './document/document.ts';
import { type ColumnOf, column, type Remarks, tableOf } from './document/table.ts';
import { COUNT, FIGURES, RATE, SECONDS, TEXT } from './quantities.ts';
import { READING } from './run.ts';
import { searchChart } from './search-chart.ts';
import { renderSearchSvg } from './search-svg.ts';
import { flopPerSecond, percent, processesText, scaled } from './si.ts';

type Portability = NonNullable<SearchDocument['portability']>;

/** Best first. `time` is plain time, which favours small widths. */
export const SEARCH_COLUMNS: readonly ColumnOf<SearchRow>[] = [
  column('d_ff', COUNT, ({ dFf }) => dFf),
  column('group', COUNT, ({ group }) => group + 1),
  column('time/param', FIGURES, ({ slower }) => (slower === 0 ? 'best' : `+${percent(slower)}`)),
  column('time', SECONDS, ({ seconds }) => seconds.mlp),
  column('95 %', FIGURES, ({ interval, seconds }) =>
    interval === null ? null : `±${percent((interval[1] - interval[0]) / 2 / seconds.mlp)}`,
  ),
  column('up', RATE, ({ flopPerSecond: rate }) => rate.up),
  column('down', RATE, ({ flopPerSecond: rate }) => rate.down),
  column('MLP', RATE, ({ flopPerSecond: rate }) => rate.mlp),
  column('params', FIGURES, ({ parameters }) => scaled(parameters, '').trim()),
  column('2^x', COUNT, ({ divisor }) => divisor),
  column('processes', FIGURES, ({ processes, confirmed }) => `${processes}${confirmed ? ' fresh' : ''}`),
];

export function searchAnswer(found: SearchDocument): Document {
  const { candidates, unmeasured, portability, baseline } = found;
  const absent = unmeasured.map(({ dFf, reason }) => `${dFf}: ${reason}`);
  if (candidates.length === 0) return { sections: section('nothing was measured', lines(absent)) };
  const isBaseline = column('', TEXT, ({ dFf }: SearchRow) => (dFf === baseline.dFf ? 'baseline' : null));
  const remarks = ({ group }: SearchRow): Remarks => (group === 0 ? { tone: 'good' } : {});
  return {
    title: titleOf(found),
    sections: [
      ...section(undefined, lines(answerLines(found))),
      ...section(undefined, { kind: 'figure', characters: searchChart(found), svg: renderSearchSvg(found) }),
      ...section(undefined, tableOf([...SEARCH_COLUMNS, isBaseline], candidates, remarks)),
      ...section(undefined, lines(absent, 'warn')),
      ...section(undefined, lines([costText(found), READING], 'quiet')),
      ...classicSections(found),
      ...(portability ? portabilitySections(portability) : []),
    ],
  };
}

function titleOf({ hidden, tokens, gated, experts, format, machine }: SearchDocument): string {
  const rows = experts ? `${tokens} routed rows over ${experts.total} experts` : `${tokens} tokens`;
  return `${gated ? 'gated' : 'ungated'} MLP of hidden ${hidden}, ${rows}, w ${format.w} a ${format.a} acc ${format.acc}, on ${machine}`;
}

function answerLines(found: SearchDocument): Inline[] {
  const { winner, groups, reason, candidates } = found;
  const take = `Use the smallest, ${winner.cheapest}, or whichever suits the model best.`;
  const tie = `These ${winner.group.length} cannot be distinguished from the best at 95 %; the smallest is ${winner.cheapest}: ${list(winner.group)}.`;
  const rate = `The best rate is ${flopPerSecond(candidates[0]?.flopPerSecond.mlp ?? 0)}; ${reason}.`;
  const best = [rate, ...nextTexts(groups, candidates), baselineText(found)];
  const warn = (text: string): Inline => [{ text, tone: 'warn' }];
  const good = (text: string): Inline => [{ text, tone: 'good' }];
  switch (outcomeOf(found)) {
    case 'nothing':
      return [warn(`No widths in this range can be distinguished: ${reason}.`), take];
    case 'but the baseline':
      return [
        warn(`Only the baseline can be distinguished from the other widths: ${reason}.`),
        take,
        baselineText(found),
      ];
    case 'one':
      return [good(`${winner.cheapest} is faster than every other width.`), ...best];
    case 'several':
      return [good(tie), ...best];
  }
}

/** Number of further groups that are described. */
function nextTexts(groups: SearchDocument['groups'], candidates: readonly SearchRow[]): string[] {
  return groups.slice(1, 4).map((group) => {
    const slower = candidates.filter(({ dFf }) => group.includes(dFf)).map((row) => row.slower);
    return `Then ${list(group)}: ${between(slower)} more time per parameter.`;
  });
}

function baselineText({ baseline }: SearchDocument): string {
  if (!('slower' in baseline)) return `The baseline ${baseline.dFf} was not measured.`;
  const { dFf, group, slower } = baseline;
  if (group === 0) return `The baseline ${dFf} is among the winners.`;
  return `The baseline ${dFf} takes ${percent(slower)} more time per parameter than the best.`;
}

const ENDED: Readonly<Record<string, string>> = { budget: 'ended by the budget', interrupted: 'interrupted' };

function costText({ processes, screened, cost, resolution, ended }: SearchDocument): string {
  const screens = processes > screened ? `, the first ${screened} only to drop clearly slower widths` : '';
  return `${processesText(processes)}${screens}; ${percent(cost)} of the visits that measuring every width in each would take; ${resolution === null ? 'no resolution' : `resolution ${percent(resolution)}`}; ${ENDED[ended] ?? 'ended by itself'}`;
}

function classicSections({ classic, winner, baseline }: SearchDocument): Section[] {
  if (!classic) return [];
  const { best, candidates, repeatability, topFiveAgain, bestSlower } = classic;
  const top = candidates.slice(0, 5).map((row) => `${row.dFf} ${flopPerSecond(row.flopPerSecond[0] ?? 0)}`);
  const among = winner.group.includes(best) ? 'among the winners' : 'not among the winners';
  const loss = bestSlower ? ` and takes ${percent(bestSlower)} more time per parameter in the whole MLP` : '';
  const said: Inline[] = [
    `baseline ${baseline.dFf}: ${flopPerSecond(classic.baseline.flopPerSecond[0] ?? 0)}; its five best: ${top.join(', ')}`,
    `Its best, ${best}, is ${among}${loss}.`,
    `In a second fresh process its ranking has a rank correlation of ${repeatability === null ? 'nothing' : repeatability.toFixed(2)}; ${topFiveAgain} of its five best are among the five best again.`,
  ];
  return section('The classic method (batch of four, d_ff as k only, mean of one run)', lines(said));
}

/** One answer for several machines. */
export function portabilitySections({ machines, leftOut, candidates }: Portability): Section[] {
  const [best] = candidates;
  const title = `On ${machines.length} machines: ${best?.candidate} reaches at least ${percent(best?.worst ?? 0)} of the best on each`;
  const columns: ColumnOf<Portability['candidates'][number]>[] = [
    column('d_ff', COUNT, ({ candidate }) => candidate),
    column('worst', FIGURES, ({ worst }) => percent(worst)),
    ...machines.map(
      (machine): ColumnOf<Portability['candidates'][number]> =>
        column(machine, FIGURES, ({ shares }) => percent(shares[machine] ?? 0)),
    ),
  ];
  const without = leftOut.length > 0 ? [`too few of these widths measured on ${leftOut.join(', ')}`] : [];
  return section(title, tableOf(columns, candidates.slice(0, 5)), lines(without, 'quiet'));
}

function between(values: readonly number[]): string {
  const [low, high] = [percent(Math.min(...values)), percent(Math.max(...values))];
  return low === high ? low : `${low} to ${high}`;
}

/** At most ten, then how many more. */
function list(widths: readonly number[]): string {
  const most = 10;
  if (widths.length <= most) return widths.join(', ');
  return `${widths.slice(0, most).join(', ')} and ${widths.length - most} more`;
}
