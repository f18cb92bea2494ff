/** The site in a real browser: nothing that the policy forbids, nothing that axe finds, and scripts that do what they say. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildSite } from './build.node.ts';
import { collect } from './collect.node.ts';
import { casePath } from './paths.ts';
import { siteInBrowser, WITHOUT_BROWSER } from './testdata/site-in-browser.ts';
import { nameOf, STORE, writeExampleStore } from './testdata/store.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const [one, two] = STORE.map(nameOf);
const SLOWER = casePath('contribution/decode/case-2880/m=1/n=2880/k=4096/layout=nt/w=f32/a=f32/acc=f32/out=f32');

/** What axe says of a page, as far as it is read here. */
interface Axe {
  run(): Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] }>;
}
declare const axe: Axe;

describe.skipIf(WITHOUT_BROWSER !== '')(`the site in a browser${WITHOUT_BROWSER}`, { timeout: 240_000 }, () => {
  const { site, opened, visit } = siteInBrowser(async (folder) => {
    const [results, built] = [join(folder, 'results'), join(folder, 'site')];
    writeExampleStore(results);
    await buildSite(await collect(results), built, new Map());
    return built;
  });

  const pages = () =>
    readdirSync(site(), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.html'));

  it.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)(
    'has nothing that axe finds, %s at %i pixels, and breaks no rule of its policy',
    async (scheme, width) => {
      const page = await opened({ scheme, width });
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      for (const path of pages()) {
        await visit(page, path);
        // From outside of the page, which itself may run no text.
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => axe.run());
        const told = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target} ${nodes[0]?.failureSummary}`);
        expect(told, path).toEqual([]);
        const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
      }
      // The page that measures is another's, so its link leads nowhere here; nothing else may complain.
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  it('finds a GPU by typing, and keeps what was typed in the address', async () => {
    const page = await opened();
    await visit(page, 'index.html');
    await page.fill('#gpu', 'gpu two');
    expect(await page.locator('#machines tbody tr:visible').count()).toBe(1);
    expect(await page.textContent('#found')).toBe('1 of 4; Enter opens it');
    expect(page.url()).toContain('#gpu=gpu%20two');
    await page.fill('#gpu', 'none such');
    expect(await page.textContent('#found')).toContain('None yet');
    await page.context().close();
  });

  it('names the points of a history by keyboard and pointer', async () => {
    const page = await opened();
    await visit(page, SLOWER);
    await page.locator('figure.history svg').first().focus();
    await page.keyboard.press('Home');
    expect(await page.locator('.point').first().textContent()).toMatch(/^2026-09-01 abc00000 · 2\.01 ms/);
    for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowRight');
    expect(await page.locator('.point').first().textContent()).toContain('slower from here');
    const box = await page.locator('figure.history svg').first().boundingBox();
    if (!box) throw new Error('the picture has no place');
    await page.mouse.move(box.x + box.width - 15, box.y + 60);
    expect(await page.locator('.point').first().textContent()).toContain('2026-10-10');
    await page.context().close();
  });

  it('shows the histories of the machine in the address first, or opens the list that has them', async () => {
    const page = await opened();
    await visit(page, `${SLOWER}#${two}`);
    expect(await page.locator(`tr[data-machine="${two}"]:visible`).count()).toBeGreaterThan(0);
    await visit(page, SLOWER);
    expect(await page.locator(`tr[data-machine="${two}"]:visible`).count()).toBe(0);
    const machines = () =>
      page.locator('figure.history').evaluateAll((all) => all.map((one) => one.getAttribute('data-machine')));
    const other = "const one = document.querySelector('figure.history'), two = one.cloneNode(true);";
    await page.evaluate(`{${other} two.dataset.machine = 'other'; one.after(two); location.hash = 'other'}`);
    await page.waitForTimeout(100);
    expect(await machines()).toEqual(['other', one]);
    await page.context().close();
  });

  it('compares two machines in one direction, and leaves what is asked for', async () => {
    const page = await opened();
    await visit(page, `compare.html#a=${one}&b=${two}`);
    await page.locator('#summary', { hasText: 'common cases' }).waitFor();
    expect(await page.textContent('#summary')).toMatch(
      /^B \(Example GPU Two.*\) runs at 1\.\d\d times the rate of A \(Example GPU One.* over 9 common cases: faster in 9/,
    );
    expect(await page.locator('#result tbody tr').count()).toBe(9);
    await page.selectOption('#format', 'mxfp4');
    await page.selectOption('#phase', 'decode');
    expect(await page.textContent('#summary')).toContain('over 1 of 9 common cases');
    expect(page.url()).toMatch(/phase=decode&format=mxfp4/);
    await page.locator('#result tbody a').click();
    expect(page.url()).toMatch(/\/case\/contribution\/decode\/case-2880\/.*w=mxfp4/);
    await page.goBack();
    await page.locator('#summary', { hasText: 'over 1 of 9 common cases' }).waitFor();
    await page.click('#swap');
    await page.locator('#summary', { hasText: 'runs at 0.' }).waitFor();
    await page.locator('#reference', { hasText: 'Example GPU Two' }).waitFor();
    expect(await page.locator(`#beside tr[data-machine="${two}"] td`).first().textContent()).toBe('1.00×');
    await page.selectOption('#format', '');
    await page.fill('#words', '1*2880*4096');
    expect(await page.textContent('#summary')).toMatch(/over \d of 9 common cases/);
    await page.fill('#words', 'none-such');
    expect(await page.textContent('#summary')).toContain('No case has ‘none-such’. There are the suites contribution');
    await page.context().close();
  });

  it('compares two runs of one machine, the newest with the oldest', async () => {
    const page = await opened();
    await visit(page, `compare.html#a=${one}&b=${one}`);
    await page.locator('#summary', { hasText: 'common cases' }).waitFor();
    expect(await page.textContent('#summary')).toMatch(/^B \(2026-10-10 .*A \(2026-09-01 .* over 18 common cases/);
    expect(page.url()).toContain('run-b=20261010');
    await page.fill('#words', 'gemv decode f16');
    expect(await page.locator('#result tbody tr').count()).toBe(2);
    await page.context().close();
  });

  it('puts rows in order by a head, by pointer and keyboard, and back', async () => {
    const page = await opened();
    await visit(page, 'index.html');
    const machines = () => page.locator('main table').first().locator('tbody th').allTextContents();
    const before = await machines();
    const head = page.locator('main table').first().locator('th', { hasText: 'best 32-bit' });
    await head.locator('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    expect((await machines())[0]).toContain('Example GPU Two');
    await page.keyboard.press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    expect((await machines()).at(-1)).toContain('Example GPU Two');
    await page.keyboard.press('Enter');
    expect(await head.getAttribute('aria-sort')).toBeNull();
    expect(await machines()).toEqual(before);
    await page.context().close();
  });

  it('opens the definition that a head leads to', async () => {
    const page = await opened();
    await visit(page, 'index.html');
    await page.locator('th a', { hasText: '4-bit decode' }).first().click();
    expect(await page.locator('#term-decode').isVisible()).toBe(true);
    await page.context().close();
  });

  it('shows the newest points of a history on a phone', async () => {
    const page = await opened({ width: 360 });
    await visit(page, SLOWER);
    const figure = page.locator('figure.history .drawing').first();
    const right = async (of: typeof figure) =>
      ((await of.boundingBox())?.x ?? 0) + ((await of.boundingBox())?.width ?? 0);
    const [frame, picture] = [await right(figure), await right(figure.locator('svg'))];
    expect((await figure.locator('svg').boundingBox())?.width).toBeGreaterThan(500);
    expect(Math.abs(frame - picture)).toBeLessThan(2);
    await page.context().close();
  });

  it('lists changes, which lead to the machine in the page of the case', async () => {
    const page = await opened();
    await visit(page, 'changes.html');
    await page.locator('#changes tbody td a').first().click();
    expect(page.url()).toContain(`#${one}`);
    const colourOf = (which: string) => page.evaluate(`getComputedStyle(${which}).backgroundColor`);
    const [there, other] = [await colourOf(`document.getElementById('${one}')`), await colourOf('document.body')];
    expect(there).not.toBe(other);
    await page.context().close();
  });

  it('has all numbers without JavaScript, and no control that would do nothing', async () => {
    const page = await opened({ javaScript: false });
    await visit(page, 'index.html');
    expect(await page.locator('#machines tbody tr').count()).toBe(4);
    expect(await page.locator('input:visible, select:visible').count()).toBe(0);
    await visit(page, 'compare.html');
    expect(await page.locator('select:visible, button:visible').count()).toBe(0);
    expect(await page.locator('td', { hasText: '1.70×' }).count()).toBeGreaterThan(0);
    await visit(page, SLOWER);
    expect(await page.locator('figure.history tbody tr').count()).toBeGreaterThan(39);
    await page.context().close();
  });
});
