/**
 * Pictures of each kind of page of the site, narrow and wide, light and dark, to be looked at.
 *
 *     npm run eval screenshots -- SITE OUT [PAGE...]
 *
 * SITE is what `shapemark atlas --out SITE` has written. Pages are served from it as a static host does.
 */
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium, launch } from '../src/atlas/testdata/chromium.ts';
import { serve } from '../src/atlas/testdata/serve.ts';
import { NothingToDo, UsageError } from '../src/experiment/errors.ts';

const WIDTHS = [360, 1280];
const SCHEMES = ['light', 'dark'] as const;

/** One page of each kind: the largest. */
function kinds(site: string): string[] {
  const all = readdirSync(site, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html'))
    .map((path) => ({ path: relative('.', path), bytes: statSync(join(site, path)).size }));
  const largest = new Map<string, { path: string; bytes: number }>();
  for (const one of all) {
    const parts = one.path.split('/');
    const kind = parts.length === 1 ? one.path : `${parts[0]} ${Math.min(parts.length, 3)}`;
    if (one.bytes > (largest.get(kind)?.bytes ?? 0)) largest.set(kind, one);
  }
  return [...largest.values()].map(({ path }) => path);
}

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [site, out, ...pages] = positionals;
  if (site === undefined || out === undefined)
    throw new UsageError('usage: npm run eval screenshots -- SITE OUT [PAGE...]');
  const chromium = findChromium();
  if (typeof chromium === 'string') throw new NothingToDo(chromium);
  mkdirSync(out, { recursive: true });
  const server = await serve(site);
  const browser = await launch(chromium);
  for (const colorScheme of SCHEMES)
    for (const width of WIDTHS) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page = await context.newPage();
      for (const path of pages.length > 0 ? pages : kinds(site)) {
        await page.goto(`${server.address}/${path}`);
        await page.waitForLoadState('networkidle');
        const name = path
          .replace(/\.html$/, '')
          .replace(/[^A-Za-z0-9]+/g, '-')
          .slice(0, 60);
        const file = join(out, `${name}-${width}-${colorScheme}.png`);
        await page.screenshot({ path: file, fullPage: true });
        console.log(file);
      }
      await context.close();
    }
  await browser.close();
  await server.close();
}

await main();
