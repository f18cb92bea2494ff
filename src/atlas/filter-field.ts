/** A field that leaves the rows of a table which have all words typed; hidden until there is a script. One a page: the address has its words. */
import { type Child, element } from '../report/document/markup.ts';

/** @param of the id of what holds the table */
export function filterField(of: string, placeholder: string): Child {
  return element(
    'p',
    { class: 'field', hidden: '', 'data-filters': of },
    element('label', { for: 'words' }, 'Only with'),
    element('input', { id: 'words', type: 'search', autocomplete: 'off', placeholder }),
    element('span', { class: 'quiet small', role: 'status' }),
  );
}
