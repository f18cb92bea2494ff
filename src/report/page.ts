/** What the HTML report says of a store: each machine's latest run, its history and its verdicts, before any layout. */
import type { Track } from '../judge/track.ts';
import { servedPart } from '../record/not-served.ts';
import type { Row } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { type CheckReport, percent as change, isFinding, type ReportedSeries } from './check-report.ts';
import { formatText, peaksToName, peakText, shapeText } from './labels.ts';
import { commandFor, reportOf, type UnservedRow } from './model.ts';
import { flopPerSecond, percent, seconds } from './si.ts';
import type { Sparkline } from './sparkline.ts';

export interface PageRow {
  readonly id: string;
  readonly name: string;
  readonly shape: string;
  readonly format: string;
  readonly kernel: string;
  readonly time: string;
  readonly spread: string;
  readonly rate: string;
  readonly peak: string;
  readonly history: Sparkline | null;
  readonly verdict: string;
  /** Smallest slowdown that the history would show. */
  readonly detectable: string;
  /** Notes, or why there is no number. */
  readonly notes: string;
  readonly reproduce: string;
}

export interface PageFinding {
  readonly verdict: string;
  readonly size: string;
  readonly id: string;
  readonly evidence: string;
  readonly reproduce: string;
  readonly history: Sparkline | null;
}

export interface PageMachine {
  readonly machine: string;
  readonly subtitle: string;
  /** Worst first. */
  readonly findings: readonly PageFinding[];
  readonly groups: readonly { readonly title: string; readonly rows: readonly PageRow[] }[];
  readonly notServed: readonly UnservedRow[];
  readonly footer: readonly string[];
}

export interface Page {
  readonly summary: string;
  readonly machines: readonly PageMachine[];
}

/**
 * @param latest the latest record of each machine
 * @param tracks the histories of the machines, runs in time order
 */
export function pageOf(latest: readonly RunRecord[], tracks: readonly Track[], check: CheckReport): Page {
  const count = (status: Row['status']) =>
    latest.flatMap((record) => servedPart(record).rows).filter((row) => row.status === status).length;
  const moved = check.series.filter(isFinding).length;
  const without = count('failed') + count('skipped');
  const counted = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  return {
    summary: [
      counted(latest.length, 'machine'),
      `${counted(count('measured'), 'case')} measured${without > 0 ? `, ${without} without a number` : ''}`,
      moved === 0 ? 'no finding in the history' : `${counted(moved, 'finding')} in the history`,
    ].join(' · '),
    machines: latest.map((record) =>
      machineOf(
        record,
        tracks.find(({ machine, unit }) => machine === record.machine && unit === record.unit),
        check,
      ),
    ),
  };
}

function machineOf(
  record: RunRecord,
  track: Track | undefined,
  { series, machineShifts, context }: CheckReport,
): PageMachine {
  const own = series.filter(({ machine, unit }) => machine === record.machine && unit === record.unit);
  const runs = track?.runs.length ?? 0;
  const flop = new Map(record.cases.map((row) => [row.series, row.flop]));
  const historyOf = (one: ReportedSeries) => (track ? sparklineOf(track, one, flop.get(one.series)) : null);
  const bySeries = new Map(own.map((one) => [one.series, one]));
  const { rows } = servedPart(record);
  const report = reportOf(record);
  const peaks = peaksToName(
    rows.filter((row) => row.status === 'measured'),
    record,
  );
  const titles = [...new Set(rows.map(({ suite, phase }) => `${suite} / ${phase}`))];
  const shifts = machineShifts
    .filter(({ machine, unit }) => machine === record.machine && unit === record.unit)
    .map(
      ({ ratio, at, why }) =>
        `the whole machine moved by ${change(ratio)} at ${at?.slice(0, 8) ?? 'an unknown commit'}: ${why}`,
    );
  const shown = context.filter(({ machine }) => machine === record.machine);
  return {
    machine: record.machine,
    subtitle: `${record.environment.adapter.description || record.environment.adapter.device} · record ${record.id} · history of ${runs} ${runs === 1 ? 'run' : 'runs'}`,
    findings: own.filter(isFinding).map((one) => ({
      verdict: one.verdict,
      size: one.ratio === undefined ? '' : change(one.ratio),
      id: one.id,
      evidence: one.evidence ?? one.reason,
      reproduce: one.reproduce,
      history: historyOf(one),
    })),
    groups: titles.map((title) => ({
      title,
      rows: rows
        .filter(({ suite, phase }) => `${suite} / ${phase}` === title)
        .map((row) => rowOf(row, { record, peaks }, bySeries.get(row.series), historyOf)),
    })),
    notServed: report.notServed,
    footer: [...shifts, ...shown.slice(0, 1).map(({ reason }) => `context only: ${reason}`), ...report.footer],
  };
}

function rowOf(
  row: Row,
  { record, peaks }: { record: RunRecord; peaks: RunRecord['peaks'] },
  judged: ReportedSeries | undefined,
  historyOf: (series: ReportedSeries) => Sparkline | null,
): PageRow {
  const measured = row.status === 'measured' ? row.summary : null;
  const [low, high] = measured?.intervalSeconds ?? [Number.NaN, Number.NaN];
  const effect = judged?.minimalDetectableEffect ?? null;
  return {
    id: row.id,
    name: row.name,
    shape: shapeText(row),
    format: formatText(row),
    kernel: row.kernel.name ?? row.kernel.requested,
    time: measured ? seconds(measured.medianSeconds) : '',
    spread: measured
      ? `${measured.intervalKind === 'range' ? 'range ' : ''}±${percent((high - low) / 2 / measured.medianSeconds)}`
      : '',
    rate: measured ? flopPerSecond(measured.flopPerSecond) : '',
    peak: row.status === 'measured' ? peakText(row, peaks) : '',
    history: judged ? historyOf(judged) : null,
    verdict: row.status === 'measured' ? (judged?.verdict ?? '') : row.status,
    detectable: effect === null ? '' : percent(effect),
    notes:
      row.status === 'measured'
        ? row.warnings.map(({ code }) => code).join(', ')
        : [row.reason, row.detail ?? ''].filter((text) => text !== '').join(': '),
    reproduce: commandFor(row, record),
  };
}

/** Rates over the runs of a track; times upside down where the work of a launch is not known any more. */
function sparklineOf(track: Track, { series, changes, points }: ReportedSeries, flop = 1): Sparkline | null {
  const column = track.columnIndex(series);
  if (column === undefined) return null;
  const values = track.runs.map((_, run) => flop / Math.exp(track.cost(run, column)));
  const present = values.filter((value) => !Number.isNaN(value));
  const [first = Number.NaN, last = Number.NaN] = [present[0], present.at(-1)];
  const ends = flop === 1 ? '' : `, ${flopPerSecond(first)} at first, ${flopPerSecond(last)} now`;
  return {
    values,
    changes: changes.flatMap(({ run, direction }) => {
      const index = track.runs.findIndex(({ facts }) => facts.id === run);
      return index < 0 ? [] : [{ run: index, direction }];
    }),
    title: `${points} points${ends}`,
  };
}
