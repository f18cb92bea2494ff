/** A field that leaves those rows of a table which have all words typed. What is typed is in the address. */
import { hasWord, plain, wordsOf } from './words.ts';

/** @param field names its table by id in `data-filters`; hidden until there is a script */
export function filterTable(field: HTMLElement): void {
  const table = document.getElementById(field.dataset.filters ?? '');
  const input = field.querySelector('input');
  const status = field.querySelector('[role=status]');
  if (!table || !input || !status) return;
  const rows = [...table.querySelectorAll<HTMLTableRowElement>('tbody tr')];
  const texts = rows.map(textOf);
  const show = () => {
    const words = wordsOf(input.value);
    let count = 0;
    for (const [i, row] of rows.entries()) {
      row.hidden = !words.every((word) => hasWord(texts[i] ?? '', word));
      if (!row.hidden) count++;
    }
    const has = field.dataset.has === undefined ? '' : `; there are ${field.dataset.has}`;
    const told = count === 0 ? `None of ${rows.length} lines has all of that${has}` : `${count} of ${rows.length}`;
    status.textContent = words.length === 0 ? '' : told;
  };
  field.hidden = false;
  input.addEventListener('input', () => {
    show();
    history.replaceState(
      null,
      '',
      input.value === '' ? location.pathname : `#words=${encodeURIComponent(input.value)}`,
    );
  });
  input.value = new URLSearchParams(location.hash.slice(1)).get('words') ?? '';
  show();
}

/** What is read in the row, and what else it is found by. */
function textOf(row: HTMLTableRowElement): string {
  const cells = [...row.cells].map((cell) => cell.textContent ?? '');
  return plain([...cells, row.dataset.words ?? ''].join(' '));
}
