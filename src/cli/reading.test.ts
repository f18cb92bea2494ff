/** docs/reading.md explains whatever a table can print. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COUNTED } from '../judge/check.ts';
import { peaksOf } from '../measure/to-record.ts';
import { INTERVAL_KINDS, rowSchema } from '../record/row.ts';
import { recordSchema } from '../record/schema.ts';
import { CALIBRATION_COLUMNS } from '../report/calibration.ts';
import { CHECK_COLUMNS } from '../report/check.ts';
import { CLIFF_COLUMNS } from '../report/cliffs.ts';
import { HEADINGS, VERDICTS } from '../report/comparison.ts';
import { COLUMNS as HTML_COLUMNS } from '../report/html.ts';
import { COLUMNS, READING } from '../report/model.ts';
import { SEARCH_COLUMNS } from '../report/search-text.ts';
import { TUNING_COLUMNS } from '../report/tuning.ts';
import { LIST_COLUMNS } from './verbs/list.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readFileSync(`${ROOT}docs/reading.md`, 'utf8');

/** Words that the page's tables and headings are about: the first cell of each row, and what is set as code. */
const EXPLAINED = new Set(
  [
    ...PAGE.matchAll(/^\| ([^|]+) \|/gm),
    ...PAGE.matchAll(/`([^`]+)`/g),
    ...PAGE.matchAll(/^\| (?:failed|skipped) \| ([^|]+) \|/gm),
  ]
    .flatMap(([, words = '']) => words.replaceAll('`', '').split(', '))
    .map((word) => word.trim()),
);

/** The section of a command: a word is explained where it is printed. */
function section(title: string): string {
  const [, rest = ''] = PAGE.split(`\n## ${title}\n`);
  return rest.split('\n## ')[0] ?? '';
}

/** All matches of a pattern in the product's sources. */
function inSources(folders: readonly string[], pattern: RegExp): string[] {
  const files = folders.flatMap((folder) =>
    readdirSync(`${ROOT}src/${folder}`)
      .filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
      .map((file) => readFileSync(`${ROOT}src/${folder}/${file}`, 'utf8')),
  );
  return [...new Set(files.flatMap((text) => [...text.matchAll(pattern)].map(([, word = '']) => word)))];
}

describe('docs/reading.md', () => {
  it('is what the tables name', () => {
    expect(READING).toContain('docs/reading.md');
  });

  it('explains every flag of a row', () => {
    const flags = inSources(['measure', 'record'], /code: '([a-z-]+)',\s*message/g);
    expect(flags).toEqual(expect.arrayContaining(['few-processes', 'launch-bound', 'no-plateau', 'above-peak']));
    const shorthand = inSources(['record'], /code: '([a-z-]+)', message/g);
    expect(shorthand).toContain('no-sentinel');
    expect([...flags, ...shorthand].filter((flag) => !EXPLAINED.has(flag))).toEqual([]);
  });

  it.each([
    ['A row of `run` and `report`', [...COLUMNS, ...INTERVAL_KINDS]],
    ['`list`', LIST_COLUMNS],
    ['`compare`', [...HEADINGS, ...VERDICTS]],
    ['`check`', [...CHECK_COLUMNS, ...COUNTED]],
    ['`calibrate`', CALIBRATION_COLUMNS],
    ['`tune`', TUNING_COLUMNS],
    ['`search`', SEARCH_COLUMNS],
    ['`report --cliffs`', CLIFF_COLUMNS.filter((title) => title !== '')],
  ])('explains the columns and words of %s', (title, words) => {
    const text = section(title);
    const missing = words.filter((word) => !new RegExp(`(^|[|,\`] ?)${literal(word)}( ?[|,\`])`, 'm').test(text));
    expect(missing).toEqual([]);
  });

  it('explains the columns of the page, ceilings, statuses, reasons and what ended a run', () => {
    const html = HTML_COLUMNS.map(([title]) => title);
    const facts = { source: 'gpu', vendor: '', architecture: '', device: '', description: '' } as never;
    const rates = {
      f32FlopPerSecond: 1,
      f16FlopPerSecond: 1,
      matrixFlopPerSecond: 1,
      copyBytesPerSecond: 1,
      launchSeconds: 1,
    };
    const ceilings = peaksOf({ ...rates } as never, facts).map(({ path }) => path);
    const statuses = rowSchema.options.map(({ shape }) => shape.status.value);
    const ended = recordSchema.shape.ended.options;
    const deaths = inSources(['measure'], /type Death = ([^;]+);/g).flatMap((union) => union.match(/[a-z-]+/g) ?? []);
    const refusals = inSources(['measure'], /reason: '([a-z-]+)'/g);
    const words = [...html, ...ceilings, ...statuses, ...ended, ...deaths, ...refusals];
    expect(words).toEqual(
      expect.arrayContaining(['of peak', 'f32-fma', 'copy', 'skipped', 'target', 'hang', 'budget']),
    );
    expect(words.filter((word) => word !== 'measured' && !EXPLAINED.has(word))).toEqual([]);
  });
});

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
