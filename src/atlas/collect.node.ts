/** Reads a results folder for the site. Of most records only the head and the CSV are read; whole only those that hold a latest row. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attribute, type JudgedTrack } from '../judge/history/attribute.ts';
import { readHistory } from '../judge/history/history.node.ts';
import { checkJudged } from '../judge/history/history.ts';
import { listInspections, readInspection } from '../record/beside/inspection.node.ts';
import { readSearches } from '../record/beside/search.node.ts';
import { listTunings, readTuning } from '../record/beside/tuning.node.ts';
import { ciSchema, noticesSchema } from '../record/notices.ts';
import type { MeasuredRow, Row } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import type { HistoryStore, RunHead, StoredRun } from '../record/store/history-store.ts';
import { openStore } from '../record/store/open-store.node.ts';
import { parseYaml } from '../record/yaml.ts';
import { checkReport } from '../report/check-report.ts';
import type { Atlas, Latest, Place } from './atlas.ts';
import { machineTier } from './tier.ts';

/** @param only this machine */
export async function collect(resultsDir: string, only?: string): Promise<Atlas> {
  const store = await openStore(resultsDir, only);
  const { judged, check, ci, notices } = await told(store, resultsDir);
  const runs = new Map<string, StoredRun[]>();
  for (const run of store.runs) {
    const known = runs.get(run.machine);
    if (known) known.push(run);
    else runs.set(run.machine, [run]);
  }
  const places: Place[] = [];
  for (const [machine, own] of runs) {
    const mine = judged.filter(({ track }) => track.machine === machine);
    places.push(await placeOf(store, { resultsDir, machine, runs: own, ci, judged: mine }));
  }
  places.sort((a, b) => (a.head.startedAt < b.head.startedAt ? 1 : -1));
  const inspections = listInspections(resultsDir).map(readInspection);
  const records = places.reduce((sum, one) => sum + one.records, 0);
  return { places, judged, check, inspections, notices, records };
}

/**
 * The same of some records alone, with the histories of the store they are from.
 *
 * @param only this machine
 */
export async function collectRecords(records: readonly RunRecord[], resultsDir: string, only?: string): Promise<Atlas> {
  const { judged, check, ci, notices } = await told(await openStore(resultsDir, only), resultsDir);
  const places: Place[] = [];
  for (const record of records)
    places.push(await placeFrom([record], { resultsDir, machine: record.machine, ci, records: 1 }));
  return { places, judged, check, inspections: [], notices, records: records.length };
}

/** What a store's histories and its maintainers say. */
async function told(store: HistoryStore, resultsDir: string) {
  const { tracks, context } = await readHistory(store);
  const judged = tracks.map(attribute);
  const check = checkReport(checkJudged(judged, { until: 'its level ends' }), context);
  const ci = new Set(dataOf(resultsDir, 'ci.yaml', ciSchema)?.units);
  const { notices } = dataOf(resultsDir, 'notices.yaml', noticesSchema) ?? { notices: [] };
  return { judged, check, ci, notices };
}

function dataOf<S extends Parameters<typeof parseYaml>[2]>(resultsDir: string, name: string, schema: S) {
  const file = join(resultsDir, name);
  return existsSync(file) ? parseYaml(readFileSync(file, 'utf8'), file, schema) : undefined;
}

interface Source {
  readonly resultsDir: string;
  readonly machine: string;
  /** Oldest first. */
  readonly runs: readonly StoredRun[];
  readonly ci: ReadonlySet<string>;
  readonly judged: readonly JudgedTrack[];
}

function placeOf(store: HistoryStore, { resultsDir, machine, runs, ci, judged }: Source): Promise<Place> {
  const wanted = wholeRuns(runs, judged).reverse();
  return placeFrom(readAll(store, wanted), { resultsDir, machine, ci, records: runs.length });
}

/** One at a time. */
async function* readAll(store: HistoryStore, runs: readonly StoredRun[]): AsyncGenerator<RunRecord> {
  for (const run of runs) yield store.record(run);
}

interface Known extends Pick<Source, 'resultsDir' | 'machine' | 'ci'> {
  readonly records: number;
}

/** @param newestFirst the first row of a case is the latest, unless it says only that there is none */
async function placeFrom(
  newestFirst: Iterable<RunRecord> | AsyncIterable<RunRecord>,
  { resultsDir, machine, ci, records }: Known,
): Promise<Place> {
  const latest = new Map<string, Latest>();
  const units = new Map<string, Map<string, MeasuredRow>>();
  let newest: RunHead | undefined;
  let onlyDevices = true;
  for await (const { cases, ...head } of newestFirst) {
    newest ??= head;
    onlyDevices &&= head.processes.some(({ replication }) => replication === 'device');
    const own = units.get(head.unit) ?? new Map<string, MeasuredRow>();
    units.set(head.unit, own);
    for (const row of cases) {
      const known = latest.get(row.id);
      if (!known || (known.row.status === 'skipped' && row.status !== 'skipped'))
        latest.set(row.id, { row: bare(row), head });
      if (row.status === 'measured' && !own.has(row.series)) own.set(row.series, row);
    }
  }
  if (!newest) throw new Error(`${machine} has no record`);
  const [tuning] = listTunings(resultsDir, machine);
  return {
    ...{ machine, head: newest, records, latest: [...latest.values()], units: [...units.keys()] },
    ...namesOf(newest),
    tier: machineTier({
      ...{ simulated: newest.environment.adapter.simulated, onlyDevices, ci },
      units: [...units].map(([unit, rows]) => ({ unit, rows })),
    }),
    tuning: tuning === undefined ? null : readTuning(tuning).tuning,
    searches: readSearches(resultsDir, machine),
  };
}

/** Runs with the latest row of some case: the newest of each unit, and older ones that have what the newest lack. */
function wholeRuns(runs: readonly StoredRun[], judged: readonly JudgedTrack[]): StoredRun[] {
  const ids = new Set<string>();
  for (const { track } of judged) {
    const last = track.runs.at(-1)?.facts.id;
    if (last !== undefined) ids.add(last);
    for (const column of track.columns.keys()) {
      const run = track.present(column).at(-1);
      if (run !== undefined) ids.add(track.runs[run]?.facts.id ?? '');
    }
  }
  // Records that are not judged, a browser's or those of a changed working tree: the newest speaks.
  const newest = runs.at(-1);
  return runs.filter((run) => run === newest || ids.has(run.id));
}

/** Without visits, which the site does not show. */
function bare(row: Row): Row {
  return { ...row, visits: row.visits.slice(0, 0) };
}

const SYSTEMS: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };
const BACKENDS: Readonly<Record<string, string>> = { vulkan: 'Vulkan', metal: 'Metal', d3d12: 'Direct3D 12' };

function namesOf({ environment }: Pick<RunRecord, 'environment'>): Pick<Place, 'title' | 'where'> {
  const { adapter, os, cpu } = environment;
  // What follows the name of a software adapter are versions.
  const named = (adapter.description || adapter.device).replace(/[:(].*$/, '').trim();
  const title = named || `${adapter.vendor} ${adapter.architecture}`.trim() || 'unknown adapter';
  const system = SYSTEMS[os.platform] ?? os.platform;
  const host = adapter.source === 'gpu' ? [] : [`${cpu.model}, ${cpu.cores} cores`];
  return { title, where: [BACKENDS[adapter.backend] ?? adapter.backend, system, ...host].join(' · ') };
}
