/**
 * The search of the start page: leaves the machines that are meant; Enter opens the only one. Words that are no machine's filter the
 * page that a link leads to.
 */
import { findMachines, tellFound } from './machine-search.ts';

const field = document.getElementById('search');
const input = document.getElementById('gpu');
const found = document.getElementById('found');

if (field && input instanceof HTMLInputElement && found) {
  const rows = [...document.querySelectorAll<HTMLTableRowElement>('#machines tbody tr')];
  const texts = rows.map((row) => (row.cells[0]?.textContent ?? '').toLowerCase());
  const links = rows.map((row) => row.querySelector('a'));
  field.hidden = false;
  const show = () => {
    const result = findMachines(input.value, texts, field.dataset.words ?? '');
    for (const [i, row] of rows.entries()) row.hidden = !result.shown[i];
    const words = result.filter.length === 0 ? '' : `words=${encodeURIComponent(result.filter.join(' '))}`;
    for (const link of links) if (link) link.hash = words;
    found.textContent = tellFound(result);
    history.replaceState(null, '', input.value === '' ? location.pathname : `#gpu=${encodeURIComponent(input.value)}`);
  };
  input.addEventListener('input', show);
  input.addEventListener('keydown', (event) => {
    const left = rows.filter((row) => !row.hidden);
    const [only] = left;
    if (event.key !== 'Enter' || left.length !== 1 || !only) return;
    only.querySelector('a')?.click();
  });
  const asked = new URLSearchParams(location.hash.slice(1)).get('gpu');
  if (asked) {
    input.value = asked;
    show();
  }
}
