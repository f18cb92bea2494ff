/** A word and what it means, shown when it is asked for. */
import { element, type Markup } from '../report/document/markup.ts';

/** The address is that of what is inside, since browsers open what hides it. */
export function definition(id: string, title: string, means: string, formula?: string): Markup {
  return element(
    'details',
    { class: 'term' },
    element('summary', {}, title),
    element(
      'div',
      { id },
      element('p', {}, means),
      formula !== undefined && element('p', {}, element('code', {}, formula)),
    ),
  );
}
