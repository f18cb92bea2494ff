/** The kernel sets of the A/B evaluation differ only as stated. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const read = (set: string, kernel: string) => readFileSync(join(FOLDER, set, kernel), 'utf8');
const frontMatter = (text: string) => text.slice(0, text.lastIndexOf('// ---'));
const EXTRA = /^const EXTRA = (\d+)u;$/m;

describe('kernels with a known truth', () => {
  const kernels = readdirSync(join(FOLDER, 'base'));

  it('are three, in every set', () => {
    expect(kernels).toHaveLength(3);
    for (const set of ['equal', 'slow-3', 'slow-5', 'slow-10']) expect(readdirSync(join(FOLDER, set))).toEqual(kernels);
  });

  it.each(kernels)('%s: all sets offer the same shapes, formats and tiles', (kernel) => {
    for (const set of ['equal', 'slow-3', 'slow-5', 'slow-10'])
      expect(frontMatter(read(set, kernel))).toBe(frontMatter(read('base', kernel)));
  });

  it.each(kernels)('%s: slowed ones differ in the amount of extra work only', (kernel) => {
    const [three, five, ten] = ['slow-3', 'slow-5', 'slow-10'].map((set) => read(set, kernel));
    const without = (text = '') => text.replace(EXTRA, '');
    const amount = (text = '') => Number(EXTRA.exec(text)?.[1]);
    expect(without(five)).toBe(without(three));
    expect(without(ten)).toBe(without(three));
    expect(amount(three)).toBeLessThan(amount(five));
    expect(amount(five)).toBeLessThan(amount(ten));
  });

  it.each(kernels)('%s: the equal one is another text of as many loops', (kernel) => {
    const [base, equal] = [read('base', kernel), read('equal', kernel)];
    expect(equal).not.toBe(base);
    const loops = (text: string) => text.match(/\bfor \(/g)?.length;
    expect(loops(equal)).toBe(loops(base));
  });
});
