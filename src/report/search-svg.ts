/** A search as a picture: rate over d_ff with 95 % intervals, gate/up above down, winners shaded, aligned widths marked. */
import { byWidth, type SearchDocument, type SearchRow } from './search.ts';

const WIDTH = 960;
const LEFT = 76;
const RIGHT = 24;
const PANEL = 210;
const TOP = 116;
const GAP = 44;
const BOTTOM = TOP + 2 * PANEL + GAP;
const HEIGHT = BOTTOM + 92;
const COLOURS = { up: '#1f6fb2', down: '#b2541f', baseline: '#b00020', shade: '#dff0e0', winner: '#2e7d32' } as const;
/** Widths that are multiples of these are worth a mark, the taller the larger. */
const ALIGNED = [32, 64, 128] as const;

type Side = 'up' | 'down';
type Scale = (value: number) => number;

/** The whole file. Colours differ in lightness too, and shapes tell winners, baseline and others apart. */
export function renderSearchSvg(document: SearchDocument): string {
  const rows = byWidth(document);
  const [first, last] = [rows[0]?.dFf ?? 0, rows.at(-1)?.dFf ?? 1];
  const margin = Math.max(2, (last - first) * 0.02);
  const x = scale([first - margin, last + margin], [LEFT, WIDTH - RIGHT]);
  const gateUp = document.gated ? 'gate and up' : 'up';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="12" fill="#222">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...heading(document),
    ...shades(document, rows, x),
    ...panel(document, rows, { side: 'up', title: `${gateUp}: d_ff is n`, top: TOP, x }),
    ...panel(document, rows, { side: 'down', title: 'down: d_ff is k', top: TOP + PANEL + GAP, x }),
    ...widthAxis(rows, x),
    ...legend(),
    '</svg>',
    '',
  ].join('\n');
}

function heading({
  hidden,
  tokens,
  gated,
  format,
  machine,
  winner,
  told,
  resolution,
  baseline,
  candidates,
}: SearchDocument): string[] {
  const differences =
    resolution === null
      ? 'differences could not be told'
      : `differences from ${(100 * resolution).toFixed(1)} % in time per parameter can be told`;
  const many = winner.group.length;
  const rest = candidates.filter(({ dFf }) => !winner.group.includes(dFf));
  const answer = !told
    ? 'Nothing in this range can be told apart'
    : many > 1 && rest.every(({ dFf }) => dFf === baseline.dFf)
      ? 'Nothing in this range can be told apart, the baseline aside'
      : many === 1
        ? `${winner.cheapest} is faster than all others`
        : `${many} widths cannot be told from the best; the smallest is ${winner.cheapest}`;
  const what = `${gated ? 'Gated' : 'Ungated'} MLP of hidden ${hidden}, ${tokens} tokens, ${format.w}`;
  return [
    `<text x="${LEFT}" y="30" font-size="17" font-weight="600">${escaped(what)}</text>`,
    `<text x="${LEFT}" y="52" font-size="14" fill="${COLOURS.winner}">${escaped(answer)}</text>`,
    `<text x="${LEFT}" y="72" fill="#555">${escaped(`${machine}; ${differences}; bars: 95 % intervals`)}</text>`,
  ];
}

/** Bands behind the winners; neighbours share one. */
function shades({ winner, told }: SearchDocument, rows: readonly SearchRow[], x: Scale): string[] {
  if (!told) return [];
  const edges = rows.map(({ dFf }, i) => {
    const before = rows[i - 1]?.dFf ?? dFf - 4;
    const after = rows[i + 1]?.dFf ?? dFf + 4;
    return { dFf, from: x((before + dFf) / 2), to: x((dFf + after) / 2) };
  });
  const bands: { from: number; to: number }[] = [];
  for (const { dFf, from, to } of edges) {
    if (!winner.group.includes(dFf)) continue;
    const open = bands.at(-1);
    if (open && Math.abs(open.to - from) < 0.01) open.to = to;
    else bands.push({ from, to });
  }
  return bands.flatMap(({ from, to }) =>
    [TOP, TOP + PANEL + GAP].map(
      (top) => `<rect x="${at(from)}" y="${top}" width="${at(to - from)}" height="${PANEL}" fill="${COLOURS.shade}"/>`,
    ),
  );
}

interface Panel {
  readonly side: Side;
  readonly title: string;
  readonly top: number;
  readonly x: Scale;
}

