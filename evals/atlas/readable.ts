import { findChromium, launch } from '../../src/atlas/testdata/chromium.ts';
import { serve } from '../../src/atlas/testdata/serve.ts';
import { median } from '../../src/stats/centre.ts';

const VISITS = 7;

/** Milliseconds until a page's text is first painted, for visitors who have nothing of it yet; or why there is no browser to ask. */
export async function readableAfter(site: string, path: string): Promise<number | string> {
  const chromium = findChromium();
  if (typeof chromium === 'string') return chromium;
  const server = await serve(site);
  const browser = await launch(chromium);
  try {
    const paints: number[] = [];
    for (let visit = 0; visit < VISITS; visit++) {
      const context = await browser.newContext({ viewport: { width: 360, height: 800 } });
      const page = await context.newPage();
      await page.goto(`${server.address}/${path}`);
      paints.push(await page.evaluate(firstPaint));
      await context.close();
    }
    return median(paints);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** In the page: since the visitor asked for it. */
const firstPaint = `new Promise((resolve) =>
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime);
  }).observe({ type: 'paint', buffered: true }))`;
