/** A search for a terminal: the answer in words, the chart, then every candidate. */
import { READING } from './model.ts';
import type { SearchDocument, SearchRow } from './search.ts';
import { searchChart } from './search-chart.ts';
import { flopPerSecond, percent, scaled, seconds } from './si.ts';
import { PLAIN, type Style } from './style.ts';

export function renderSearch(document: SearchDocument, style: Style = PLAIN): string {
  const { candidates, unmeasured, portability, classic } = document;
  if (candidates.length === 0)
    return `nothing was measured\n${unmeasured.map(({ dFf, reason }) => `  ${dFf}: ${reason}\n`).join('')}`;
  return [
    style.bold(title(document)),
    '',
    ...answerLines(document, style),
    '',
    searchChart(document, style),
    '',
    ...table(document, style),
    ...(unmeasured.length > 0 ? ['', ...unmeasured.map(({ dFf, reason }) => style.warn(`${dFf}: ${reason}`))] : []),
    '',
    style.dim(costLine(document)),
    style.dim(READING),
    ...(classic ? ['', ...classicLines(document, style)] : []),
    ...(portability ? ['', renderPortability(portability, style).trimEnd()] : []),
    '',
  ].join('\n');
}

function title({ hidden, tokens, gated, experts, format, machine }: SearchDocument): string {
  const rows = experts ? `${tokens} routed rows over ${experts.total} experts` : `${tokens} tokens`;
  return `${gated ? 'gated' : 'ungated'} MLP of hidden ${hidden}, ${rows}, w ${format.w} a ${format.a} acc ${format.acc}, on ${machine}`;
}

function answerLines(document: SearchDocument, style: Style): string[] {
  const { winner, groups, told, reason, candidates } = document;
  if (!told)
    return [
      style.warn(`Nothing in this range can be told apart: ${reason}.`),
      `Take the smallest, ${winner.cheapest}, or what suits the model best.`,
    ];
  const [best] = candidates;
  const many = winner.group.length;
  if (many > 1 && candidates.every(({ dFf }) => dFf === document.baseline.dFf || winner.group.includes(dFf)))
    return [
      style.warn(`Nothing in this range can be told apart, the baseline aside: ${reason}.`),
      `Take the smallest, ${winner.cheapest}, or what suits the model best.`,
      ...baselineLines(document),
    ];
  const head =
    many === 1
      ? `${winner.cheapest} is faster than every other candidate.`
      : `These ${many} cannot be told from the best at 95 %; the smallest is ${winner.cheapest}: ${list(winner.group)}.`;
  return [
    style.good(head),
    `The best rate is ${flopPerSecond(best?.flopPerSecond.mlp ?? 0)}; ${reason}.`,
    ...nextLines(groups, candidates),
    ...baselineLines(document),
  ];
}

/** Three more groups are plenty: what is slower than those is no candidate. */
function nextLines(groups: SearchDocument['groups'], candidates: readonly SearchRow[]): string[] {
  return groups.slice(1, 4).map((group) => {
    const slower = candidates.filter(({ dFf }) => group.includes(dFf)).map((row) => row.slower);
    return `Then ${list(group)}: ${between(slower)} more time per parameter.`;
  });
}

function baselineLines({ baseline }: SearchDocument): string[] {
  if (!('slower' in baseline)) return [`The baseline ${baseline.dFf} was not measured.`];
  const { dFf, group, slower } = baseline;
  if (group === 0) return [`The baseline ${dFf} is among the winners.`];
  return [`The baseline ${dFf} takes ${percent(slower)} more time per parameter than the best.`];
}

export const SEARCH_COLUMNS = [
  'd_ff',
  'group',
  'time/param',
  'time',
  '95 %',
  'up',
  'down',
  'MLP',
  'params',
  '2^x',
  'processes',
] as const;

/** Best first. `time` is plain time, which favours small widths. */
function table(document: SearchDocument, style: Style): string[] {
  const rows = document.candidates.map((row) => cells(row));
  const widths = SEARCH_COLUMNS.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) => row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  ');
  return [
    style.dim(line(SEARCH_COLUMNS)),
    ...document.candidates.map((row, i) => {
      const text = line(rows[i] ?? []) + (row.dFf === document.baseline.dFf ? '  baseline' : '');
      return row.group === 0 ? style.good(text) : text;
    }),
  ];
}

function cells(row: SearchRow): string[] {
  const { interval, flopPerSecond: rate } = row;
  return [
    String(row.dFf),
    String(row.group + 1),
    row.slower === 0 ? 'best' : `+${percent(row.slower)}`,
    seconds(row.seconds.mlp),
    interval === null ? '' : `±${percent((interval[1] - interval[0]) / 2 / row.seconds.mlp)}`,
    flopPerSecond(rate.up),
    flopPerSecond(rate.down),
    flopPerSecond(rate.mlp),
    scaled(row.parameters, '').trim(),
    String(row.divisor),
    `${row.processes}${row.confirmed ? ' fresh' : ''}`,
  ];
}

function costLine({ processes, screened, cost, resolution, ended }: SearchDocument): string {
  const screens = processes > screened ? `, the first ${screened} only to send clear losers away` : '';
  return `${processes} ${processes === 1 ? 'process' : 'processes'}${screens}; ${percent(cost)} of the visits of measuring every candidate in each; ${resolution === null ? 'no resolution' : `resolution ${percent(resolution)}`}; ended by ${ended === 'budget' ? 'the budget' : 'itself'}`;
}

function classicLines({ classic, winner, baseline }: SearchDocument, style: Style): string[] {
  if (!classic) return [];
  const { best, candidates, repeatability, topFiveAgain, bestSlower } = classic;
  const top = candidates.slice(0, 5).map((row) => `${row.dFf} ${flopPerSecond(row.flopPerSecond[0] ?? 0)}`);
  const among = winner.group.includes(best) ? 'among our winners' : 'not among our winners';
  return [
    style.bold('The classic way (batch of four, d_ff as k only, mean of one run)'),
    `baseline ${baseline.dFf}: ${flopPerSecond(classic.baseline.flopPerSecond[0] ?? 0)}; its five best: ${top.join(', ')}`,
    `Its best, ${best}, is ${among}${bestSlower ? ` and takes ${percent(bestSlower)} more time per parameter in the whole MLP` : ''}.`,
    `Run again in a fresh process, its ranking repeats with a rank correlation of ${repeatability === null ? 'nothing' : repeatability.toFixed(2)}; ${topFiveAgain} of its five best are again among the five best.`,
  ];
}

/** One answer for several machines. */
export function renderPortability(
  { machines, leftOut, candidates }: NonNullable<SearchDocument['portability']>,
  style: Style = PLAIN,
): string {
  const [best] = candidates;
  const rows = candidates.slice(0, 5).map(({ candidate, worst, shares }) => {
    const each = machines.map((machine) => percent(shares[machine] ?? 0).padStart(7)).join('  ');
    return `  ${String(candidate).padStart(7)}  worst ${percent(worst).padStart(6)}  ${each}`;
  });
  return [
    style.bold(
      `On ${machines.length} machines: ${best?.candidate} has at worst ${percent(best?.worst ?? 0)} of each one’s best`,
    ),
    style.dim(`  of ${machines.join(', ')}`),
    ...rows,
    ...(leftOut.length > 0 ? [style.dim(`  too few of these widths measured on ${leftOut.join(', ')}`)] : []),
    '',
  ].join('\n');
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
