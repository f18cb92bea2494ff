/** A field that leaves the rows of a table which have all words typed; hidden until there is a script. One a page: the address has its words. */
import { formatOf, WEIGHT_FORMATS } from '../gemm/formats/registry.ts';
import { type Child, element } from '../report/document/markup.ts';

/**
 * @param of the id of what holds the table
 * @param has what can be asked for, as a line without a result says it
 */
export function filterField(of: string, placeholder: string, has?: string): Child {
  return element(
    'p',
    { class: 'field', hidden: '', 'data-filters': of, 'data-has': has },
    element('label', { for: 'words' }, 'Only with'),
    element('input', { id: 'words', type: 'search', autocomplete: 'off', placeholder }),
    element('span', { class: 'quiet small', role: 'status' }),
  );
}

/** What a row is also found by: `4-bit` of each format of its weights, and formats that its text need not name. */
export function wordsFor(formats: readonly string[]): string {
  const known = WEIGHT_FORMATS.filter((name) => formats.includes(name));
  return [...new Set(known.flatMap((name) => [`${formatOf(name).bits}-bit`, name]))].join(' ');
}
