/** A field that leaves those rows of a table which have all words typed. What is typed is in the address. */

/** @param field names its table by id in `data-filters`; hidden until there is a script */
export function filterTable(field: HTMLElement): void {
  const table = document.getElementById(field.dataset.filters ?? '');
  const input = field.querySelector('input');
  const status = field.querySelector('[role=status]');
  if (!table || !input || !status) return;
  const rows = [...table.querySelectorAll<HTMLTableRowElement>('tbody tr')];
  const texts = rows.map((row) => (row.textContent ?? '').toLowerCase());
  const show = () => {
    const words = wordsOf(input.value);
    let count = 0;
    for (const [i, row] of rows.entries()) {
      row.hidden = !words.every((word) => texts[i]?.includes(word));
      if (!row.hidden) count++;
    }
    status.textContent = words.length === 0 ? '' : `${count} of ${rows.length}`;
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

export const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);
