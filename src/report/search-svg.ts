/** A search as a plot: rate over d_ff with 95 % intervals, gate/up above down, winners shaded, aligned widths marked. */
import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { byWidth, outcomeOf, type SearchDocument, type SearchRow } from '../judge/search/search-document.ts';
import { type Child, element, type Markup } from './document/markup.ts';
import { chart, chartFile, dim, label, rule, short } from './figure.ts';
import { processesText, share } from './si.ts';

const WIDTH = 960;
const LEFT = 76;
const RIGHT = 24;
const PANEL = 210;
const TOP = 116;
const GAP = 44;
const TOPS = { up: TOP, down: TOP + PANEL + GAP } as const;
const BOTTOM = TOPS.down + PANEL;
const HEIGHT = BOTTOM + 92;
/** Classes of colour; shapes tell winners, baseline and others apart. */
const COLOURS = { up: 'h0', down: 'h1', baseline: 'h6' } as const;
/** Multiples of these are marked, the larger the taller. */
const ALIGNED = [32, 64, 128] as const;

const MIDDLE = { 'text-anchor': 'middle' } as const;

type Side = keyof typeof TOPS;
type Scale = ScaleLinear<number, number>;

/** The whole file. */
export function renderSearchSvg(found: SearchDocument): string {
  const title = titleOf(found);
  return chartFile(WIDTH, HEIGHT, title, [heading(found, title), drawn(found)]);
}

/** The picture of a page, whose heading says what it is of. */
export function searchChart(found: SearchDocument): Markup {
  const cut = TOP - 30;
  const moved = element('g', { transform: `translate(0 ${-cut})` }, drawn(found));
  return chart(WIDTH, HEIGHT - cut, titleOf(found), moved);
}

function titleOf({ gated, hidden, tokens, format }: SearchDocument): string {
  return `${gated ? 'Gated' : 'Ungated'} MLP of hidden ${hidden}, ${tokens} tokens, ${format.w}`;
}

function drawn(found: SearchDocument): Child {
  const rows = byWidth(found);
  const [first, last] = [rows[0]?.dFf ?? 0, rows.at(-1)?.dFf ?? 1];
  const margin = Math.max(2, (last - first) * 0.02);
  const x = scaleLinear([first - margin, last + margin], [LEFT, WIDTH - RIGHT]);
  const titles = { up: `${found.gated ? 'gate and up' : 'up'}: d_ff is n`, down: 'down: d_ff is k' };
  return [
    shades(found, rows, x),
    ...(['up', 'down'] as const).map((side) => panel(found, rows, { side, title: titles[side], x })),
    widthAxis(rows, x),
    legend(),
  ];
}

function heading(found: SearchDocument, title: string): Markup[] {
  const { machine, winner, resolution } = found;
  const differences =
    resolution === null
      ? 'differences could not be resolved'
      : `differences from ${share(resolution)} in time per parameter can be resolved`;
  const answer = {
    nothing: 'No widths in this range can be distinguished',
    'but the baseline': 'Only the baseline can be distinguished from the other widths',
    one: `${winner.cheapest} is faster than all others`,
    several: `${winner.group.length} widths cannot be distinguished from the best; the smallest is ${winner.cheapest}`,
  }[outcomeOf(found)];
  return [
    label(LEFT, 30, title, { 'font-size': 17, 'font-weight': 600 }),
    label(LEFT, 52, answer, { 'font-size': 14 }),
    dim(LEFT, 72, `${machine}; ${differences}; bars: 95 % intervals`),
  ];
}

/** Bands behind the winners; neighbours share one. */
function shades({ winner, told }: SearchDocument, rows: readonly SearchRow[], x: Scale): Markup[] {
  if (!told) return [];
  const bands: { from: number; to: number }[] = [];
  for (const [i, { dFf }] of rows.entries()) {
    if (!winner.group.includes(dFf)) continue;
    const from = x(((rows[i - 1]?.dFf ?? dFf - 4) + dFf) / 2);
    const to = x((dFf + (rows[i + 1]?.dFf ?? dFf + 4)) / 2);
    const open = bands.at(-1);
    if (open && Math.abs(open.to - from) < 0.01) open.to = to;
    else bands.push({ from, to });
  }
  return bands.flatMap(({ from, to }) =>
    Object.values(TOPS).map((y) => element('rect', { class: 'won', x: from, y, width: to - from, height: PANEL })),
  );
}

interface Panel {
  readonly side: Side;
  readonly title: string;
  readonly x: Scale;
}

