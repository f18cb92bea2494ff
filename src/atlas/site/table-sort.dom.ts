/** Heads of a table that put its rows in order. */
import { type Order, ordered } from './sort-data.ts';

/** Once; rows that come later are put in order when a head is pressed again. */
export function makeSortable(table: HTMLTableElement): void {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  const body = table.tBodies[0];
  if (!body || body.rows.length < 2 || heads.length === 0) return;
  table.classList.add('sorts');
  const before = [...body.rows];
  for (const [column, head] of heads.entries()) {
    const name = (head.textContent ?? '').trim();
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'sort';
    button.textContent = '↕';
    button.setAttribute('aria-label', `Sort by ${name}`);
    head.append(button);
    button.addEventListener('click', () => {
      const numeric = isNumeric(head, before, column);
      const next = following(head.getAttribute('aria-sort'), numeric);
      for (const other of heads) mark(other, null);
      mark(head, next);
      const texts = before.map((row) => row.cells[column]?.textContent ?? '');
      const order = next === null ? before.map((_, i) => i) : ordered(texts, next, numeric);
      body.append(...order.flatMap((i) => before[i] ?? []));
    });
  }
}

function mark(head: Element, order: Order | null): void {
  const button = head.querySelector('.sort');
  if (order === null) head.removeAttribute('aria-sort');
  else head.setAttribute('aria-sort', order);
  if (button) button.textContent = order === null ? '↕' : order === 'ascending' ? '↑' : '↓';
}

/** Numbers begin with the highest, words with the first; the third press restores the page’s own order. */
function following(now: string | null, numeric: boolean): Order | null {
  const [first, second] = numeric ? (['descending', 'ascending'] as const) : (['ascending', 'descending'] as const);
  return now === null ? first : now === first ? second : null;
}

function isNumeric(head: Element, rows: readonly HTMLTableRowElement[], column: number): boolean {
  if (head.classList.contains('n')) return true;
  return rows.some((row) => /^q\d$/.test(row.cells[column]?.className ?? ''));
}
