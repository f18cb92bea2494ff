/** The result of a comparison: one sentence, and one row a case. */
import { flopPerSecond, seconds } from '../../report/si.ts';
import { casePath, hrefTo } from '../paths.ts';
import { titleOf } from './case-title.ts';
import { type Compared, geomean, partsOf } from './compare-data.ts';
import { byId } from './compare-dom.dom.ts';
import { keepHead } from './sticky-head.dom.ts';
import { makeSortable } from './table-sort.dom.ts';

/** Rows that are shown; a filter finds the others. */
const MOST = 200;

export interface Sides {
  readonly a: string;
  readonly b: string;
  readonly isOfRuns: boolean;
  /** Common cases, shown or not. */
  readonly total: number;
  /** What can be asked for, where no case is like what was. */
  readonly hint: () => string;
}

export function showCompared(all: readonly Compared[], sides: Sides): void {
  const summary = byId('summary');
  byId('result').replaceChildren();
  if (all.length === 0) {
    summary.textContent =
      sides.total === 0
        ? 'There is no case that both have measured.'
        : `None of ${sides.total} common cases is like that. ${sides.hint()}`;
    return;
  }
  summary.replaceChildren(...sentence(all, sides));
  const table = tableOf(all.slice(0, MOST), sides);
  byId('result').append(frameOf(table));
  keepHead(table);
}

function sentence(all: readonly Compared[], { a, b, total }: Sides): (Node | string)[] {
  const mean = geomean(all.map(({ ratio }) => ratio));
  const decided = all.filter(({ apart }) => apart);
  const faster = decided.filter(({ ratio }) => ratio > 1).length;
  const open = all.length - decided.length;
  const of = all.length === total ? `${total}` : `${all.length} of ${total}`;
  const size = document.createElement('strong');
  size.textContent = `${mean.toFixed(2)} times`;
  const counts = `faster in ${faster}, slower in ${decided.length - faster}`;
  const undecided = [', ', link('#term-apart', 'open'), ` in ${open}, where the intervals overlap`];
  return [
    `B (${b}) runs at `,
    size,
    ` the rate of A (${a}), as a `,
    link('#term-meanRatio', 'geometric mean'),
    ` over ${of} common cases: ${counts}`,
    ...(open > 0 ? undecided : []),
    `.${all.length > MOST ? ` The ${MOST} largest differences are listed.` : ''}`,
  ];
}

function tableOf(all: readonly Compared[], { isOfRuns }: Sides): HTMLTableElement {
  const what = isOfRuns ? 'time' : 'rate';
  const show = isOfRuns ? seconds : flopPerSecond;
  const table = document.createElement('table');
  table.className = 'wide stack sortable';
  const heads = ['case', 'B over A', `A: ${what}`, `B: ${what}`, 'kernels', 'intervals'];
  const head = table.createTHead().insertRow();
  const LINKS: Readonly<Record<string, string>> = {
    ...{ case: 'notation', 'B over A': 'term-ratio', intervals: 'term-apart', kernels: 'term-kernel' },
    ...{ 'A: rate': 'term-rate', 'B: rate': 'term-rate', 'A: time': 'term-time', 'B: time': 'term-time' },
  };
  head.append(
    ...heads.map((text, i) => {
      const cell = document.createElement('th');
      cell.scope = 'col';
      if (i >= 1 && i <= 3) cell.className = 'n';
      cell.append(link(`#${LINKS[text] ?? ''}`, text));
      return cell;
    }),
  );
  const body = table.createTBody();
  for (const one of all) {
    const row = body.insertRow();
    const name = document.createElement('th');
    name.scope = 'row';
    const place = document.createElement('span');
    place.className = 'quiet small';
    place.textContent = ` ${[one.problem, ...one.also].map(suiteText).join(', ')}`;
    name.append(link(hrefTo(casePath(one.problem), 'compare.html'), titleOf(one.problem)), place);
    row.append(name);
    const told = one.apart ? 'apart' : 'open';
    const cells = [`${one.ratio.toFixed(2)}×`, show(one.a), show(one.b), one.kernels.join(', then '), told];
    for (const [i, text] of cells.entries()) {
      const cell = row.insertCell();
      cell.textContent = text;
      cell.dataset.title = heads[i + 1] ?? '';
      if (i < 3) cell.className = 'n';
    }
  }
  makeSortable(table);
  return table;
}

function suiteText(problem: string): string {
  const { suite, phase } = partsOf(problem);
  return `${suite} ${phase}`;
}

function link(href: string, text: string): HTMLAnchorElement {
  const made = document.createElement('a');
  made.href = href;
  made.textContent = text;
  return made;
}

function frameOf(table: HTMLTableElement): HTMLElement {
  const frame = document.createElement('div');
  frame.className = 'scroll';
  frame.tabIndex = 0;
  frame.setAttribute('role', 'region');
  frame.setAttribute('aria-label', 'Compared cases');
  frame.append(table);
  return frame;
}
