/** What got slower or faster on any machine, the newest first. */
import { type Child, element } from '../../report/document/markup.ts';
import { counted } from '../../report/si.ts';
import type { Atlas } from '../atlas.ts';
import { filterField, wordsFor } from '../filter-field.ts';
import { type Made, renderPage } from '../shell.ts';
import { partsOf } from '../site/compare-data.ts';
import { p, quiet, section, View } from '../view.ts';
import { type ChangeGroup, changeGroups, groupColumns } from './change-groups.ts';

/** Lines that a page can hold. */
const MOST = 200;
/** Lines of the start page. */
const NEWEST = 4;

export const CHANGES_PAGE = 'changes.html';

export function allChangesPage(atlas: Atlas, made: Made): string {
  const view = new View(CHANGES_PAGE);
  const groups = changeGroups(atlas);
  const main: Child[] = [
    element(
      'p',
      { class: 'lead' },
      'Lasting changes of time on all machines, the newest first: cases that moved with the same run of a machine are one line.',
    ),
    groups.length === 0 && p('No history has moved.'),
    groups.length > 1 && filterField('changes', 'a machine, slower, driver …'),
    element('div', { id: 'changes' }, groupTable(atlas, groups.slice(0, MOST), view)),
    groups.length > MOST && quiet(`${counted(groups.length - MOST, 'older line')} are on the pages of machines.`),
    quiet(
      'A change counts when five runs in a row confirm it, so that the newest runs may hold one that is not told yet.',
    ),
    view.terms(),
  ];
  return renderPage({ path: CHANGES_PAGE, title: 'What changed', main, made });
}

/** The newest few, for the start page. */
export function newestChanges(atlas: Atlas, view: View): Child {
  const groups = changeGroups(atlas);
  if (groups.length === 0) return undefined;
  return section(
    'Changed last',
    groupTable(atlas, groups.slice(0, NEWEST), view),
    p(view.link(CHANGES_PAGE, `All ${counted(groups.length, 'change')} on all machines`)),
  );
}

function groupTable({ places }: Atlas, groups: readonly ChangeGroup[], view: View): Child {
  const titles = new Map(places.map(({ machine, title, where }) => [machine, `${title}, ${where}`]));
  return view.table(groupColumns(view, titles), groups, {
    caption: 'The newest changes first',
    rowAttributes: ({ cases }) => ({ 'data-words': wordsFor(cases.map(({ id }) => partsOf(id).format)) }),
  });
}
