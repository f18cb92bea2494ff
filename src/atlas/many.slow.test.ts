/** A site of many machines in a real browser: pages that are as wide as the screen, and addresses that show what they lead to. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Row } from '../record/row.ts';
import { buildSite } from './build.node.ts';
import { atlasOf, changeOf, failed, measured, placeOf, seriesOf } from './testdata/places.ts';
import { siteInBrowser, WITHOUT_BROWSER } from './testdata/site-in-browser.ts';

const RUN = '20261001T000000Z-bbbbbbbb';
const NAMES = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'up', 'down'];
const WEIGHTS = ['f16', 'mxfp4', 'int4', 'int8', 'fp8', 'f32'] as const;

/** A format has one kernel or two, so that some tables have one row only; one kernel is wrong everywhere. */
function rowsOf(i: number): Row[] {
  const good = WEIGHTS.flatMap((w, at) =>
    NAMES.map((name) => measured({ name, w, kernel: at === 0 ? 'gemv' : `${w}-gemv`, seconds: 1e-3 * (1 + i / 9) })),
  );
  const second = NAMES.map((name) => measured({ name, kernel: 'naive', seconds: 5e-3 }));
  return [...good, ...second, failed({ name: 'bad', w: 'mxfp4', kernel: 'mxfp4-gemv' }, 'wrong-answer', 'by far')];
}

const places = Array.from({ length: 24 }, (_, i) => placeOf(`Some Long Named Accelerator ${i} PCIe 80 GB`, rowsOf(i)));
const slower = { verdict: 'slower' as const, changes: [changeOf(RUN, 1.1)] };
const faster = { verdict: 'faster' as const, changes: [changeOf(RUN, 0.9)] };
const atlas = atlasOf(
  places,
  places
    .slice(0, 2)
    .flatMap((place) => rowsOf(0).map((row, i) => seriesOf(place, row, i < 20 ? slower : i === 20 ? faster : {}))),
);
const [first] = places;

describe.skipIf(WITHOUT_BROWSER !== '')(
  `a site of many machines in a browser${WITHOUT_BROWSER}`,
  { timeout: 120_000 },
  () => {
    const { opened: newPage, visit } = siteInBrowser(async (folder) => {
      await buildSite(atlas, folder, new Map());
      return folder;
    });

    async function opened(path: string, width = 1280, javaScript = true): Promise<Page> {
      const page = await newPage({ width, javaScript });
      await visit(page, path);
      return page;
    }

    it.each([true, false])('has no page wider than a phone, with scripts: %s', async (javaScript) => {
      const machine = `machine/${first?.machine}.html`;
      for (const path of [
        'correctness.html',
        'index.html',
        'compare.html',
        'changes.html',
        'suite/quick.html',
        machine,
      ]) {
        const page = await opened(path, 360, javaScript);
        const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(wide, path).toBeLessThanOrEqual(0);
        await page.context().close();
      }
    });

    it('gives the machines of a failed case the width of a phone', async () => {
      const page = await opened('correctness.html', 360);
      const cell = page.locator('#failed tbody th').first();
      expect((await cell.boundingBox())?.width).toBeGreaterThan(280);
      await page.context().close();
    });

    it('keeps the kernels in sight while machines scroll by, their head too', async () => {
      const page = await opened('correctness.html');
      const frame = page.locator('.scroll:has(table.heat)').first();
      const left = (await frame.boundingBox())?.x;
      await page.evaluate("document.querySelector('.scroll:has(table.heat)').scrollTo(700, 0)");
      for (const part of ['thead th', 'tbody th'])
        expect((await frame.locator(part).first().boundingBox())?.x, part).toBe(left);
      await page.context().close();
    });

    it('opens the machines of a line of changes, and the list of cases that one leads to, as many as it counts', async () => {
      const page = await opened('changes.html');
      expect(await page.locator('td[data-title=cases]').first().textContent()).toBe('40');
      await page.locator('#slower summary', { hasText: '2 machines' }).focus();
      await page.keyboard.press('Enter');
      await page.locator('#slower li a', { hasText: 'Accelerator 0' }).click();
      const list = page.locator('details:has(> div:target)');
      await list.waitFor();
      expect(await list.locator('tbody tr:visible').count()).toBe(20);
      const summary = await list.locator('summary').boundingBox();
      expect(summary?.y).toBeGreaterThanOrEqual(0);
      expect(summary?.y).toBeLessThan(200);
      await page.context().close();
    });

    it.each([true, false])('shows changes of one direction by a link, with scripts: %s', async (javaScript) => {
      const page = await opened('changes.html', 1280, javaScript);
      const shown = () => page.locator('#changes section:visible').evaluateAll((all) => all.map(({ id }) => id));
      const press = async (text: string) => {
        await page.locator('nav.only a', { hasText: text }).focus();
        await page.keyboard.press('Enter');
      };
      expect(await shown()).toEqual(['slower', 'faster']);
      await press('1 faster');
      expect(await shown()).toEqual(['faster']);
      await press('all 2');
      expect(await shown()).toEqual(['slower', 'faster']);
      await page.context().close();
    });

    it('leaves a head above the line of a machine that an address leads to', async () => {
      const page = await opened('changes.html');
      await page.locator('#changes td a').first().click();
      await page.locator('.fits tr:target').waitFor();
      const [line, head] = [page.locator('tr:target'), page.locator('.fits:has(tr:target) thead th').first()];
      const [under, above] = [await line.boundingBox(), await head.boundingBox()];
      expect(under?.y).toBeGreaterThan(100);
      expect(above?.y).toBeGreaterThanOrEqual(0);
      expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(under?.y ?? 0);
      await page.context().close();
    });

    it('leaves the lines of all formats of so many bits, and says where none is left', async () => {
      const page = await opened(`machine/${first?.machine}.html`);
      await page.fill('#words', '4-bit');
      const lines = page.locator('#fast tbody tr:visible th');
      expect((await lines.allTextContents()).map((text) => /1 row, (\w+)/.exec(text)?.[1])).toEqual(['mxfp4', 'int4']);
      await page.fill('#words', 'none such');
      expect(await page.textContent('#fast [role=status]')).toMatch(
        /^None of \d+ lines has all of that; there are the suites quick/,
      );
      await page.context().close();
    });

    it('goes to the only machine left when Enter is pressed', async () => {
      const page = await opened('index.html');
      await page.fill('#gpu', 'accelerator 1');
      await page.keyboard.press('Enter');
      expect(page.url()).toContain('index.html');
      await page.fill('#gpu', 'accelerator 17');
      expect(await page.textContent('#found')).toBe('1 of 24; Enter opens it');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/machine/some-long-named-accelerator-17-pcie-80-gb.html');
      await page.context().close();
    });

    it('hands the words that are no machine on to the page of the machine', async () => {
      const page = await opened('index.html');
      await page.fill('#gpu', 'accelerator 17 decode');
      expect(await page.textContent('#found')).toContain('1 machine matches ‘accelerator 17’; the links filter');
      await page.keyboard.press('Enter');
      await page.waitForURL('**-17-pcie-80-gb.html#words=decode');
      expect(await page.inputValue('#words')).toBe('decode');
      await page.context().close();
    });
  },
);
