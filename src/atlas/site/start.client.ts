/** The search of the start page: hides machines whose line lacks a typed word; Enter opens the only one left; where all do, those that lack every word. */
const field = document.getElementById('search');
const input = document.getElementById('gpu');
const found = document.getElementById('found');

if (field && input instanceof HTMLInputElement && found) {
  const rows = [...document.querySelectorAll<HTMLTableRowElement>('#machines tbody tr')];
  const texts = rows.map((row) => (row.cells[0]?.textContent ?? '').toLowerCase());
  field.hidden = false;
  const show = () => {
    const words = input.value.toLowerCase().trim().split(/\s+/);
    const has = (text: string) => (word: string) => text.includes(word);
    const whole = texts.map((text) => words.every(has(text)));
    const isNear = !whole.includes(true);
    const shown = isNear ? texts.map((text) => words.some(has(text))) : whole;
    for (const [i, row] of rows.entries()) row.hidden = !shown[i];
    const count = shown.filter(Boolean).length;
    const counted = isNear ? `None of that name yet, ${count} like it` : `${count} of ${rows.length}`;
    const entered = input.value !== '' && count === 1 ? '; Enter opens it' : '';
    found.textContent = input.value === '' ? '' : count === 0 ? 'None yet: measure it below.' : `${counted}${entered}`;
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
