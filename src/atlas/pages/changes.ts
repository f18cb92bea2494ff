/** What changed on a machine: what is decided, and otherwise how small a change would have shown. */

import type { ReportedSeries } from '../../report/check-report.ts';
import { type Child, element } from '../../report/document/markup.ts';
import { dayOf } from '../../report/history-svg.ts';
import { counted, percent } from '../../report/si.ts';
import type { Atlas, Place } from '../atlas.ts';
import { code, p, quiet, sectionAt, type View, verdictMark } from '../view.ts';
import {
  type ChangeGroup,
  caseOfId,
  changeGroups,
  groupColumns,
  movedAnchor,
  NAMED,
  timeText,
} from './change-groups.ts';
import { standingOf } from './standing.ts';

/** Lines of changes; the rest is counted. */
const MOST_LINES = 40;
/** Cases that the lists below them can hold. */
const MOST_CASES = 200;

export function changesSection(atlas: Atlas, place: Place, view: View): Child {
  const { open, shifts, sentence } = standingOf(atlas, place);
  const groups = changeGroups(atlas).filter(({ machine }) => machine === place.machine);
  const shown = groups.slice(0, MOST_LINES);
  return sectionAt(
    view.alone ? undefined : 'changed',
    'What changed',
    p(sentence),
    shifts.map(({ ratio, share, at, why }) =>
      element(
        'p',
        { class: 'note' },
        `The whole machine: ${percent(share)} of its cases changed together: each ${timeText([{ ratio }])}`,
        at === null ? '' : [' at commit ', code(at.slice(0, 8))],
        `; ${why}.`,
      ),
    ),
    view.table(groupColumns(view), shown, { caption: 'Slower first, then the newest' }),
    groups.length > shown.length && quiet(`${counted(groups.length - shown.length, 'more line')} are left out.`),
    oneByOne(shown, view),
    open.length > 0 && openList(open, view),
  );
}

/** All cases of each line that names only a few of them, where lines of all pages lead to. */
function oneByOne(groups: readonly ChangeGroup[], view: View): Child {
  let room = MOST_CASES;
  return groups
    .filter(({ cases }) => cases.length > NAMED)
    .map((group) => {
      const { cases, direction, run, machine } = group;
      const own = cases.slice(0, Math.max(room, NAMED));
      room -= own.length;
      const caption = `${direction} since ${dayOf(run)}, the largest change first`;
      return element(
        'details',
        {},
        element('summary', {}, `${counted(cases.length, 'case')} ${direction} since ${dayOf(run)}, one by one`),
        element(
          'div',
          { id: view.alone ? undefined : movedAnchor(group) },
          view.table<ChangeGroup['cases'][number]>(
            [
              { title: 'case', row: true, cell: ({ id }) => caseOfId(id, machine, view) },
              { metric: 'verdict', text: true, cell: () => verdictMark(direction) },
              { metric: 'change', cell: (one) => timeText([one]) },
            ],
            own,
            { caption },
          ),
          cases.length > own.length && quiet(`${counted(cases.length - own.length, 'more case')} are left out here.`),
        ),
      );
    });
}

function openList(open: readonly ReportedSeries[], view: View): Child {
  return element(
    'details',
    {},
    element('summary', {}, `${counted(open.length, 'case')} without a decision, one by one`),
    view.table<ReportedSeries>(
      [
        { title: 'case', row: true, cell: ({ id, machine }) => caseOfId(id, machine, view) },
        { metric: 'verdict', text: true, cell: ({ verdict }) => verdictMark(verdict) },
        { title: 'why', wide: true, cell: ({ reason }) => reason },
      ],
      open.slice(0, MOST_CASES),
      { caption: 'What is missing or unclear' },
    ),
    open.length > MOST_CASES && quiet(`${counted(open.length - MOST_CASES, 'more case')} are left out here.`),
  );
}
