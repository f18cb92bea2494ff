/** What `check` found, for a terminal or a pull request: worst first, every series that moved with its evidence. */
import type { CheckDocument, CheckedSeries, MachineShift } from '../judge/check.ts';
import type { Style } from './style.ts';

const percent = (ratio: number) => `${ratio >= 1 ? '+' : '−'}${(Math.abs(ratio - 1) * 100).toFixed(1)} %`;
const short = (commit: string | null | undefined) => (commit ? commit.slice(0, 8) : 'unknown commit');
const shareText = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

export function renderCheck(document: CheckDocument, style: Style): string {
  const moved = movedSeries(document);
  return [
    ...document.machineShifts.map((shift) => style.warn(shiftLine(shift))),
    ...moved.map((series) =>
      series.verdict === 'faster' ? style.good(seriesLine(series)) : style.bad(seriesLine(series)),
    ),
    ...(moved.length + document.machineShifts.length > 0 ? [''] : []),
    ...effectLines(document),
    summaryLine(document),
    '',
  ].join('\n');
}

export function renderCheckMarkdown(document: CheckDocument): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = movedSeries(document).map(
    ({ verdict, id, machine, at, ratio, interval, scope, cause, reason }) =>
      `| ${[verdict, id, machine, short(at), ratio === undefined ? '' : percent(ratio), interval ? `${percent(interval[0])}…${percent(interval[1])}` : '', scope ?? '', cause ?? '', reason].map(cell).join(' | ')} |`,
  );
  return [
    `**${summaryLine(document)}**`,
    '',
    ...document.machineShifts.map((shift) => `- ${shiftLine(shift)}`),
    ...(rows.length > 0
      ? [
          '',
          '| verdict | case | machine | at | time | interval | seen on | likely cause | why |',
          '|--|--|--|--|--:|--|--|--|--|',
          ...rows,
        ]
      : []),
    '',
    ...effectLines(document),
    '',
  ].join('\n');
}

/** Series with something to tell; what is the same or has too few points is counted, not listed. */
function movedSeries({ series }: CheckDocument): readonly CheckedSeries[] {
  return series.filter(({ verdict }) => verdict !== 'same' && verdict !== 'new' && verdict !== 'unclear');
}

function seriesLine({ verdict, id, machine, at, ratio, interval, scope, cause, reason }: CheckedSeries): string {
  const size =
    ratio === undefined
      ? ''
      : ` ${percent(ratio)}${interval ? ` [${percent(interval[0])}, ${percent(interval[1])}]` : ''}`;
  const why = [
    at === undefined ? '' : `at ${short(at)}`,
    scope ? `seen on: ${scope}` : '',
    cause ? `likely cause: ${cause}` : '',
    reason,
  ].filter((text) => text !== '');
  return `${verdict.padEnd(7)}${size}  ${id} on ${machine}: ${why.join('; ')}`;
}

function shiftLine({ machine, ratio, share, at, cause, why }: MachineShift): string {
  return `machine ${percent(ratio)}  ${machine}: ${shareText(share)} of its series moved together at ${short(at)}${cause ? `; likely cause: ${cause}` : ''}; ${why}`;
}

/** How small a slowdown each machine's series can show: the middle one and the blindest. */
function effectLines({ series }: CheckDocument): string[] {
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

function summaryLine({ counts, series }: CheckDocument): string {
  const found = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`);
  return `${series.length} series: ${found.join(', ') || 'nothing to check'}`;
}
