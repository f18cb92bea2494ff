/** Writes the site. Pages are made and written one by one, so that memory holds the numbers and one page. */
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../record/disk.node.ts';
import { counted } from '../report/si.ts';
import { type Atlas, Verdicts } from './atlas.ts';
import { clientBundle } from './bundles.node.ts';
import { csvOf, machineData, runsData } from './data.ts';
import { allChangesPage, CHANGES_PAGE } from './pages/all-changes.ts';
import { Beside } from './pages/beside.ts';
import { casePage } from './pages/case.ts';
import { historyPages } from './pages/case-history.ts';
import { comparePage } from './pages/compare.ts';
import { correctnessPages } from './pages/correctness.ts';
import { inspectPage } from './pages/inspect.ts';
import { leaderboardPage, SUITE } from './pages/leaderboard.ts';
import { machinePage, machineSuitePages } from './pages/machine.ts';
import { startPage } from './pages/start.ts';
import { suitePages } from './pages/suite.ts';
import { suitesPage } from './pages/suites.ts';
import { besideJson, casePath, machineCsv, machineJson, machinePath, runsJson } from './paths.ts';
import { problemsBySuite } from './problems.ts';
import { type Made, STYLE_FILE } from './shell.ts';
import type { RunsData } from './site/compare-data.ts';
import { ICON, STYLESHEET } from './stylesheet.ts';

const SCRIPTS = ['start', 'compare', 'history', 'tables'];

const NO_RUNS: RunsData = { runs: [], cases: [], seconds: [], spread: [], kernels: [], ran: [] };

export interface Built {
  readonly pages: number;
  readonly files: number;
  readonly bytes: number;
  /** The largest page, by path. */
  readonly largest: { readonly path: string; readonly bytes: number };
}

/** @param more files of pages that others make, by path */
export async function buildSite(atlas: Atlas, out: string, more: ReadonlyMap<string, string>): Promise<Built> {
  const site = new Writer(out);
  for (const [path, content] of filesOf(atlas)) site.write(path, content);
  for (const [path, content] of more) site.write(path, content);
  for (const name of SCRIPTS) site.write(`${name}.js`, await clientBundle(name));
  return site.built();
}

/** All files that need no bundler. */
export function* filesOf(atlas: Atlas): Generator<readonly [path: string, content: string]> {
  const made = madeFrom(atlas);
  const verdicts = new Verdicts(atlas);
  const suites = problemsBySuite(atlas);
  yield [STYLE_FILE, `${STYLESHEET}\n`];
  yield ['icon.svg', ICON];
  yield ['index.html', startPage(atlas, made)];
  yield ['suites.html', suitesPage(atlas, suites, made)];
  yield ['leaderboard.html', leaderboardPage(atlas, suites.get(SUITE) ?? [], made)];
  const beside = new Beside(atlas.places);
  yield ['compare.html', comparePage(atlas, beside, made)];
  yield [CHANGES_PAGE, allChangesPage(atlas, made)];
  yield ['inspect.html', inspectPage(atlas.inspections, made)];
  yield* correctnessPages(atlas, made);
  for (const place of atlas.places) {
    yield [machinePath(place.machine), machinePage(atlas, place, made)];
    yield* machineSuitePages(atlas, place, made);
    yield [machineCsv(place.machine), csvOf(atlas, place)];
    yield [machineJson(place.machine), JSON.stringify(machineData(place))];
    yield [besideJson(place.machine), JSON.stringify(beside.relativeTo(place))];
    const track = verdicts.longest(place.machine);
    yield [runsJson(place.machine), JSON.stringify(track ? runsData(track) : NO_RUNS)];
  }
  for (const [suite, problems] of suites) {
    yield* suitePages(atlas, suite, problems, made);
    for (const problem of problems) {
      yield [casePath(problem.problem), casePage(atlas, problem, verdicts, made)];
      yield* historyPages(atlas, problem, verdicts, made);
    }
  }
}

/** The same for the same records, so that it holds no time of building. */
function madeFrom({ places, records, inspections }: Atlas): Made {
  const newest = places
    .map(({ head }) => head.startedAt.slice(0, 10))
    .sort()
    .at(-1);
  const text = `Made from ${counted(records, 'record')} of ${counted(places.length, 'machine')}${newest === undefined ? '' : `, the newest of ${newest}`}.`;
  return { text, isInspected: inspections.length > 0 };
}

class Writer {
  private readonly folders = new Set<string>();
  private pages = 0;
  private files = 0;
  private bytes = 0;
  private largest = { path: '', bytes: 0 };
  private readonly written = new Set<string>();

  constructor(private readonly out: string) {
    // Pages of machines that are gone would stay.
    for (const part of ['machine', 'case', 'suite', 'data', 'correctness'])
      rmSync(join(out, part), { recursive: true, force: true });
  }

  write(path: string, content: string): void {
    if (this.written.has(path)) throw new Error(`two pages have the address ${path}`);
    this.written.add(path);
    const file = join(this.out, path);
    const folder = dirname(file);
    if (!this.folders.has(folder)) makeFolder(folder);
    this.folders.add(folder);
    const bytes = Buffer.from(content);
    writeFileSync(file, bytes);
    this.files++;
    this.bytes += bytes.length;
    if (!path.endsWith('.html')) return;
    this.pages++;
    if (bytes.length > this.largest.bytes) this.largest = { path, bytes: bytes.length };
  }

  built(): Built {
    return { pages: this.pages, files: this.files, bytes: this.bytes, largest: this.largest };
  }
}
