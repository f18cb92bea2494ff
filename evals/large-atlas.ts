/**
 * How long `atlas` takes for a large store, how much memory, and how large its pages become.
 *
 *     npm run eval large-atlas -- DIR [MACHINESxCASESxRUNS] [--build]
 *
 * Fills DIR/results, 50x500x200 by default (5 million rows, about 9 GB), then builds DIR/site. With `--build` the store is there.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { buildSite } from '../src/atlas/build.node.ts';
import { collect } from '../src/atlas/collect.node.ts';
import { measureFiles } from '../src/atlas/measure/files.node.ts';
import { UsageError } from '../src/experiment/errors.ts';
import { measureData } from '../src/experiment/page/measure-data.ts';
import { bytes } from '../src/report/si.ts';
import { cases } from './atlas/cases.ts';
import { machines } from './atlas/machines.ts';
import { readableAfter } from './atlas/readable.ts';
import { writeStore } from './atlas/store.ts';
import { quiet } from './document/quiet.ts';

const USAGE = 'usage: npm run eval large-atlas -- DIR [MACHINESxCASESxRUNS] [--build]';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { build: { type: 'boolean', default: false } },
  });
  const [folder, size = '50x500x200'] = positionals;
  const [places = 0, count = 0, runs = 0] = size.split('x').map(Number);
  if (folder === undefined || !(places * count * runs > 0)) throw new UsageError(USAGE);
  const results = join(folder, 'results');
  if (!values.build) writeStore(results, { machines: machines(places), cases: await cases(count), runs });
  await build(results, join(folder, 'site'));
}

async function build(results: string, site: string): Promise<void> {
  const start = performance.now();
  const atlas = await collect(results);
  const read = performance.now();
  const built = await buildSite(
    atlas,
    site,
    await measureFiles(await measureData(quiet()), atlas.inspections.length > 0),
  );
  const end = performance.now();
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  console.log(
    [
      `${atlas.records} records of ${atlas.places.length} machines: read and judged in ${seconds(read - start)}, written in ${seconds(end - read)}`,
      `${seconds((userCPUTime + systemCPUTime) / 1000)} of processor time, at most ${(maxRSS / 1024).toFixed(0)} MB`,
      `${built.pages} pages, ${built.files} files, ${bytes(built.bytes)}; largest page ${bytes(built.largest.bytes)}: ${built.largest.path}`,
      `start page with its style and script: ${bytes(compressed(site, ['index.html', 'style.css', 'start.js']))} compressed`,
    ].join('\n'),
  );
  const readable = await readableAfter(site, 'index.html');
  console.log(
    typeof readable === 'string' ? readable : `start page: text is painted after ${readable.toFixed(0)} ms in Chromium`,
  );
  const large = pagesOf(site).filter((path) => statSync(join(site, path)).size > 300_000);
  if (large.length > 0) console.log(`above 300 kB: ${large.join(', ')}`);
}

const compressed = (site: string, paths: readonly string[]) =>
  paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(site, path))).length, 0);

const pagesOf = (site: string) =>
  readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.html'));

await main();
