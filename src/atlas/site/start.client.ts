/** The search of the start page: hides machines whose line lacks a typed word. */
const field = document.getElementById('search');
const input = document.getElementById('gpu');
const found = document.getElementById('found');

if (field && input instanceof HTMLInputElement && found) {
  const rows = [...document.querySelectorAll<HTMLTableRowElement>('main table tbody tr')];
  const texts = rows.map((row) => (row.cells[0]?.textContent ?? '').toLowerCase());
  field.hidden = false;
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const [i, row] of rows.entries()) {
      row.hidden = !words.every((word) => texts[i]?.includes(word));
      if (!row.hidden) count++;
    }
    found.textContent =
      input.value === '' ? '' : count === 0 ? 'None yet: measure it below.' : `${count} of ${rows.length}`;
    history.replaceState(null, '', input.value === '' ? location.pathname : `#gpu=${encodeURIComponent(input.value)}`);
  };
  input.addEventListener('input', show);
  const asked = new URLSearchParams(location.hash.slice(1)).get('gpu');
  if (asked) {
    input.value = asked;
    show();
  }
}
