/** The files of the page that measures. */
import { clientBundle } from '../bundles.node.ts';
import { renderPage } from '../shell.ts';
import { DATA_FILE, type MeasureData } from './data.ts';
import { MEASURE_PAGE, MEASURE_STYLE_FILE, measurePage } from './page.ts';
import { MEASURE_STYLE } from './style.ts';

const SCRIPTS = ['measure', 'measure-worker'];

/**
 * By path in the site, which has the stylesheet of all pages besides.
 *
 * @param isInspected whether that site has inspections
 */
export async function measureFiles(data: MeasureData, isInspected = false): Promise<ReadonlyMap<string, string>> {
  const scripts = SCRIPTS.map(async (name) => [`${name}.js`, await clientBundle(name)] as const);
  return new Map([
    [MEASURE_PAGE, renderPage(measurePage(data, isInspected))],
    [MEASURE_STYLE_FILE, `${MEASURE_STYLE}\n`],
    [DATA_FILE, `${JSON.stringify(data)}\n`],
    ...(await Promise.all(scripts)),
  ]);
}
