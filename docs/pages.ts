/** `npm run docs`: writes the pages and pictures that are made from kernels, models, records and results of evaluations. */
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { detectorPlot, evaluationsDocument } from '../evals/document/page.ts';
import { inProcess } from '../src/cli/testdata/in-process.ts';
import { shippedKernels } from '../src/experiment/setup/selection.ts';
import { inSeries } from '../src/kernel/set/set.ts';
import { readSearches } from '../src/record/beside/search.node.ts';
import { listRecords, readRecord } from '../src/record/store/store.node.ts';
import { renderMarkdown } from '../src/report/document/markdown.ts';
import { renderSearchSvg } from '../src/report/search-svg.ts';
import { SERIES_SUITE, seriesDocument } from '../src/report/series-page.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const RESULTS = fileURLToPath(new URL('../results', import.meta.url));

/** The record that the README shows. */
const SHOWN = 'llvmpipe-vulkan-linux-amd-epyc-2-cores/20261124T151325Z-97bae60f.json';

/** The search that it shows: its answer beside the record of the same id. */
const SEARCHED = { machine: 'llvmpipe-vulkan-linux-amd-epyc-2-cores', id: '20261130T033457Z-392e4d82' };

/** What each generated page holds, by file name. */
export const PAGES: Readonly<Record<string, () => Promise<string>>> = {
  'kernels.md': kernels,
  'roofline.svg': () => printed('report', join(RESULTS, SHOWN), '--format', 'svg'),
  'd-ff.svg': async () => dFf(),
  'detector.svg': async () => detectorPlot(),
  'evaluations.md': async () => renderMarkdown(evaluationsDocument()),
  'gpt-oss.md': () => printed('explain', '--model', 'gpt-oss-120b', '--format', 'markdown'),
};

function dFf(): string {
  const found = readSearches(RESULTS, SEARCHED.machine).find(({ id }) => id === SEARCHED.id);
  if (!found) throw new Error(`${RESULTS} lacks the search ${SEARCHED.id} of ${SEARCHED.machine}`);
  return renderSearchSvg(found);
}

async function kernels(): Promise<string> {
  const { kernels } = await shippedKernels();
  const records = listRecords(RESULTS)
    .map(readRecord)
    .filter((record) => record.cases.some((row) => row.suite === SERIES_SUITE));
  const techniques = inSeries(kernels).map((kernel) => ({ ...kernel, file: `kernels/${basename(kernel.file)}` }));
  return renderMarkdown(seriesDocument(techniques, records));
}

/** What a shapemark command writes to stdout. */
async function printed(...args: string[]): Promise<string> {
  const { exit, out, err } = await inProcess(args, { cwd: FOLDER });
  if (exit !== 0) throw new Error(`shapemark ${args.join(' ')} exited with ${exit}: ${err}`);
  return out;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [file, content] of Object.entries(PAGES)) writeFileSync(`${FOLDER}/${file}`, await content());
