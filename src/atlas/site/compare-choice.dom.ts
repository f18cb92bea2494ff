/** What can be chosen from: runs of a machine, and parts of the cases that are compared. */
import { type Compared, partsOf, type RunsData } from './compare-data.ts';
import { byId, select } from './compare-dom.dom.ts';
import type { Wanted } from './compare-filter.ts';
import { wordsOf } from './words.ts';

const asked = (id: string) => new URLSearchParams(location.hash.slice(1)).get(id);

/** The oldest as A and the newest as B at first. */
export function fillRuns({ runs }: RunsData, machine: string): void {
  for (const [id, first] of [
    ['run-a', 0],
    ['run-b', runs.length - 1],
  ] as const) {
    const list = select(id);
    if (list.dataset.machine === machine) continue;
    list.dataset.machine = machine;
    const wanted = asked(id);
    list.replaceChildren(...runs.map(([run, commit]) => new Option(`${dayOf(run)}, ${commit.slice(0, 8)}`, run)));
    list.selectedIndex = first;
    if (wanted && runs.some(([run]) => run === wanted)) list.value = wanted;
  }
}

const dayOf = (run: string) => run.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d).*$/, '$1-$2-$3 $4:$5');

/** Each list has the values of the cases; one that is still among them stays chosen. */
export function fillChoices(ids: readonly string[], all: readonly Compared[]): void {
  for (const id of ids) {
    const list = select(id);
    const chosen = list.options.length === 0 ? (asked(id) ?? '') : list.value;
    const values = [...new Set(all.flatMap((one) => valuesOf(one, id)))].sort();
    const groups = id === 'format' ? groupsOf(values) : [];
    list.replaceChildren(new Option('all', ''), ...[...groups, ...values].map((value) => new Option(value, value)));
    list.value = [...groups, ...values].includes(chosen) ? chosen : '';
  }
}

function valuesOf({ problem, kernels }: Compared, id: string): readonly string[] {
  if (id === 'kernel') return kernels;
  const { suite, phase, format } = partsOf(problem);
  return [{ suite, phase, format }[id] ?? ''];
}

/** Bits of each format, which the page says. */
function bitsOf(format: string): string {
  const bits = JSON.parse(select('format').dataset.bits ?? '{}') as Readonly<Record<string, number>>;
  return `${bits[format] ?? '?'}-bit`;
}

/** `4-bit`, for all formats of so many bits where there are several. */
function groupsOf(formats: readonly string[]): string[] {
  const bits = formats.map(bitsOf);
  return [...new Set(bits.filter((one, i) => bits.indexOf(one) !== i))].sort(
    (a, b) => parseInt(a, 10) - parseInt(b, 10),
  );
}

export function wanted(): Wanted {
  const [suite = '', phase = '', format = '', kernel = ''] = ['suite', 'phase', 'format', 'kernel'].map(
    (id) => select(id).value,
  );
  const all = [...select('format').options].map(({ value }) => value);
  const isGroup = format.endsWith('-bit');
  const formats = format === '' ? [] : isGroup ? all.filter((one) => bitsOf(one) === format) : [format];
  return { suite, phase, formats, kernel, words: wordsOf((byId('words') as HTMLInputElement).value) };
}
