/** The report of `check` for a terminal or a pull request. */
import type { MachineShift } from '../judge/check.ts';
import { type CheckReport, isFinding, percent, type ReportedSeries } from './check-report.ts';
import { READING } from './model.ts';
import type { Style } from './style.ts';

const short = (commit: string | null | undefined) => (commit ? commit.slice(0, 8) : 'unknown commit');
const shareText = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

export function renderCheck(report: CheckReport, style: Style): string {
  const listed = report.series.filter(isFinding);
  const paint = { slower: style.bad, failed: style.bad, missing: style.bad, faster: style.good } as const;
  const colour = (verdict: string) => (verdict in paint ? paint[verdict as keyof typeof paint] : style.warn);
  return [
    ...report.machineShifts.map((shift) => style.warn(shiftLine(shift))),
    ...listed.flatMap((series) => [
      colour(series.verdict)(seriesLine(series)),
      ...(series.evidence === null ? [] : [`        ${series.evidence}`]),
      `        ${style.dim(`again: ${series.reproduce}`)}`,
    ]),
    ...(listed.length + report.machineShifts.length > 0 ? [''] : []),
    ...footer(report, listed.length),
    '',
  ].join('\n');
}

export const CHECK_COLUMNS = [
  'verdict',
  'case',
  'machine',
  'at',
  'time',
  'interval',
  'seen on',
  'likely cause',
  'why',
] as const;

export function renderCheckMarkdown(report: CheckReport): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const listed = report.series.filter(isFinding);
  const rows = listed.map(
    ({ verdict, id, machine, at, ratio, interval, scope, cause, evidence, reason }) =>
      `| ${[verdict, id, machine, at === undefined ? '' : short(at), ratio === undefined ? '' : percent(ratio), interval ? `${percent(interval[0])}…${percent(interval[1])}` : '', scope ?? '', cause ?? '', evidence ?? reason].map(cell).join(' | ')} |`,
  );
  return [
    `**${summaryLine(report)}**`,
    '',
    ...report.machineShifts.map((shift) => `- ${shiftLine(shift)}`),
    ...(rows.length > 0
      ? [
          '',
          `| ${CHECK_COLUMNS.join(' | ')} |`,
          '|--|--|--|--|--:|--|--|--|--|',
          ...rows,
          '',
          'again:',
          '',
          '```sh',
          ...listed.map(({ reproduce }) => reproduce),
          '```',
        ]
      : []),
    '',
    ...footer(report, listed.length)
      .slice(0, -1)
      .map((line) => `${line}  `),
    '',
  ].join('\n');
}

function seriesLine({ verdict, id, machine, at, ratio, scope, cause, reason }: ReportedSeries): string {
  const why = [
    at === undefined ? '' : `at ${short(at)}`,
    scope ? `seen on: ${scope}` : '',
    cause ? `likely cause: ${cause}` : '',
    // The reason repeats both for those who read nothing else.
    ...reason.split('; ').filter((part) => part !== scope && part !== cause),
  ].filter((text) => text !== '');
  return `${verdict.padEnd(7)}${ratio === undefined ? '' : ` ${percent(ratio)}`}  ${id} on ${machine}: ${why.join('; ')}`;
}

function shiftLine({ machine, ratio, share, at, cause, why }: MachineShift): string {
  return `machine ${percent(ratio)}  ${machine}: ${shareText(share)} of its series moved together at ${short(at)}${cause ? `; likely cause: ${cause}` : ''}; ${why}`;
}

function footer(report: CheckReport, listed: number): string[] {
  const rest = report.series.length - listed;
  return [
    ...effectLines(report),
    ...contextLines(report),
    ...(rest > 0 ? [`${rest} series without a finding are only counted here; --format json lists every one`] : []),
    READING,
    summaryLine(report),
  ];
}

/** How small a slowdown each machine's series can show: the middle one and the blindest. */
function effectLines({ series }: CheckReport): string[] {
  const machines = [...new Set(series.map(({ machine }) => machine))];
  return machines.map((machine) => {
    const own = series.filter((one) => one.machine === machine);
    const effects = own.flatMap(({ minimalDetectableEffect: effect }) => effect ?? []).sort((a, b) => a - b);
    const middle = effects[effects.length >> 1];
    const last = effects.at(-1);
    if (middle === undefined || last === undefined) return `${machine}: too few points yet to say what could be seen`;
    return `${machine}: a slowdown of ${shareText(middle)} would be confirmed in half of ${effects.length} series, of ${shareText(last)} in all; ${own.length - effects.length} series have too few points`;
  });
}

function contextLines({ context }: CheckReport): string[] {
  const machines = [...new Set(context.map(({ machine }) => machine))];
  return machines.map((machine) => {
    const own = context.filter((one) => one.machine === machine);
    return `context only: ${machine} (${own.length}): ${own[0]?.reason}`;
  });
}

export function summaryLine({ counts, series }: Pick<CheckReport, 'counts' | 'series'>): string {
  const found = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`);
  return `${series.length} series: ${found.join(', ') || 'nothing to check'}`;
}
