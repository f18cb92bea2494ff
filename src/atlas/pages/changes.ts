/** What changed on a machine: what is decided, and otherwise how small a change would have shown. */

import type { ReportedSeries } from '../../report/check-report.ts';
import type { Child } from '../../report/document/markup.ts';
import { element } from '../../report/document/markup.ts';
import { dayOf } from '../../report/history-svg.ts';
import { change, counted, percent } from '../../report/si.ts';
import type { Atlas, Place } from '../atlas.ts';
import { casePath } from '../paths.ts';
import { code, p, quiet, sectionAt, type View, verdictMark } from '../view.ts';
import { changeGroups, groupColumns, textOf } from './change-groups.ts';
import { standingOf } from './standing.ts';

/** The rest is counted. */
const MOST = 40;

export function changesSection(atlas: Atlas, place: Place, view: View): Child {
  const { findings, shifts, sentence } = standingOf(atlas, place);
  const groups = changeGroups(atlas).filter(({ machine }) => machine === place.machine);
  return sectionAt(
    view.alone ? undefined : 'changed',
    'What changed',
    p(sentence),
    shifts.map(({ ratio, share, at, why }) =>
      element(
        'p',
        { class: 'note' },
        `The whole machine: ${percent(share)} of its cases changed together by ${change(ratio - 1)} of their time`,
        at === null ? '' : [' at commit ', code(at.slice(0, 8))],
        `; ${why}.`,
      ),
    ),
    view.table(groupColumns(view), groups.slice(0, MOST), { caption: 'The newest changes first' }),
    findings.length > 0 &&
      element(
        'details',
        groups.length === 0 ? { open: '' } : {},
        element('summary', {}, `${counted(findings.length, 'case')} one by one`),
        findingsTable(place, findings, view),
        findings.length > MOST && quiet(`${counted(findings.length - MOST, 'more case')} are in the pages of cases.`),
      ),
  );
}

function findingsTable({ machine }: Place, findings: readonly ReportedSeries[], view: View): Child {
  return view.table<ReportedSeries>(
    [
      {
        title: 'case',
        row: true,
        cell: ({ id }) => view.link(`${casePath(id.replace(/\/kernel=[^/]*$/, ''))}#${machine}`, textOf(id)),
      },
      { metric: 'verdict', text: true, cell: ({ verdict }) => verdictMark(verdict) },
      { metric: 'change', cell: ({ ratio }) => (ratio === undefined ? '–' : change(ratio - 1)) },
      { metric: 'since', cell: ({ changes }) => dayOf(changes.at(-1)?.run ?? '–') },
      { title: 'commit', cell: ({ at }) => (at ? code(at.slice(0, 8)) : '–') },
      { title: 'why', wide: true, cell: whyOf },
    ],
    findings.slice(0, MOST),
    { caption: 'Failures first, then changes, the largest first' },
  );
}

function whyOf({ cause, scope, reason }: ReportedSeries): string {
  if (cause === undefined && scope === undefined) return reason;
  return [
    ...(cause === undefined ? [] : [`likely ${cause}`]),
    ...(scope === undefined ? [] : [`seen on ${scope}`]),
  ].join('; ');
}
