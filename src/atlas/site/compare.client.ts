/** Two machines, or two runs of one machine, beside each other. What is chosen is in the address. */
import {
  type Compared,
  compareMachines,
  compareRuns,
  geomean,
  type MachineData,
  type RunsData,
} from './compare-data.ts';

const MOST = 100;

const byId = (id: string) => document.getElementById(id);
const select = (id: string) => byId(id) as HTMLSelectElement;

async function load<T>(path: string): Promise<T | null> {
  const answer = await fetch(path);
  return answer.ok ? ((await answer.json()) as T) : null;
}

function cell(tag: 'td' | 'th', text: string, kind?: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  if (tag === 'th') made.setAttribute('scope', 'col');
  return made;
}

function show(all: readonly Compared[], a: string, b: string): void {
  const summary = byId('summary');
  const result = byId('result');
  if (!summary || !result) return;
  result.replaceChildren();
  if (all.length === 0) {
    summary.textContent = 'There is no case that both have measured.';
    return;
  }
  const apart = all.filter((one) => one.apart !== false);
  const mean = geomean(all);
  const [faster, factor] = mean >= 1 ? [a, mean] : [b, 1 / mean];
  const judged = apart.length === all.length ? '' : `, ${apart.length} of them beyond their intervals`;
  summary.textContent = `${faster} is ${factor.toFixed(2)} times as fast over ${all.length} common cases${judged}. The largest differences first:`;
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  head.append(cell('th', 'case'), cell('th', 'A over B', 'n'), cell('th', 'kernels'), cell('th', 'intervals'));
  const body = table.createTBody();
  for (const one of all.slice(0, MOST)) {
    const row = body.insertRow();
    const told = one.apart === null ? 'single runs' : one.apart ? 'apart' : 'overlap';
    row.append(
      cell('td', one.name.replaceAll('/', ' ')),
      cell('td', `${one.ratio.toFixed(2)}×`, 'n'),
      cell('td', one.about),
      cell('td', told),
    );
  }
  const frame = document.createElement('div');
  frame.className = 'scroll';
  frame.tabIndex = 0;
  frame.setAttribute('role', 'region');
  frame.setAttribute('aria-label', 'Compared cases');
  frame.append(table);
  result.append(frame);
}

const labelOf = (id: string) => select(id).selectedOptions[0]?.textContent ?? '';

async function update(): Promise<void> {
  const [a, b] = [select('a').value, select('b').value];
  const commits = byId('commits');
  if (!commits) return;
  commits.hidden = a !== b;
  const parts = new URLSearchParams({ a, b });
  if (a === b) {
    const data = await load<RunsData>(`data/${a}.runs.json`);
    if (!data || data.runs.length < 2) return show([], a, b);
    fillRuns(data, a);
    const [one, other] = [select('run-a').selectedIndex, select('run-b').selectedIndex];
    parts.set('run-a', select('run-a').value);
    parts.set('run-b', select('run-b').value);
    show(compareRuns(data, one, other), labelOf('run-a'), labelOf('run-b'));
  } else {
    const [one, other] = await Promise.all([load<MachineData>(`data/${a}.json`), load<MachineData>(`data/${b}.json`)]);
    show(one && other ? compareMachines(one, other) : [], labelOf('a'), labelOf('b'));
  }
  history.replaceState(null, '', `#${parts}`);
}

/** The newest against the oldest at first. */
function fillRuns({ runs }: RunsData, machine: string): void {
  for (const [id, chosen] of [
    ['run-a', runs.length - 1],
    ['run-b', 0],
  ] as const) {
    const list = select(id);
    if (list.dataset.machine === machine) continue;
    list.dataset.machine = machine;
    list.replaceChildren(...runs.map(([run, commit]) => new Option(`${run.slice(0, 8)} ${commit.slice(0, 8)}`, run)));
    list.selectedIndex = chosen;
    const asked = new URLSearchParams(location.hash.slice(1)).get(id);
    if (asked && runs.some(([run]) => run === asked)) list.value = asked;
  }
}

const section = byId('compare');
if (section && select('a').options.length > 0) {
  section.hidden = false;
  const asked = new URLSearchParams(location.hash.slice(1));
  select('b').selectedIndex = Math.min(1, select('b').options.length - 1);
  for (const id of ['a', 'b']) {
    const wanted = asked.get(id);
    if (wanted && [...select(id).options].some(({ value }) => value === wanted)) select(id).value = wanted;
  }
  for (const id of ['a', 'b', 'run-a', 'run-b']) select(id).addEventListener('change', () => void update());
  void update();
}
