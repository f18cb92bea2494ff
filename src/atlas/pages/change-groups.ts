/** Changes of cases that began with the same run of a machine, as one line: what got slower or faster, when, and why. */
import type { ReportedSeries } from '../../report/check-report.ts';
import { type Child, element } from '../../report/document/markup.ts';
import { dayOf } from '../../report/history-svg.ts';
import { counted, percent } from '../../report/si.ts';
import type { Atlas } from '../atlas.ts';
import { casePath, machinePath } from '../paths.ts';
import { titleOf } from '../site/case-title.ts';
import { type Column, code, shortCommits, type View, verdictMark } from '../view.ts';
import { longest } from './standing.ts';

/** Cases that one line names. */
export const NAMED = 3;

export interface ChangeGroup {
  readonly machine: string;
  /** Id of the first run at the new level. */
  readonly run: string;
  readonly direction: 'slower' | 'faster';
  /** The largest change first. */
  readonly cases: readonly { readonly id: string; readonly ratio: number }[];
  readonly at: string | null;
  /** What changed at the same point, the likeliest first. */
  readonly causes: readonly string[];
  /** Machines that changed alike. */
  readonly agree: number;
}

/** Slower first, then the newest. Of a case that moved more than once, each move. */
export function changeGroups({ check }: Pick<Atlas, 'check'>): ChangeGroup[] {
  const groups = new Map<string, ChangeGroup & { cases: { id: string; ratio: number }[] }>();
  for (const [machine, all] of byMachine(check.series))
    for (const { id, changes } of longest(all))
      for (const { run, direction, ratio, at, causes, cause, agree } of changes) {
        const key = `${machine} ${run} ${direction}`;
        const told = [...new Set([...(cause === undefined ? [] : [cause]), ...causes])];
        const own = { machine, run, direction, at, causes: told, agree: agree.length, cases: [] };
        const known = groups.get(key) ?? own;
        groups.set(key, known);
        known.cases.push({ id, ratio });
      }
  for (const { cases } of groups.values()) cases.sort((a, b) => sizeOf(b) - sizeOf(a));
  return [...groups.values()].sort(slowerFirst);
}

function slowerFirst(a: ChangeGroup, b: ChangeGroup): number {
  if (a.direction !== b.direction) return a.direction === 'slower' ? -1 : 1;
  return a.run < b.run ? 1 : a.run > b.run ? -1 : b.cases.length - a.cases.length;
}

const sizeOf = ({ ratio }: { readonly ratio: number }) => Math.abs(Math.log(ratio));

function byMachine(series: readonly ReportedSeries[]): Map<string, ReportedSeries[]> {
  const machines = new Map<string, ReportedSeries[]>();
  for (const one of series) {
    const known = machines.get(one.machine);
    if (known) known.push(one);
    else machines.set(one.machine, [one]);
  }
  return machines;
}

/** Where the page of the machine lists all cases of a line. */
export const movedAnchor = ({ run, direction }: ChangeGroup): string => `${direction}-${run}`;

/** Of lines that are all of one machine. */
export function groupColumns(view: View): Column<ChangeGroup>[] {
  return [
    { metric: 'since', cell: ({ run }) => dayOf(run) },
    { metric: 'verdict', text: true, cell: ({ direction }) => verdictMark(direction) },
    { metric: 'moved', cell: ({ cases }) => String(cases.length) },
    { metric: 'change', cell: ({ cases }) => timeText(cases) },
    { title: 'largest', wide: true, cell: (one) => namedCases(one, view) },
    { title: 'likely why', wide: true, cell: whyText },
  ];
}

/** `takes 6.7 % to 7.4 % longer`, the larger end last. @param cases of one direction, the largest change first */
export function timeText(cases: readonly { readonly ratio: number }[]): string {
  const [most = 1, least = 1] = [cases[0]?.ratio, cases.at(-1)?.ratio];
  const [end, start] = [most, least].map((ratio) => percent(Math.abs(ratio - 1)));
  return `takes ${start === end ? end : `${start} to ${end}`} ${most > 1 ? 'longer' : 'less time'}`;
}

function namedCases(group: ChangeGroup, view: View): Child {
  const { cases, machine } = group;
  const named = cases.slice(0, NAMED).map(({ id }, i) => [i > 0 ? '; ' : '', caseOfId(id, machine, view)]);
  const more = cases.length - NAMED;
  const to = `${machinePath(machine)}#${movedAnchor(group)}`;
  return [named, more > 0 && [' and ', view.link(to, counted(more, 'more case'))]];
}

/** A case with its kernel, leading to the machine in its page. */
export function caseOfId(id: string, machine: string, view: View): Child {
  const [, problem = id, kernel = ''] = /^(.*)\/kernel=([^/]*)$/.exec(id) ?? [];
  return [view.link(`${casePath(problem)}#${machine}`, titleOf(problem)), kernel === 'best' ? '' : ` ${kernel}`];
}

/** @param agree machines that changed alike, beside those of the line */
export function whyText({ causes, at, agree }: Pick<ChangeGroup, 'causes' | 'at' | 'agree'>): Child {
  return [
    causes.length === 0 ? 'nothing recorded changed at that point' : shortCommits(causes.join('; ')),
    at === null ? '' : [', commit ', code(at.slice(0, 8))],
    agree > 0 && element('span', { class: 'quiet' }, `; seen on ${counted(agree, 'other machine')}`),
  ];
}
