/** The words that docs/words.md rules out occur neither in the documentation nor in what the command line prints. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const read = (file: string) => readFileSync(ROOT + file, 'utf8');
const filesOf = (folder: string, ending: string) =>
  readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending) && !/\.test\.|testdata|node_modules/.test(file))
    .map((file) => `${folder}/${file}`);

/** The last column of the table. */
const RULED_OUT = [...read('docs/words.md').matchAll(/^\| (?!idea|--).* \| ([^|]+) \|$/gm)].flatMap(([, words = '']) =>
  words.split(', ').map((word) => word.trim()),
);

const PAGES = ['README.md', 'CONTRIBUTING.md', 'benches/README.md', ...filesOf('docs', '.md')].filter(
  (file) => file !== 'docs/words.md',
);
const SOURCES = [...filesOf('src', '.ts'), ...filesOf('peers', '.ts'), ...filesOf('evals', '.ts')];

/** Sentences of a page: without code, which quotes identifiers. */
function prose(markdown: string): string {
  return markdown.replace(/^ *```.*?^ *```$/gms, '').replace(/`[^`]*`/g, '');
}

/** What a source can print: its strings of several words; comments and identifiers are left out. */
function messages(source: string): string {
  const code = source.replace(/\/\*.*?\*\//gs, '').replace(/^\s*\/\/.*$/gm, '');
  const strings = [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)];
  return strings
    .map(([, single, double, template]) => (single ?? double ?? template ?? '').replace(/\$\{[^}]*\}/g, ''))
    .filter((text) => text.includes(' ') && !text.includes(';\n'))
    .join('\n');
}

function occurrences(text: string): string[] {
  const plural = (word: string) => (word.endsWith('y') ? `${word.slice(0, -1)}(y|ies)` : `${word}s?`);
  return RULED_OUT.filter((word) => new RegExp(`\\b${plural(word)}\\b`, 'i').test(text));
}

describe('words that docs/words.md rules out', () => {
  it('are found', () => {
    expect(RULED_OUT).toEqual(expect.arrayContaining(['strategy', 'pass/fail', 'MFU', 'group size']));
    expect(occurrences(prose('Two strategies, `MFU` and\n```\ndims\n```\nPass/fail'))).toEqual([
      'strategy',
      'pass/fail',
    ]);
    expect(messages("// a dim's\nconst dims = 'a group size of 3'; f(dims, \"pass/fail it\")")).toBe(
      'a group size of 3\npass/fail it',
    );
  });

  it.each(PAGES)('are not in %s', (file) => {
    expect(occurrences(prose(read(file)))).toEqual([]);
  });

  it('are in no message', () => {
    const found = SOURCES.flatMap((file) => occurrences(messages(read(file))).map((word) => `${file}: ${word}`));
    expect(found).toEqual([]);
  });
});
