/** The findings of `check` as a document: machine changes, then findings, worst first, with evidence. */
import type { MachineShift } from '../judge/history/check.ts';
import { type CheckReport, isFinding, type ReportedSeries } from './check-report.ts';
import { type Document, lines, section } from './document/document.ts';
import { type ColumnOf, column, type Quantity, type Remarks, tableOf } from './document/table.ts';
import { CHANGE, CODE, TEXT, VERDICT } from './quantities.ts';
import { READING } from './run.ts';
import { change, counted, percent } from './si.ts';

const short = (commit: string | null | undefined) => (commit ? commit.slice(0, 8) : 'unknown commit');

const INTERVAL: Quantity<readonly [number, number]> = {
  align: 'left',
  show: ([low, high]) => `${change(low - 1)}…${change(high - 1)}`,
};

export const FINDING_COLUMNS: readonly ColumnOf<ReportedSeries>[] = [
  column('verdict', VERDICT, ({ verdict }) => verdict),
  column('time', CHANGE, ({ ratio }) => (ratio === undefined ? null : ratio - 1)),
  column('interval', INTERVAL, ({ interval }) => interval),
  column('at', TEXT, ({ at }) => (at === undefined ? null : short(at))),
  column('case', CODE, ({ id }) => id),
  column('machine', TEXT, ({ machine }) => machine),
];

export function findingRemarks({ scope, cause, reason, evidence, reproduce }: ReportedSeries): Remarks {
  const why = [
    // The reason includes scope and cause, which are listed separately here.
    ...reason.split('; ').filter((part) => part !== scope && part !== cause),
    ...(scope ? [`seen on: ${scope}`] : []),
    ...(cause ? [`likely cause: ${cause}`] : []),
  ].join('; ');
  return { details: [why, ...(evidence === null ? [] : [evidence])], command: reproduce };
}

export function checkDocument(report: CheckReport): Document {
  const findings = report.series.filter(isFinding);
  const rest = report.series.length - findings.length;
  const uncounted = `${rest} series without a finding; --format json lists them`;
  return {
    summary: summaryText(report),
    sections: [
      ...section(undefined, lines(report.machineShifts.map(shiftText), 'warn')),
      ...section(undefined, tableOf(FINDING_COLUMNS, findings, findingRemarks)),
      ...section(
        undefined,
        lines([
          ...effectLines(report),
          ...contextLines(report),
          ...appendedLines(report),
          ...(rest > 0 ? [uncounted] : []),
          READING,
        ]),
      ),
    ],
  };
}

export function shiftText({ machine, ratio, share, at, cause, why }: MachineShift): string {
  return `machine ${change(ratio - 1)}  ${machine}: ${percent(share)} of its series changed together at ${short(at)}${cause ? `; likely cause: ${cause}` : ''}; ${why}`;
}

/** The detectable slowdown of each machine's series: median and maximum. */
function effectLines({ series }: CheckReport): string[] {
  const machines = [...new Set(series.map(({ machine }) => machine))];
  return machines.map((machine) => {
    const own = series.filter((one) => one.machine === machine);
    const effects = own.flatMap(({ minimalDetectableEffect: effect }) => effect ?? []).sort((a, b) => a - b);
    const middle = effects[effects.length >> 1];
    const last = effects.at(-1);
    if (middle === undefined || last === undefined)
      return `${machine}: too few points to compute a detectable slowdown`;
    return `${machine}: a slowdown of ${percent(middle)} would be confirmed in half of ${effects.length} series, of ${percent(last)} in all${youngText(own.length - effects.length)}`;
  });
}

/** A confirmed change starts a level anew, so that an old series may have few points too. */
function youngText(count: number): string {
  return count === 0 ? '' : `; ${count} more ${count === 1 ? 'has' : 'have'} too few points at the present level`;
}

function contextLines({ context }: CheckReport): string[] {
  const machines = [...new Set(context.map(({ machine }) => machine))];
  return machines.map((machine) => {
    const own = context.filter((one) => one.machine === machine);
    return `context only: ${machine} (${own.length}): ${own[0]?.reason}`;
  });
}

function appendedLines({ appended = [] }: CheckReport): string[] {
  return appended.map(({ file, findings }) => {
    const fresh = findings === 0 ? 'no new finding' : counted(findings, 'new finding');
    return `verdicts are kept in ${file}: ${fresh} (--no-log does not write)`;
  });
}

function summaryText({ counts, series }: CheckReport): string {
  const found = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(
      ([word, count]) =>
        `${count} ${word === 'machineShifts' ? `change${count === 1 ? '' : 's'} of the machine` : word}`,
    );
  return `${series.length} series: ${found.join(', ') || 'nothing to check'}`;
}