function panel(document: SearchDocument, rows: readonly SearchRow[], { side, title, top, x }: Panel): string[] {
  const rates = rows.map((row) => ratesOf(row, side));
  const low = Math.min(...rates.map(({ low: one }) => one));
  const high = Math.max(...rates.map(({ high: one }) => one));
  const unit = high >= 1e12 ? { factor: 1e12, name: 'TFLOPS' } : { factor: 1e9, name: 'GFLOPS' };
  const ticks = ticksBetween(low / unit.factor, high / unit.factor);
  // Clear of the axis and of the title, so that no point is cut.
  const y = scale([low, high], [top + PANEL - 12, top + 12]);
  return [
    `<text x="${LEFT}" y="${top - 10}" font-weight="600" fill="${COLOURS[side]}">${escaped(title)}</text>`,
    ...ticks.flatMap((tick) => {
      const height = at(y(tick * unit.factor));
      return [
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${height}" y2="${height}" stroke="#000" stroke-opacity="0.08"/>`,
        `<text x="${LEFT - 8}" y="${at(y(tick * unit.factor) + 4)}" text-anchor="end" fill="#555">${shortest(tick)}</text>`,
      ];
    }),
    `<text x="18" y="${top + PANEL / 2}" text-anchor="middle" fill="#555" transform="rotate(-90 18 ${top + PANEL / 2})">${unit.name}</text>`,
    `<line x1="${LEFT}" x2="${LEFT}" y1="${top}" y2="${top + PANEL}" stroke="#999"/>`,
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${top + PANEL}" y2="${top + PANEL}" stroke="#999"/>`,
    ...rows.map((row, i) => point(document, row, { rate: rates[i] ?? ratesOf(row, side), x: x(row.dFf), y, side })),
  ];
}

interface Rate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The interval of a rate: the ends of the time's interval, turned over; no more than a point where it is unknown. */
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
  { rate, x, y, side }: { rate: Rate; x: number; y: Scale; side: Side },
): string {
  const [cx, cy] = [at(x), y(rate.value)];
  const isBaseline = row.dFf === baseline.dFf;
  const colour = isBaseline ? COLOURS.baseline : COLOURS[side];
  const wins = told && row.group === 0;
  const bar = `<line x1="${cx}" x2="${cx}" y1="${at(y(rate.low))}" y2="${at(y(rate.high))}" stroke="${colour}" stroke-opacity="${wins || isBaseline ? 0.9 : 0.45}" stroke-width="1.5"/>`;
  const shape = isBaseline
    ? `<path d="M${cx} ${at(cy - 5)}l5 5l-5 5l-5 -5z" fill="${colour}"/>`
    : `<circle cx="${cx}" cy="${at(cy)}" r="3.4" fill="${wins ? colour : '#fff'}" stroke="${colour}" stroke-width="1.4"/>`;
  const label = `d_ff ${row.dFf}: ${(rate.value / 1e9).toPrecision(4)} GFLOPS, group ${row.group + 1}, ${row.processes} processes`;
  return `<g>${bar}${shape}<title>${label}</title></g>`;
}

/** Round numbers under the axis, and a tick for each aligned candidate. */
function widthAxis(rows: readonly SearchRow[], x: Scale): string[] {
  const labels = ticksBetween(rows[0]?.dFf ?? 0, rows.at(-1)?.dFf ?? 1, 8).filter(Number.isInteger);
  const marks = rows.flatMap(({ dFf }) => {
    const alignment = ALIGNED.filter((one) => dFf % one === 0).at(-1);
    if (alignment === undefined) return [];
    const height = 4 + 4 * ALIGNED.indexOf(alignment);
    const bold = alignment === ALIGNED.at(-1) ? 2 : 1.2;
    return [
      `<line x1="${at(x(dFf))}" x2="${at(x(dFf))}" y1="${BOTTOM}" y2="${BOTTOM + height}" stroke="#333" stroke-width="${bold}"/>`,
    ];
  });
  return [
    ...marks,
    ...labels.map(
      (value) => `<text x="${at(x(value))}" y="${BOTTOM + 28}" text-anchor="middle" fill="#555">${value}</text>`,
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${BOTTOM + 48}" text-anchor="middle" fill="#555">d_ff; ticks: multiples of ${ALIGNED.join(', ')} (taller)</text>`,
  ];
}

function legend(): string[] {
  const y = BOTTOM + 74;
  const item = (x: number, shape: string, text: string) => `${shape}<text x="${x + 14}" y="${y + 4}">${text}</text>`;
  return [
    item(
      LEFT,
      `<rect x="${LEFT - 6}" y="${y - 8}" width="14" height="16" fill="${COLOURS.shade}"/><circle cx="${LEFT + 1}" cy="${y}" r="3.4" fill="#444"/>`,
      'cannot be told from the best (time per parameter of the whole MLP)',
    ),
    item(
      LEFT + 460,
      `<circle cx="${LEFT + 460}" cy="${y}" r="3.4" fill="#fff" stroke="#444" stroke-width="1.4"/>`,
      'slower',
    ),
    item(
      LEFT + 545,
      `<path d="M${LEFT + 545} ${y - 5}l5 5l-5 5l-5 -5z" fill="${COLOURS.baseline}"/>`,
      'baseline floor(ratio · hidden)',
    ),
  ];
}

function scale([from, to]: readonly [number, number], [start, end]: readonly [number, number]): Scale {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

/** Round values of a step of 1, 2 or 5, about `count` of them, within the ends. */
function ticksBetween(low: number, high: number, count = 8): number[] {
  const raw = (high - low || Math.abs(high) || 1) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw) ?? raw;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) => (first + i) * step);
}

const at = (value: number) => Number(value.toFixed(1));
const shortest = (value: number) => String(Number(value.toPrecision(6)));

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
