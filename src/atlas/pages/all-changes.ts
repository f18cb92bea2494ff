/** What got slower or faster on any machine: slower first, the newest first. */
import { type Child, element } from '../../report/document/markup.ts';
import { counted } from '../../report/si.ts';
import type { Atlas } from '../atlas.ts';
import { filterField, wordsFor } from '../filter-field.ts';
import { type Made, renderPage } from '../shell.ts';
import { partsOf } from '../site/compare-data.ts';
import { p, quiet, section, sectionAt, View } from '../view.ts';
import { type ChangeEvent, changeEvents, eventColumns } from './change-events.ts';
import { changeGroups } from './change-groups.ts';

/** Lines that a page can hold, of each direction. */
const MOST = 75;
/** Machines in the lists behind them. */
const MOST_LISTED = 500;
/** Lines of the start page. */
const NEWEST = 4;

export const CHANGES_PAGE = 'changes.html';

const DIRECTIONS = ['slower', 'faster'] as const;

export function allChangesPage(atlas: Atlas, made: Made): string {
  const view = new View(CHANGES_PAGE);
  const events = changeEvents(changeGroups(atlas));
  const room = { left: MOST_LISTED };
  const main: Child[] = [
    element(
      'p',
      { class: 'lead' },
      'Lasting changes of time on all machines, slower first, then the newest: what the same driver or commit changed in one direction is one line, with its machines behind.',
    ),
    events.length === 0 && p('No history has moved.'),
    events.length > 1 && filterField('changes', 'a machine, driver, 4-bit …'),
    element(
      'div',
      { id: 'changes' },
      directionLinks(events),
      DIRECTIONS.map((direction) => {
        const own = events.filter((event) => event.direction === direction);
        return own.length > 0 && directionSection(atlas, own, room, view);
      }),
    ),
    quiet(
      'A change counts when five runs in a row confirm it, so that the newest runs may hold one that is not told yet.',
    ),
    view.terms(),
  ];
  return renderPage({ path: CHANGES_PAGE, title: 'What changed', main, made });
}

/** Which are shown: the address decides, without a script. */
function directionLinks(events: readonly ChangeEvent[]): Child {
  const counts = DIRECTIONS.map((one) => events.filter(({ direction }) => direction === one).length);
  if (counts.includes(0)) return undefined;
  const links = [
    ['changes', `all ${events.length}`],
    ...DIRECTIONS.map((direction, i) => [direction, `${counts[i]} ${direction}`]),
  ];
  const items = links.map(([id, text = '']) => element('li', {}, element('a', { href: `#${id}` }, text)));
  return element('nav', { class: 'here only', 'aria-label': 'Which changes are shown' }, element('ul', {}, items));
}

function directionSection(atlas: Atlas, events: readonly ChangeEvent[], room: { left: number }, view: View): Child {
  const direction = events[0]?.direction ?? 'slower';
  return sectionAt(
    direction,
    direction === 'slower' ? 'Slower' : 'Faster',
    eventTable(atlas, events.slice(0, MOST), view, room),
    events.length > MOST && quiet(`${counted(events.length - MOST, 'older line')} are on the pages of machines.`),
  );
}

/** The newest few, slower first, for the start page. */
export function newestChanges(atlas: Atlas, view: View): Child {
  const events = changeEvents(changeGroups(atlas));
  if (events.length === 0) return undefined;
  const last = events.map(({ groups }) => groups[0]?.run ?? '').sort();
  const newest = last.at(-NEWEST) ?? '';
  const shown = events.filter(({ groups }) => (groups[0]?.run ?? '') >= newest).slice(0, NEWEST);
  return section(
    'Changed last',
    eventTable(atlas, shown, view),
    p(view.link(CHANGES_PAGE, `${counted(events.length, 'change')} on all machines`)),
  );
}

function eventTable({ places }: Atlas, events: readonly ChangeEvent[], view: View, room?: { left: number }): Child {
  const titles = new Map(places.map(({ machine, title, where }) => [machine, `${title}, ${where}`]));
  return view.table(eventColumns(view, { titles, listedAt: CHANGES_PAGE, ...(room && { room }) }), events, {
    caption: room ? 'The newest changes first' : 'Slower first',
    rowAttributes: ({ cases }) => ({ 'data-words': wordsFor(cases.map(({ id }) => partsOf(id).format)) }),
  });
}
