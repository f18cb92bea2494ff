/** A store as one page: each machine's latest run with its history and its verdicts. */
import type { Track } from '../judge/history/track.ts';
import { servedPart } from '../record/not-served.ts';
import type { Row } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { FINDING_COLUMNS, findingRemarks, shiftText } from './check.ts';
import { type CheckReport, isFinding, type ReportedSeries } from './check-report.ts';
import { type Document, type Figure, lines, type Section, section, text } from './document/document.ts';
import { type ColumnOf, column, figureColumn, groupedTable, type Remarks, tableOf } from './document/table.ts';
import { peaksToName } from './labels.ts';
import { PERCENT, VERDICT } from './quantities.ts';
import { absenceText, byPhase, commandFor, notServedSection, originLines, READING, rowColumns } from './run.ts';
import { counted, flopPerSecond } from './si.ts';
import { type Sparkline, sparkline } from './sparkline.ts';

/**
 * @param latest the latest record of each machine
 * @param tracks the histories of the machines, runs in time order
 */
export function storeDocument(latest: readonly RunRecord[], tracks: readonly Track[], check: CheckReport): Document {
  const rows = latest.flatMap((record) => servedPart(record).rows);
  const count = (status: Row['status']) => rows.filter((row) => row.status === status).length;
  const moved = check.series.filter(isFinding).length;
  const without = count('failed') + count('skipped');
  return {
    title: 'shapemark',
    summary: [
      counted(latest.length, 'machine'),
      `${counted(count('measured'), 'case')} measured${without > 0 ? `, ${without} without a number` : ''}`,
      moved === 0 ? 'no findings in the history' : `${counted(moved, 'finding')} in the history`,
    ].join(' · '),
    sections: latest.map((record) => {
      const track = tracks.find(({ machine, unit }) => machine === record.machine && unit === record.unit);
      return machineSection(record, track, check);
    }),
  };
}

function machineSection(record: RunRecord, track: Track | undefined, check: CheckReport): Section {
  const { machine, unit, environment, id } = record;
  const here = (one: { machine: string; unit: string }) => one.machine === machine && one.unit === unit;
  const own = check.series.filter(here);
  const { rows, notServed } = servedPart(record);
  const measured = rows.filter((row) => row.status === 'measured');
  const flop = new Map(record.cases.map((row) => [row.series, row.flop]));
  const history = (one: ReportedSeries) => (track ? historyOf(track, one, flop.get(one.series)) : null);
  const runs = track?.runs.length ?? 0;
  const { adapter } = environment;
  const about = `${adapter.description || adapter.device} · record ${id} · history of ${counted(runs, 'run')}`;
  const bySeries = new Map(own.map((one) => [one.series, one]));
  const columns = pageColumns(peaksToName(measured, record), bySeries, history);
  const findings = [
    ...FINDING_COLUMNS.filter(({ title }) => title !== 'machine'),
    figureColumn('rate over runs', history),
  ];
  const context = check.context.filter((one) => one.machine === machine).slice(0, 1);
  return {
    title: machine,
    blocks: [text(about, 'quiet')],
    sections: [
      ...section('Findings, worst first', tableOf(findings, own.filter(isFinding), findingRemarks)),
      ...section(undefined, groupedTable(columns, byPhase(rows), remarksIn(record))),
      ...notServedSection(notServed),
      ...section(
        undefined,
        lines(
          [
            ...check.machineShifts.filter(here).map(shiftText),
            ...context.map(({ reason }) => `context only: ${reason}`),
            ...originLines(record, measured),
            READING,
          ],
          'quiet',
        ),
      ),
    ],
  };
}

/** The main columns of a run, then those of the history. */
export function pageColumns(
  peaks: RunRecord['peaks'],
  judged: ReadonlyMap<string, ReportedSeries>,
  history: (series: ReportedSeries) => Figure | null,
): ColumnOf<Row>[] {
  const of = (row: Row) => judged.get(row.series);
  return [
    ...rowColumns(peaks).filter(({ title }) => title !== 'bandwidth' && title !== 'error'),
    figureColumn('rate over runs', (row) => {
      const series = of(row);
      return series ? history(series) : null;
    }),
    column('verdict', VERDICT, (row) => (row.status === 'measured' ? of(row)?.verdict : row.status)),
    column('would see', PERCENT, (row) => of(row)?.minimalDetectableEffect),
  ];
}

function remarksIn(record: RunRecord): (row: Row) => Remarks {
  return (row) => ({
    flags: row.warnings.map(({ code }) => code),
    details: row.status === 'measured' ? [] : [absenceText(row)],
    more: { id: row.id, command: commandFor(row, record) },
  });
}

/** Rates over the runs of a track; inverse times if the work of a launch is unknown. */
function historyOf(track: Track, { series, changes, points }: ReportedSeries, flop = 1): Figure | null {
  const column = track.columnIndex(series);
  if (column === undefined) return null;
  const values = track.runs.map((_, run) => flop / Math.exp(track.cost(run, column)));
  const present = values.filter((value) => !Number.isNaN(value));
  const [first = Number.NaN, last = Number.NaN] = [present[0], present.at(-1)];
  const ends = flop === 1 ? '' : `, ${flopPerSecond(first)} at first, ${flopPerSecond(last)} now`;
  const line: Sparkline = {
    values,
    changes: changes.flatMap(({ run, direction }) => {
      const index = track.runs.findIndex(({ facts }) => facts.id === run);
      return index < 0 ? [] : [{ run: index, direction }];
    }),
    title: `${counted(points, 'point')}${ends}`,
  };
  return sparkline(line);
}
