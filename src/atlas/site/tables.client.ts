/**
 * Tables whose heads put their rows in order, down or up and back to the order of the page, and stay in sight. A field above a table leaves the rows that
 * have all words typed. What is folded and an address leads to is opened.
 */
import { keepHead } from './sticky-head.dom.ts';
import { filterTable } from './table-filter.dom.ts';
import { makeSortable } from './table-sort.dom.ts';

for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) makeSortable(table);
for (const table of document.querySelectorAll<HTMLTableElement>('.scroll > table')) keepHead(table);
for (const field of document.querySelectorAll<HTMLElement>('[data-filters]')) filterTable(field);

function openTarget(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const hidden = target?.closest('details');
  if (!target || !hidden || hidden.open) return;
  hidden.open = true;
  target.scrollIntoView();
}

addEventListener('hashchange', openTarget);
openTarget();
