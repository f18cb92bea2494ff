/** All machines beside A: the numbers of the table that the page holds beside another. */
import { besideJson } from '../paths.ts';
import type { BesideData } from './compare-data.ts';
import { byId, select } from './compare-dom.dom.ts';

export async function besideMachine(): Promise<void> {
  const table = document.querySelector<HTMLTableElement>('#beside table');
  const machine = select('a').value;
  const chosen = () => select('a').selectedOptions[0]?.textContent ?? '';
  if (!table || table.dataset.reference === machine) return;
  const answer = await fetch(besideJson(machine));
  // What is chosen meanwhile wins.
  if (!answer.ok || select('a').value !== machine) return;
  const cells = (await answer.json()) as BesideData;
  if (select('a').value !== machine) return;
  for (const row of table.tBodies[0]?.rows ?? []) {
    const own = cells[row.dataset.machine ?? ''] ?? [];
    for (const [i, cell] of [...row.cells].slice(1).entries()) cell.textContent = own[i] ?? '–';
  }
  table.dataset.reference = machine;
  byId('reference').textContent = chosen();
  const caption = `Rates relative to ${chosen()}`;
  if (table.caption) table.caption.textContent = caption;
  table.closest('.scroll')?.setAttribute('aria-label', caption);
}