function panel(found: SearchDocument, rows: readonly SearchRow[], { side, title, x }: Panel): Child {
  const top = TOPS[side];
  const rates = rows.map((row) => ratesOf(row, side));
  const low = Math.min(...rates.map((rate) => rate.low));
  const high = Math.max(...rates.map((rate) => rate.high));
  const unit = high >= 1e12 ? { factor: 1e12, name: 'TFLOPS' } : { factor: 1e9, name: 'GFLOPS' };
  // Clear of the axis and of the title, so that no point is cut.
  const y = scaleLinear([low / unit.factor, high / unit.factor], [top + PANEL - 12, top + 12]);
  const shown = y.tickFormat(8);
  const middle = top + PANEL / 2;
  return [
    label(LEFT, top - 10, title, { 'font-weight': 600 }),
    y
      .ticks(8)
      .map((tick) => [
        rule([LEFT, y(tick)], [WIDTH - RIGHT, y(tick)], undefined, { class: 'grid' }),
        dim(LEFT - 8, y(tick) + 4, shown(tick), { 'text-anchor': 'end' }),
      ]),
    dim(18, middle, unit.name, { 'text-anchor': 'middle', transform: `rotate(-90 18 ${middle})` }),
    rule([LEFT, top], [LEFT, top + PANEL], undefined, { class: 'axis' }),
    rule([LEFT, top + PANEL], [WIDTH - RIGHT, top + PANEL], undefined, { class: 'axis' }),
    rows.map((row, i) => {
      const { value, low: least, high: most } = rates[i] ?? ratesOf(row, side);
      const heights = [value, least, most].map((rate) => y(rate / unit.factor)) as [number, number, number];
      return point(found, row, { heights, x: x(row.dFf), side });
    }),
  ];
}

interface Rate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The interval of a rate, from that of the time; a point if unknown. */
function ratesOf(row: SearchRow, side: Side): Rate {
  const value = row.flopPerSecond[side];
  const work = value * row.seconds[side];
  const interval = row.intervals[side];
  return interval === null
    ? { value, low: value, high: value }
    : { value, low: work / interval[1], high: work / interval[0] };
}

function point(
  { baseline, told }: SearchDocument,
  row: SearchRow,
  { heights: [y, low, high], x, side }: { heights: readonly [number, number, number]; x: number; side: Side },
): Markup {
  const isBaseline = row.dFf === baseline.dFf;
  const colour = isBaseline ? COLOURS.baseline : COLOURS[side];
  const wins = !told || row.group === 0;
  const about = `d_ff ${row.dFf}: ${(row.flopPerSecond[side] / 1e9).toPrecision(4)} GFLOPS, group ${row.group + 1}, ${processesText(row.processes)}`;
  return element(
    'g',
    {},
    rule([x, low], [x, high], undefined, {
      ...{ class: colour, 'stroke-width': 1.5, 'stroke-opacity': wins || isBaseline ? '0.9' : '0.45' },
    }),
    isBaseline ? diamond([x, y], colour) : dot([x, y], colour, !wins),
    element('title', {}, about),
  );
}

/** Round numbers under the axis, and a tick for each aligned candidate. */
function widthAxis(rows: readonly SearchRow[], x: Scale): Child {
  const marks = rows.flatMap(({ dFf }) => {
    const alignment = ALIGNED.filter((one) => dFf % one === 0).at(-1);
    if (alignment === undefined) return [];
    const height = 4 + 4 * ALIGNED.indexOf(alignment);
    return [
      rule([x(dFf), BOTTOM], [x(dFf), BOTTOM + height], undefined, {
        ...{ class: 'roof', 'stroke-width': alignment === ALIGNED.at(-1) ? 2 : 1.2 },
      }),
    ];
  });
  const within = (width: number) => width >= (rows[0]?.dFf ?? 0) && width <= (rows.at(-1)?.dFf ?? 1);
  const round = x.ticks(8).filter((width) => Number.isInteger(width) && within(width));
  const note = `d_ff; ticks: multiples of ${ALIGNED.join(', ')} (taller)`;
  return [
    marks,
    round.map((width) => dim(x(width), BOTTOM + 28, String(width), MIDDLE)),
    dim((LEFT + WIDTH - RIGHT) / 2, BOTTOM + 48, note, MIDDLE),
  ];
}

function legend(): Child {
  const y = BOTTOM + 74;
  const item = (x: number, text: string, ...shape: readonly Markup[]) => [...shape, label(x + 14, y + 4, text)];
  const shade = element('rect', { class: 'won', x: LEFT - 6, y: y - 8, width: 14, height: 16 });
  return [
    item(
      LEFT,
      'cannot be distinguished from the best in time per parameter of the whole MLP',
      shade,
      dot([LEFT + 1, y], 'roof-dot'),
    ),
    item(LEFT + 510, 'slower', dot([LEFT + 510, y], 'roof-dot', true)),
    item(LEFT + 595, 'baseline floor(ratio · hidden)', diamond([LEFT + 595, y], COLOURS.baseline)),
  ];
}

/** @param hollow drawn as an outline */
function dot([cx, cy]: readonly [number, number], colour: string, hollow = false): Markup {
  return element('circle', { class: hollow ? `${colour} hollow` : colour, cx, cy, r: 3.4, 'stroke-width': 1.4 });
}

function diamond([x, y]: readonly [number, number], colour: string): Markup {
  return element('path', { class: colour, d: `M${short(x)} ${short(y - 5)}l5 5l-5 5l-5 -5z` });
}
