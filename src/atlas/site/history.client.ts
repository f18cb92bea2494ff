/**
 * Names the point of a history under the pointer, or that the arrow keys have reached, in the words of the table below it. Histories of
 * the machine in the address come first.
 */

const SVG = 'http://www.w3.org/2000/svg';

interface Point {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

function pointsOf(figure: Element): Point[] {
  const path = figure.querySelector('path.line[stroke-linecap]')?.getAttribute('d') ?? '';
  const places = [...path.matchAll(/M([\d.]+) ([\d.]+)h0/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
  const rows = [...figure.querySelectorAll('tbody tr')];
  // The table may lack the oldest points.
  return rows.map((row, i) => {
    const place = places[places.length - rows.length + i] ?? { x: 0, y: 0 };
    const [run = '', time = '', level = '', said = ''] = [...row.children].map((cell) => cell.textContent ?? '');
    const parts = [run, time, ...(level === '' ? [] : [`${level} from its level`]), ...(said === '' ? [] : [said])];
    return { ...place, text: parts.join(' · ') };
  });
}

function enliven(figure: Element): void {
  const svg = figure.querySelector('svg');
  const points = pointsOf(figure);
  if (!svg || points.length === 0) return;
  const ring = document.createElementNS(SVG, 'circle');
  ring.setAttribute('r', '6');
  ring.setAttribute('class', 'ring');
  const status = document.createElement('p');
  status.className = 'quiet small point';
  status.setAttribute('role', 'status');
  status.textContent = 'Point at a run, or focus the picture and use the arrow keys.';
  // Outside of what scrolls sideways.
  (svg.parentElement ?? svg).after(status);
  svg.setAttribute('tabindex', '0');
  let at = points.length - 1;
  const show = (index: number) => {
    at = Math.max(0, Math.min(points.length - 1, index));
    const point = points[at];
    if (!point) return;
    ring.setAttribute('cx', String(point.x));
    ring.setAttribute('cy', String(point.y));
    if (!ring.parentNode) svg.append(ring);
    status.textContent = point.text;
  };
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    const distances = points.map((point) => Math.abs(point.x - x));
    show(distances.indexOf(Math.min(...distances)));
  });
  svg.addEventListener('focus', () => show(at));
  svg.addEventListener('keydown', (event) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: points.length - 1,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });
}

/** An address with a machine shows that machine's histories before the others, or opens the list that has them. */
function lead(): void {
  const machine = decodeURIComponent(location.hash.slice(1));
  const isOwn = (one: HTMLElement) => machine !== '' && one.dataset.machine === machine;
  const figures = [...document.querySelectorAll<HTMLElement>('figure.history')];
  const mark = document.createComment('');
  figures[0]?.before(mark);
  mark.after(...figures.filter(isOwn), ...figures.filter((one) => !isOwn(one)));
  mark.remove();
  const listed = [...document.querySelectorAll<HTMLElement>('tr[data-machine]')].filter(isOwn);
  for (const row of listed) {
    const list = row.closest('details');
    if (list) list.open = true;
  }
}

for (const figure of document.querySelectorAll('figure.history')) enliven(figure);
addEventListener('hashchange', lead);
lead();
