/** docs/reading.md explains everything that a table can print. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { VERDICTS } from '../judge/ab/comparison.ts';
import { COUNTED } from '../judge/history/check.ts';
import { peaksOf } from '../measure/parent/to-record.ts';
import { CHANGE_VERDICTS } from '../record/beside/inspection.ts';
import { INTERVAL_KINDS, rowSchema } from '../record/row.ts';
import { recordSchema } from '../record/schema.ts';
import { CALIBRATION_COLUMNS } from '../report/calibration.ts';
import { FINDING_COLUMNS } from '../report/check.ts';
import { CLIFF_COLUMNS } from '../report/cliffs.ts';
import { COMPARED_COLUMNS, SUMMED_COLUMNS } from '../report/comparison.ts';
import { CHANGE_COLUMNS, INSPECTION_COLUMNS } from '../report/inspection.ts';
import { LIST_COLUMNS } from '../report/list.ts';
import { READING, rowColumns } from '../report/run.ts';
import { SEARCH_COLUMNS } from '../report/search-answer.ts';
import { TUNING_COLUMNS } from '../report/tuning.ts';

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
    readdirSync(`${ROOT}src/${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
      .map((file) => readFileSync(`${ROOT}src/${folder}/${file}`, 'utf8')),
  );
  return [...new Set(files.flatMap((text) => [...text.matchAll(pattern)].map(([, word = '']) => word)))];
}

const titlesOf = (columns: readonly { readonly title: string }[]) => columns.map(({ title }) => title);

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
    ['A row of `run` and `report`', [...titlesOf(rowColumns()), ...INTERVAL_KINDS]],
    ['`list`', titlesOf(LIST_COLUMNS)],
    ['`compare`', [...titlesOf(COMPARED_COLUMNS), ...titlesOf(SUMMED_COLUMNS), ...VERDICTS]],
    ['`check`', [...titlesOf(FINDING_COLUMNS), ...COUNTED]],
    ['`calibrate`', titlesOf(CALIBRATION_COLUMNS)],
    ['`tune`', titlesOf(TUNING_COLUMNS)],
    ['`search`', titlesOf(SEARCH_COLUMNS)],
    ['`inspect`', [...titlesOf(INSPECTION_COLUMNS), ...titlesOf(CHANGE_COLUMNS), ...CHANGE_VERDICTS]],
    ['`report --cliffs`', titlesOf(CLIFF_COLUMNS)],
  ])('explains the columns and words of %s', (title, words) => {
    const text = section(title);
    const missing = words.filter((word) => !new RegExp(`(^|[|,\`] ?)${literal(word)}( ?[|,\`])`, 'm').test(text));
    expect(missing).toEqual([]);
  });

  it('explains ceilings, statuses, reasons and what ended a run', () => {
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
    const refusals = inSources(['kernel/select', 'measure', 'experiment'], /reason: '([a-z-]+)'/g);
    const words = [...ceilings, ...statuses, ...ended, ...deaths, ...refusals];
    expect(words).toEqual(expect.arrayContaining(['f32-fma', 'copy', 'skipped', 'target', 'hang', 'budget']));
    expect(words.filter((word) => word !== 'measured' && !EXPLAINED.has(word))).toEqual([]);
  });
});

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
