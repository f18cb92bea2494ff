/** What changed on a machine: what is decided, and otherwise how small a change would have shown. */

import type { ReportedSeries } from '../../report/check-report.ts';
import type { Child } from '../../report/document/markup.ts';
import { element } from '../../report/document/markup.ts';
import { change, counted, percent } from '../../report/si.ts';
import type { Atlas, Place } from '../atlas.ts';
import { casePath } from '../paths.ts';
import { code, p, quiet, section, type View, verdictMark } from '../view.ts';
import { standingOf } from './standing.ts';

/** The rest is counted. */
const MOST = 40;

export function changesSection(atlas: Atlas, place: Place, view: View): Child {
  const { findings, shifts, sentence } = standingOf(atlas, place);
  return section(
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
    view.table(
      [
        { metric: 'verdict', text: true, cell: ({ verdict }) => verdictMark(verdict) },
        { metric: 'change', cell: ({ ratio }) => (ratio === undefined ? '–' : change(ratio - 1)) },
        { title: 'since commit', cell: ({ at }) => (at ? code(at.slice(0, 8)) : '–') },
        {
          title: 'case',
          row: true,
          cell: ({ id }) => view.link(casePath(id.replace(/\/kernel=[^/]*$/, '')), textOf(id)),
        },
        { title: 'why', wide: true, cell: whyOf },
      ],
      findings.slice(0, MOST),
      { caption: 'Decided changes, worst first', stack: true },
    ),
    findings.length > MOST && quiet(`${counted(findings.length - MOST, 'more case')} are in the pages of cases.`),
  );
}

/** `decode o_proj m=1 n=2880 k=4096 w=f16 gemv` of an id. */
export function textOf(id: string): string {
  const segments = id.split('/').slice(1);
  return segments
    .filter((segment) => !/^(layout|a|acc|out|operands)=/.test(segment))
    .join(' ')
    .replace('kernel=', '');
}

function whyOf({ cause, scope, reason }: ReportedSeries): string {
  if (cause === undefined && scope === undefined) return reason;
  return [
    ...(cause === undefined ? [] : [`likely ${cause}`]),
    ...(scope === undefined ? [] : [`seen on ${scope}`]),
  ].join('; ');
}
