/** A site that is written for the tests of a file, served, and opened in a real browser. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { findChromium, launch } from './chromium.ts';
import { type Served, serve } from './serve.ts';

const chromium = findChromium();

/** Why there is none, as part of a title; empty where there is one. */
export const WITHOUT_BROWSER = typeof chromium === 'string' ? `: ${chromium}` : '';

export interface Opening {
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
  readonly javaScript?: boolean;
}

/** @param write writes the site into a folder and returns where in it the site is */
export function siteInBrowser(write: (folder: string) => Promise<string>) {
  let [folder, site] = ['', ''];
  let browser: Browser;
  let server: Served;
  beforeAll(async () => {
    if (typeof chromium === 'string') return;
    folder = mkdtempSync(join(tmpdir(), 'shapemark-site-'));
    site = await write(folder);
    server = await serve(site);
    browser = await launch(chromium);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  return {
    /** Where the site is on disk. */
    site: () => site,
    opened: async ({ scheme = 'light', width = 1280, javaScript = true }: Opening = {}): Promise<Page> => {
      const viewport = { width, height: 900 };
      const context = await browser.newContext({ viewport, colorScheme: scheme, javaScriptEnabled: javaScript });
      return context.newPage();
    },
    visit: async (page: Page, path: string): Promise<void> => {
      await page.goto(`${server.address}/${path}`);
      await page.waitForLoadState('networkidle');
    },
  };
}
