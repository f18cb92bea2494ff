/** The kernel sets of the A/B evaluation differ only as stated. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HEAD_NAMES } from './pool.ts';
import { BASE_FOLDER, SLOWED, writeHeads } from './sets.ts';

const folder = mkdtempSync(join(tmpdir(), 'shapemark-sets-'));
writeHeads(folder);
afterAll(() => rmSync(folder, { recursive: true }));

const read = (set: string, kernel: string) =>
  readFileSync(join(set === 'base' ? BASE_FOLDER : join(folder, set), kernel), 'utf8');
const frontMatter = (text: string) => text.slice(0, text.lastIndexOf('// ---'));
const EXTRA = /^const EXTRA = (\d+)u;$/m;

describe('kernels with a known truth', () => {
  const kernels = readdirSync(BASE_FOLDER);

  it('are three, in every set', () => {
    expect(kernels).toHaveLength(3);
    for (const set of HEAD_NAMES) expect(readdirSync(join(folder, set))).toEqual(kernels);
  });

  it.each(kernels)('%s: all sets offer the same shapes, formats and tiles', (kernel) => {
    for (const set of HEAD_NAMES) expect(frontMatter(read(set, kernel))).toBe(frontMatter(read('base', kernel)));
  });

  it.each(kernels)('%s: slowed ones differ in the amount of extra work only', (kernel) => {
    const [three, five, ten] = SLOWED.map((set) => read(set, kernel));
    const without = (text = '') => text.replace(EXTRA, '');
    const amount = (text = '') => Number(EXTRA.exec(text)?.[1]);
    expect(without(five)).toBe(without(three));
    expect(without(ten)).toBe(without(three));
    expect(amount(three)).toBeLessThan(amount(five));
    expect(amount(five)).toBeLessThan(amount(ten));
  });

  it.each(kernels)('%s: slowed ones sum all of k after a part of it', (kernel) => {
    const slow = read('slow-3', kernel);
    expect(slow).toContain('k < end; k += ');
    expect(slow).not.toContain('k < problem.k; k += ');
    expect(slow).toContain('    if (end == problem.k) { break; }\n    end = problem.k;\n  }\n');
  });

  it.each(kernels)('%s: the equal one is another text of as many loops', (kernel) => {
    const [base, equal] = [read('base', kernel), read('equal', kernel)];
    expect(equal).not.toBe(base);
    const loops = (text: string) => text.match(/\bfor \(/g)?.length;
    expect(loops(equal)).toBe(loops(base));
  });
});
