/** Changes of many machines that have one likely cause, as one line: a driver, or a commit, and where it made what slower or faster. */
import { type Child, element } from '../../report/document/markup.ts';
import { dayOf } from '../../report/history-svg.ts';
import { counted } from '../../report/si.ts';
import { machinePath } from '../paths.ts';
import { type Column, type View, verdictMark } from '../view.ts';
import { type ChangeGroup, caseOfId, movedAnchor, NAMED, timeText, whyText } from './change-groups.ts';

export interface ChangeEvent {
  readonly direction: ChangeGroup['direction'];
  /** One a machine and run, the newest first. */
  readonly groups: readonly ChangeGroup[];
  /** Of all machines, the largest change first. */
  readonly cases: readonly { readonly id: string; readonly ratio: number; readonly machine: string }[];
}

/** In the order of the groups: that of the first of each. */
export function changeEvents(groups: readonly ChangeGroup[]): ChangeEvent[] {
  const events = new Map<string, ChangeGroup[]>();
  for (const group of groups) {
    const { direction, causes, at, machine, run } = group;
    const key = `${direction} ${causes[0] ?? at ?? `${machine} ${run}`}`;
    events.set(key, [...(events.get(key) ?? []), group]);
  }
  return [...events.values()].flatMap((alike) => {
    const [first] = alike;
    if (!first) return [];
    const cases = alike.flatMap(({ machine, cases: own }) => own.map((one) => ({ ...one, machine })));
    const size = ({ ratio }: { readonly ratio: number }) => Math.abs(Math.log(ratio));
    return [{ direction: first.direction, groups: alike, cases: cases.sort((a, b) => size(b) - size(a)) }];
  });
}

export const machinesOf = ({ groups }: ChangeEvent): number => new Set(groups.map(({ machine }) => machine)).size;

interface Shown {
  /** Names of machines. */
  readonly titles: ReadonlyMap<string, string>;
  /** Machines that lists of this table can still hold; without, a line of several machines leads to the page that has the list. */
  readonly room?: { left: number };
  /** The page that has all lists. */
  readonly listedAt: string;
}

export function eventColumns(view: View, shown: Shown): Column<ChangeEvent>[] {
  return [
    { title: 'machine', row: true, cell: (event) => machinesCell(event, shown, view) },
    { metric: 'since', cell: daysText },
    { metric: 'verdict', text: true, cell: ({ direction }) => verdictMark(direction) },
    { metric: 'moved', cell: ({ cases }) => String(cases.length) },
    { metric: 'change', cell: ({ cases }) => timeText(cases) },
    { title: 'largest', wide: true, cell: (event) => namedCases(event, view) },
    { title: 'likely why', wide: true, cell: why },
  ];
}

/** The only machine, or how many, with the list behind. */
function machinesCell(event: ChangeEvent, { titles, room, listedAt }: Shown, view: View): Child {
  const [first] = event.groups;
  const titleOf = (machine: string) => titles.get(machine) ?? machine;
  if (first && event.groups.length === 1)
    return view.link(`${machinePath(first.machine)}#changed`, titleOf(first.machine));
  const counting = counted(machinesOf(event), 'machine');
  if (!room) return view.link(`${listedAt}#${event.direction}`, counting);
  const listed = event.groups.slice(0, room.left);
  room.left -= listed.length;
  const more = event.groups.length - listed.length;
  const items = listed.map((group) => {
    const { machine, cases, run } = group;
    const anchor = cases.length > NAMED ? movedAnchor(group) : 'changed';
    return element(
      'li',
      {},
      view.link(`${machinePath(machine)}#${anchor}`, titleOf(machine)),
      ` ${dayOf(run)}: ${counted(cases.length, 'case')}, ${timeText(cases)}`,
    );
  });
  return element(
    'details',
    { class: 'small' },
    element('summary', {}, counting),
    element('ul', {}, items, more > 0 && element('li', {}, `${more} more, on their pages`)),
  );
}

/** The day, or the first and the last. */
function daysText({ groups }: ChangeEvent): string {
  const [last, first] = [groups[0], groups.at(-1)].map((one) => dayOf(one?.run ?? ''));
  return first === last ? `${last}` : `${first} to ${last}`;
}

function namedCases({ cases, groups }: ChangeEvent, view: View): Child {
  const different = [...new Map([...cases].reverse().map((one) => [one.id, one])).values()].reverse();
  const named = different.slice(0, NAMED).map(({ id, machine }, i) => [i > 0 ? '; ' : '', caseOfId(id, machine, view)]);
  const more = different.length - NAMED;
  const [only] = groups;
  const text = counted(more, groups.length === 1 ? 'more case' : 'more different case');
  if (more <= 0 || !only) return named;
  const to = `${machinePath(only.machine)}#${movedAnchor(only)}`;
  return [named, ' and ', groups.length === 1 ? view.link(to, text) : text];
}

/** What all machines of the line have in common. */
function why({ groups }: ChangeEvent): Child {
  const [first] = groups;
  if (!first) return '';
  if (groups.length === 1) return whyText(first);
  const common = first.causes.filter((cause) => groups.every(({ causes }) => causes.includes(cause)));
  const at = groups.every((group) => group.at === first.at) ? first.at : null;
  return whyText({ causes: common, at, agree: 0 });
}
