/** Reads a results folder for the site. Of most records only the head and the CSV are read; whole only those that hold a latest row. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { attribute, type JudgedTrack } from '../judge/history/attribute.ts';
import { readHistory } from '../judge/history/history.node.ts';
import { checkJudged } from '../judge/history/history.ts';
import type { RunHead } from '../judge/history/runs.ts';
import { listInspections, readInspection } from '../record/inspection.node.ts';
import { ciSchema, noticesSchema } from '../record/notices.ts';
import type { MeasuredRow, Row } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { readSearches } from '../record/search.node.ts';
import { listRecords, readRecord } from '../record/store.node.ts';
import { listTunings, readTuning } from '../record/tuning.node.ts';
import { parseYaml } from '../record/yaml.ts';
import { checkReport } from '../report/check-report.ts';
import type { Atlas, Latest, Place } from './atlas.ts';
import { machineTier } from './tier.ts';

/** @param only this machine */
export function collect(resultsDir: string, only?: string): Atlas {
  const { tracks, context } = readHistory(resultsDir, only);
  const judged = tracks.map(attribute);
  const check = checkReport(checkJudged(judged), context);
  const ci = new Set(dataOf(resultsDir, 'ci.yaml', ciSchema)?.units);
  const { notices } = dataOf(resultsDir, 'notices.yaml', noticesSchema) ?? { notices: [] };
  const files = new Map<string, string[]>();
  for (const file of listRecords(resultsDir, only)) {
    const machine = basename(dirname(file));
    const known = files.get(machine);
    if (known) known.push(file);
    else files.set(machine, [file]);
  }
  const places = [...files].map(([machine, own]) =>
    placeOf({ resultsDir, machine, files: own, ci, judged: judged.filter(({ track }) => track.machine === machine) }),
  );
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
export function collectRecords(records: readonly RunRecord[], resultsDir: string, only?: string): Atlas {
  const { tracks, context } = readHistory(resultsDir, only);
  const judged = tracks.map(attribute);
  const check = checkReport(checkJudged(judged), context);
  const ci = new Set(dataOf(resultsDir, 'ci.yaml', ciSchema)?.units);
  const { notices } = dataOf(resultsDir, 'notices.yaml', noticesSchema) ?? { notices: [] };
  const places = records.map((record) => placeFrom([record], { resultsDir, machine: record.machine, ci, records: 1 }));
  return { places, judged, check, inspections: [], notices, records: records.length };
}

function dataOf<S extends Parameters<typeof parseYaml>[2]>(resultsDir: string, name: string, schema: S) {
  const file = join(resultsDir, name);
  return existsSync(file) ? parseYaml(readFileSync(file, 'utf8'), file, schema) : undefined;
}

interface Source {
  readonly resultsDir: string;
  readonly machine: string;
  /** Oldest first. */
  readonly files: readonly string[];
  readonly ci: ReadonlySet<string>;
  readonly judged: readonly JudgedTrack[];
}

function placeOf({ resultsDir, machine, files, ci, judged }: Source): Place {
  const wanted = wholeFiles(files, judged).reverse();
  return placeFrom(readAll(wanted), { resultsDir, machine, ci, records: files.length });
}

/** One at a time. */
function* readAll(files: readonly string[]): Generator<RunRecord> {
  for (const file of files) yield readRecord(file);
}

interface Known extends Pick<Source, 'resultsDir' | 'machine' | 'ci'> {
  readonly records: number;
}

/** @param newestFirst the first row of a case is the latest, unless it says only that there is none */
function placeFrom(newestFirst: Iterable<RunRecord>, { resultsDir, machine, ci, records }: Known): Place {
  const latest = new Map<string, Latest>();
  const units = new Map<string, Map<string, MeasuredRow>>();
  let newest: RunHead | undefined;
  let onlyDevices = true;
  for (const { cases, ...head } of newestFirst) {
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

/** Files with the latest row of some case: the newest of each unit, and older ones that have what the newest lack. */
function wholeFiles(files: readonly string[], judged: readonly JudgedTrack[]): string[] {
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
  const newest = files.at(-1);
  return files.filter((file) => file === newest || ids.has(basename(file, '.json')));
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
