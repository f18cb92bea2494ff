import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderMarkdown } from '../../src/report/document/markdown.ts';
import { outcomesOf } from './outcomes.ts';
import { faultsDocument } from './page.ts';
import { isPossible } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const PAGE = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8');

/** Cells of rows that are not empty: a table of one row has no column for those. */
const rowsOf = (page: string) =>
  page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| -|^\| what happens/.test(line))
    .map((line) => line.split('|').flatMap((cell) => cell.trim() || []));

const named = (faults: readonly string[]) => rowsOf(PAGE).filter(([fault]) => faults.includes(fault ?? ''));

it('docs/faults.md has every fault once, in this order', () => {
  expect(rowsOf(PAGE).map(([fault]) => fault)).toEqual(SCENARIOS.flatMap(({ faults }) => faults));
});

it.each(SCENARIOS.filter(isPossible).map((scenario) => [scenario.title, scenario] as const))(
  '%s',
  async (_, scenario) => {
    const found = renderMarkdown(faultsDocument(await outcomesOf(scenario)));
    expect(rowsOf(found)).toEqual(named(scenario.faults));
  },
  600_000,
);
