/** The page that measures, in a real browser. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MeasureData } from '../../atlas/measure/data.ts';
import { measureFiles } from '../../atlas/measure/files.node.ts';
import { measured as measureHere } from '../../atlas/measure/measuring.ts';
import { ICON, STYLESHEET } from '../../atlas/stylesheet.ts';
import { findChromium, launch } from '../../atlas/testdata/chromium.ts';
import { type Served, serve } from '../../atlas/testdata/serve.ts';
import { deviceFacts } from '../../measure/parent/facts.ts';
import { processHost } from '../../measure/parent/host.node.ts';
import type { RunRecord } from '../../record/schema.ts';
import { readRecord, readSamples } from '../../record/store/store.node.ts';
import type { Io } from '../io.ts';
import { vetFile } from '../validate/file.ts';
import { measureData } from './measure-data.ts';

const chromium = findChromium();
const why = typeof chromium === 'string' ? ` (${chromium})` : '';
const SUITE = 'src/atlas/testdata/browser.yaml';
const io = { cwd: process.cwd(), environment: {}, out: () => {}, err: () => {} } as never as Io;
const MINUTES = 60_000;
/** What is asked about a record of a changed tree, or of a machine that is busy with other tests. */
const EXPECTED = /^the working tree differed|samples take|a sample of \d+ launches takes|of the time that/;

/**
 * In front of the worker's script: timestamps as coarse as a browser makes them, which the flags that give a test its adapter switch
 * off; and a device that is lost when a message asks for it.
 */
const COARSE = `{
  const range = GPUBuffer.prototype.getMappedRange;
  GPUBuffer.prototype.getMappedRange = function (...at) {
    const bytes = range.apply(this, at);
    if (this.size !== 16) return bytes;
    const ticks = new BigUint64Array(bytes.slice(0));
    for (let i = 0; i < 2; i++) ticks[i] -= ticks[i] % 65536n;
    return ticks.buffer;
  };
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...of) {
    const device = await request.apply(this, of);
    new BroadcastChannel('test').onmessage = () => device.destroy();
    return device;
  };
}
`;

/** A browser without timestamps, whose wall clock steps by a millisecond. */
const UNTIMED = `{
  const { get } = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, 'features');
  const features = { get() { return new Set([...get.call(this)].filter((name) => name !== 'timestamp-query')); } };
  Object.defineProperty(GPUAdapter.prototype, 'features', features);
  const now = performance.now.bind(performance);
  performance.now = () => Math.floor(now());
}
`;

const WATCH = `window.violations = [];
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => violations.push(violatedDirective + ' ' + blockedURI));`;

