import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kernelsPage, PAGE } from './kernels-page.ts';

it('docs/kernels.md is what the kernels and the stored runs of the series make it; npm run docs:kernels writes it', async () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(await kernelsPage());
});
