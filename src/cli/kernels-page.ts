/** `npm run docs:kernels`: docs/kernels.md from the stored runs of the series. */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inSeries } from '../kernel/set.ts';
import { listRecords, readRecord } from '../record/store.node.ts';
import { renderMarkdown } from '../report/document/markdown.ts';
import { SERIES_SUITE, seriesDocument } from '../report/series-page.ts';
import { shippedKernels } from './selection.ts';

export const PAGE = fileURLToPath(new URL('../../docs/kernels.md', import.meta.url));
const RESULTS = fileURLToPath(new URL('../../results', import.meta.url));

/** The page as the repository's own kernels and records make it. */
export async function kernelsPage(resultsDir = RESULTS): Promise<string> {
  const { kernels } = await shippedKernels();
  const records = listRecords(resultsDir)
    .map(readRecord)
    .filter((record) => record.cases.some((row) => row.suite === SERIES_SUITE));
  const techniques = inSeries(kernels).map((kernel) => ({ ...kernel, file: `kernels/${basename(kernel.file)}` }));
  return renderMarkdown(seriesDocument(techniques, records));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, await kernelsPage());