describe.skipIf(why !== '')(`the page that measures, in Chromium${why}`, () => {
  let [site, browser, page, data]: [Served, Browser, Page, MeasureData] = [] as never;
  const folder = mkdtempSync(join(tmpdir(), 'shapemark-page-'));
  const errors: string[] = [];

  beforeAll(async () => {
    if (typeof chromium === 'string') return;
    data = await measureData(io, SUITE);
    const files = new Map([...(await measureFiles(data)), ['style.css', STYLESHEET], ['icon.svg', ICON]]);
    files.set('measure-worker.js', COARSE + files.get('measure-worker.js'));
    for (const [path, text] of files) writeFileSync(join(folder, path), text);
    site = await serve(folder);
    browser = await launch(chromium);
    page = await browser.newPage();
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    await page.addInitScript(WATCH);
    await page.goto(`${site.address}/measure.html`);
    await page.waitForSelector('#device:not([hidden])', { timeout: MINUTES });
  }, MINUTES);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
    rmSync(folder, { recursive: true });
  });

  const text = async (id: string) => (await page.locator(`#${id}`).textContent()) ?? '';
  const status = (id: string, pattern: RegExp, timeout = 4 * MINUTES) =>
    page.locator(`#${id}`, { hasText: pattern }).waitFor({ timeout });
  const hide = (isHidden: boolean) =>
    page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));`);

  async function downloaded(): Promise<{ path: string; record: RunRecord }> {
    const paths: string[] = [];
    for (const link of await page.locator('a[download]').all()) {
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      const path = join(folder, download.suggestedFilename());
      await download.saveAs(path);
      paths.push(path);
    }
    const [path = ''] = paths;
    expect(paths).toHaveLength(2);
    const record = readSamples(path, readRecord(path));
    if (!record) throw new Error('no samples');
    return { path, record };
  }

  async function expectClean(): Promise<void> {
    await page.evaluate(axe.source);
    const violations = await page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target).join(' ')))",
    );
    expect(violations).toEqual([]);
    expect(await page.evaluate('violations')).toEqual([]);
    expect(errors).toEqual([]);
  }

  it('shows the adapter first, and calls software what it is', { timeout: 3 * MINUTES }, async () => {
    const facts = await text('device-facts');
    expect(facts).toContain('google swiftshader');
    expect(facts).toContain('software: it computes on the CPU');
    expect(facts).toMatch(/fallback adapter\s*yes/);
    expect(await text('device-note')).toContain('This is not your GPU');
    await expectClean();
  });

  it('measures two numbers', { timeout: 5 * MINUTES }, async () => {
    await page.click('#glance-start');
    await status('glance-status', /^One round each/);
    expect(await text('card-rate')).toMatch(/[\d.]+ [MGT]FLOPS.*right/);
    expect(await text('card-bandwidth')).toMatch(/[\d.]+ [kMG]B\/s.*right/);
  });

  it('measures the suite, waits while it is paused, and measures again what a hidden page disturbed; validate takes the record', {
    timeout: 10 * MINUTES,
  }, async () => {
    await page.click('#suite-start');
    await status('progress-text', /round 1, 1 of/);
    await hide(true);
    await status('progress-text', /waits until this page is in front/);
    await hide(false);
    await status('progress-text', /^round/);
    await page.click('#suite-pause');
    await status('progress-text', /^paused/);
    const before = await text('progress-text');
    await page.waitForTimeout(1500);
    expect(await text('progress-text')).toBe(before);
    await page.click('#suite-pause');
    await status('suite-status', /^Done/);
    expect(await text('suite-status')).toMatch(/^Done: 3 of 3 cases measured and right, in 3 rounds/);
    await expectClean();

    const { path, record } = await downloaded();
    expect(record.environment).toMatchObject({ engine: 'webgpu', dawn: null, cpu: { model: 'unknown' } });
    expect(record.environment.adapter).toMatchObject({ backend: 'browser', source: 'embedded-software' });
    expect(record.processes.map(({ replication }) => replication)).toEqual(['device', 'device', 'device']);
    expect(record.processes.map(({ lost = '' }) => lost).join()).toMatch(/^the page was hidden during browser\//);
    for (const row of record.cases) expect(row).toMatchObject({ status: 'measured', verify: { again: true } });
    const { verdict, reasons, tier } = await vetFile(path, 'record', { names: [], repository: process.cwd() });
    expect(tier).toBe('browser');
    expect(reasons.filter((reason) => !EXPECTED.test(reason))).toEqual([]);
    expect(verdict).not.toBe('refuse');
  });

  it('meets a clock of 65,536 ns with longer samples', async () => {
    const { record } = await downloaded();
    expect(record.timer).toMatchObject({ kind: 'gpu', quantized: true, resolutionSeconds: 65_536e-9 });
    for (const { repeats, samples = [] } of record.cases.flatMap(({ visits }) => visits)) {
      const steps = samples.map((seconds) => (seconds * repeats) / 65_536e-9);
      const middle = [...steps].sort((a, b) => a - b)[steps.length >> 1] ?? 0;
      expect(middle).toBeGreaterThan(25);
    }
  });

  it('agrees with Node on the same adapter', { timeout: 5 * MINUTES }, async () => {
    const { record } = await downloaded();
    const host = processHost();
    const facts = await deviceFacts(host, { engine: 'webgpu', adapter: 'embedded', yieldCpu: true });
    expect(facts.source).toBe('embedded-software');
    const [row] = record.cases;
    const item = data.cases.find(({ id }) => id === row?.id);
    if (!item || !row) throw new Error('no case');
    const here = await measureHere({
      ...{ data, cases: [item], settings: data.settings, host, withoutPeaks: true, adapter: 'embedded' },
      attention: { ready: async () => {}, disturbance: () => null },
      signal: new AbortController().signal,
      onVisit: () => {},
      onProgress: () => {},
    });
    const [outcome] = here?.measurement.cases ?? [];
    const chosen = outcome?.entry?.contenders[0]?.source;
    expect(chosen?.kind === 'wgsl' && chosen.program.kernelHash).toBe(row.kernel.hash);
    const inNode = outcome?.visits.flatMap(({ result }) => result?.contenders[0]?.samples ?? []) ?? [];
    const inBrowser = row.visits.flatMap(({ samples = [] }) => samples);
    expect(inNode.length).toBeGreaterThanOrEqual(15);
    // The machine may be busy, which only slows samples down: the fastest are alike.
    const ratio = Math.min(...inBrowser) / Math.min(...inNode);
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(2.5);
    // And the ranges of both have something in common.
    expect(Math.min(...inBrowser)).toBeLessThan(1.2 * Math.max(...inNode));
    expect(Math.min(...inNode)).toBeLessThan(1.2 * Math.max(...inBrowser));
  });

  it('goes on after a lost device with the next round, and stops when asked', { timeout: 6 * MINUTES }, async () => {
    await page.click('#suite-start');
    await status('progress-text', /round 1, 1 of/);
    await page.evaluate("new BroadcastChannel('test').postMessage('lose')");
    await status('progress-text', /round 2, /);
    expect(await page.locator('#suite-table .bad').count()).toBeLessThanOrEqual(1);
    await page.click('#suite-cancel');
    await status('suite-status', /^Stopped/);
    const { path, record } = await downloaded();
    expect(record.ended).toBe('interrupted');
    expect(record.processes.map(({ lost = '' }) => lost).join()).toContain('device-lost');
    const { verdict, reasons } = await vetFile(path, 'record', { names: [] });
    expect(verdict).toBe('ask');
    expect(reasons.join()).toContain('the run was interrupted');
  });

  it('measures by the wall clock where a browser has no timestamps', { timeout: 10 * MINUTES }, async () => {
    const untimed = await browser.newPage();
    const bundle = readFileSync(join(folder, 'measure-worker.js'), 'utf8').slice(COARSE.length);
    await untimed.route('**/measure-worker.js', (route) =>
      route.fulfill({ body: UNTIMED + bundle, contentType: 'text/javascript' }),
    );
    const before = page;
    page = untimed;
    try {
      await page.goto(`${site.address}/measure.html`);
      await page.click('#suite-start');
      await status('suite-status', /^Done: 3 of 3 cases measured and right/);
      const { path, record } = await downloaded();
      expect(record.timer).toMatchObject({ kind: 'wall', proven: true });
      expect(record.timer.resolutionSeconds).toBeCloseTo(1e-3, 9);
      const visits = record.cases.flatMap((row) => row.visits);
      expect(new Set(visits.map(({ clock }) => clock))).toEqual(new Set(['wall']));
      const lengths = visits.map(({ repeats, medianSeconds }) => repeats * medianSeconds).sort((a, b) => a - b);
      expect(lengths[lengths.length >> 1]).toBeGreaterThan(25e-3);
      const { reasons } = await vetFile(path, 'record', { names: [] });
      expect(reasons.filter((reason) => !EXPECTED.test(reason))).toEqual([]);
    } finally {
      page = before;
      await untimed.close();
    }
  });

  it.each([
    ['light', 360],
    ['dark', 360],
    ['dark', 1280],
  ] as const)('can be read by everybody, %s and %s wide', { timeout: 3 * MINUTES }, async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    await expectClean();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });

  it('says what to do where there is no adapter', { timeout: 4 * MINUTES }, async () => {
    if (typeof chromium === 'string') return;
    const without = await launch(chromium, false);
    try {
      page = await without.newPage();
      await page.addInitScript(WATCH);
      await page.goto(`${site.address}/measure.html`);
      await page.waitForSelector('#problem:not([hidden])', { timeout: MINUTES });
      expect(await text('problem')).toMatch(/no adapter|no WebGPU/);
      expect(await text('problem')).toContain('contribute');
      expect(await page.locator('#glance').isVisible()).toBe(false);
      await expectClean();
    } finally {
      await without.close();
    }
  });
});
