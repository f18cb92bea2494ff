/** Two machines or two commits beside each other: a small script reads the data of both. Without it, this page says where numbers are. */
import { type Child, element } from '../../report/document/markup.ts';
import type { Atlas, Place } from '../atlas.ts';
import { machinePath } from '../paths.ts';
import { renderPage } from '../shell.ts';
import { p, section, View } from '../view.ts';

export function comparePage({ places }: Atlas, made: string): string {
  const view = new View('compare.html');
  const options = places.map(({ machine, title, where }) =>
    element('option', { value: machine }, `${title} · ${where}`),
  );
  const choice = (id: string, text: string, inner: Child = options) => [
    element('label', { for: id }, text),
    element('select', { id }, inner),
  ];
  const main: Child[] = [
    element(
      'p',
      { class: 'lead' },
      'Two machines, or two commits on one machine: the same cases, whose rates differ beyond their intervals first.',
    ),
    element(
      'div',
      { id: 'compare', hidden: '' },
      element('p', { class: 'field' }, choice('a', 'A'), choice('b', 'B')),
      element(
        'p',
        { class: 'field', id: 'commits', hidden: '' },
        choice('run-a', 'A: run', []),
        choice('run-b', 'B: run', []),
      ),
      element('p', { id: 'summary', role: 'status' }),
      element('div', { id: 'result' }),
    ),
    section(
      'Without JavaScript',
      p(
        'The page of each machine has all of its numbers; those of a case and of a suite have all machines beside each other.',
      ),
      element(
        'ul',
        {},
        places.map((place) => element('li', {}, pageLink(view, place))),
      ),
    ),
    p(
      view.term('ratio'),
      ' and ',
      view.term('rate'),
      ' are explained below. Two commits are compared by medians of single runs, which is no verdict: ',
      element('code', {}, 'shapemark compare A B'),
      ' gives one.',
    ),
    view.terms(),
  ];
  return renderPage({ path: 'compare.html', title: 'Compare', scripts: ['compare'], main, made });
}

function pageLink(view: View, { machine, title, where }: Place): Child {
  return [view.link(machinePath(machine), title), ` · ${where}`];
}
