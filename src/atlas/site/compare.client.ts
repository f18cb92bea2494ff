/** Two machines, or two runs of one machine, beside each other: B over A. What is chosen is in the address. */

import { besideMachine } from './compare-beside.dom.ts';
import { fillChoices, fillRuns, wanted } from './compare-choice.dom.ts';
import {
  type Compared,
  compareMachines,
  compareRuns,
  distinct,
  type MachineData,
  type RunsData,
} from './compare-data.ts';
import { byId, select } from './compare-dom.dom.ts';
import { chosen, hintFor } from './compare-filter.ts';
import { showCompared } from './compare-table.dom.ts';

async function load<T>(path: string): Promise<T | null> {
  const answer = await fetch(path);
  return answer.ok ? ((await answer.json()) as T) : null;
}

const SIDES = ['a', 'b', 'run-a', 'run-b'];
const CHOICES = ['suite', 'phase', 'format', 'kernel'];

let all: readonly Compared[] = [];
let asked = 0;

/** Reads what the chosen sides need; what is asked for later wins. */
async function update(): Promise<void> {
  const now = ++asked;
  const [a, b] = [select('a').value, select('b').value];
  byId('commits').hidden = a !== b;
  void besideMachine();
  const found = await compared(a, b);
  if (now !== asked) return;
  all = found;
  fillChoices(CHOICES, all);
  show();
}

async function compared(a: string, b: string): Promise<Compared[]> {
  if (a === b) {
    const data = await load<RunsData>(`data/${a}.runs.json`);
    if (!data || data.runs.length < 2) return [];
    fillRuns(data, a);
    return compareRuns(data, select('run-a').selectedIndex, select('run-b').selectedIndex);
  }
  const [one, other] = await Promise.all([load<MachineData>(`data/${a}.json`), load<MachineData>(`data/${b}.json`)]);
  return one && other ? compareMachines(one, other) : [];
}

function show(): void {
  const isOfRuns = !byId('commits').hidden;
  const label = (id: string) => select(isOfRuns ? `run-${id}` : id).selectedOptions[0]?.textContent ?? '';
  const total = distinct(all, isOfRuns).length;
  const asked = wanted();
  const hint = () => hintFor(all, asked);
  showCompared(distinct(chosen(all, asked), isOfRuns), { a: label('a'), b: label('b'), isOfRuns, total, hint });
  const parts = new URLSearchParams();
  for (const id of [...(isOfRuns ? SIDES : SIDES.slice(0, 2)), ...CHOICES])
    if (select(id).value !== '') parts.set(id, select(id).value);
  const words = (byId('words') as HTMLInputElement).value;
  if (words !== '') parts.set('words', words);
  history.replaceState(null, '', `#${parts}`);
}

function start(): void {
  byId('compare').hidden = false;
  byId('listed').hidden = false;
  const hash = new URLSearchParams(location.hash.slice(1));
  for (const id of ['a', 'b']) {
    const value = hash.get(id);
    if (value && [...select(id).options].some((option) => option.value === value)) select(id).value = value;
  }
  (byId('words') as HTMLInputElement).value = hash.get('words') ?? '';
  for (const id of SIDES) select(id).addEventListener('change', () => void update());
  for (const id of CHOICES) select(id).addEventListener('change', show);
  byId('words').addEventListener('input', show);
  byId('swap').addEventListener('click', () => {
    const pair = byId('commits').hidden ? ['a', 'b'] : ['run-a', 'run-b'];
    const [one, other] = pair.map((id) => select(id));
    if (one && other) [one.value, other.value] = [other.value, one.value];
    void update();
  });
  void update();
}

if (select('a').options.length > 0) start();
