import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PAGES } from './pages.ts';

it.each(Object.entries(PAGES))('docs/%s is what `npm run docs` writes', async (file, content) => {
  expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toBe(await content());
});
