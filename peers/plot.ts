/** The ratios as a picture: one band a shape, one dot a contender, 1 where the best peer stands. A self-contained SVG. */
import type { Document } from './document.ts';
import { type MeasuredRow, type ShapeResult, worstFirst } from './results.ts';
import { titleOf } from './table.ts';

const WIDTH = 1020;
const LEFT = 390;
const RIGHT = 40;
const TOP = 92;
const ROW = 19;
const BAND_GAP = 30;
const COLOUR = { ours: '#0b6e4f', peer: '#b5651d', context: '#7a7f87' } as const;
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

interface Band {
  readonly title: string;
  readonly rows: readonly (MeasuredRow & { readonly standing: number })[];
}

export function renderPlot(document: Document): string {
  const bands = worstFirst(document.shapes)
    .map(bandOf)
    .filter(({ rows }) => rows.length > 0);
  const height = TOP + bands.reduce((sum, { rows }) => sum + BAND_GAP + rows.length * ROW, 0) + 40;
  const values = bands.flatMap(({ rows }) =>
    rows.flatMap(({ standing, ratios }) => [standing, ...(ratios.bestPeerInterval ?? [])]),
  );
  const x = scaleOver(values);
  let y = TOP;
  const parts = bands.flatMap(({ title, rows }) => {
    y += BAND_GAP;
    const heading = text(16, y - 8, title, { weight: '600' });
    const lines = rows.flatMap((row) => {
      y += ROW;
      return rowParts(row, y - ROW / 2, x);
    });
    return [heading, ...lines];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    `<title>Our kernels beside the best peer, per shape</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(16, 28, 'Speed relative to the best peer, per shape', { size: 17, weight: '600' }),
    text(16, 48, subtitle(document), { fill: '#5b6068' }),
    ...legend(),
    ...grid(x, height),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function subtitle({ environment: { adapter, processes, intervalKind } }: Document): string {
  const spread = intervalKind === 'range' ? 'range' : '95 % interval';
  return `${adapter.description || adapter.device} (${adapter.source}); lines: ${spread} over ${processes} ${processes === 1 ? 'process' : 'processes'}; right of 1 is faster`;
}

function bandOf(shape: ShapeResult): Band {
  const rows = shape.contenders.flatMap((row) =>
    row.status === 'measured' && row.ratios.bestPeer !== null ? [{ ...row, standing: row.ratios.bestPeer }] : [],
  );
  return { title: titleOf(shape), rows: rows.sort((a, b) => b.standing - a.standing) };
}

interface Scale {
  readonly of: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Logarithmic, from the last step below the values to the first above, 1 always within. */
function scaleOver(values: readonly number[]): Scale {
  const [low, high] = [Math.min(1, ...values), Math.max(1, ...values)];
  const first = STEPS.findLast((step) => step <= low) ?? (STEPS[0] as number);
  const last = STEPS.find((step) => step >= high * 1.02) ?? (STEPS.at(-1) as number);
  const span = Math.log(last / first) || 1;
  const of = (value: number) => LEFT + (Math.log(Math.max(value, first) / first) / span) * (WIDTH - LEFT - RIGHT);
  return { of, ticks: STEPS.filter((step) => step >= first && step <= last) };
}

function grid({ of, ticks }: Scale, height: number): string[] {
  return ticks.flatMap((tick) => {
    const at = of(tick).toFixed(1);
    const stroke = tick === 1 ? '#30343a' : '#e3e5e8';
    return [
      `<line x1="${at}" x2="${at}" y1="${TOP}" y2="${height - 26}" stroke="${stroke}"/>`,
      text(Number(at), height - 10, `${tick}×`, { anchor: 'middle', fill: '#5b6068' }),
    ];
  });
}

function rowParts(row: MeasuredRow & { readonly standing: number }, y: number, { of }: Scale): string[] {
  const colour = COLOUR[row.kind];
  const at = of(row.standing).toFixed(1);
  const [low, high] = row.ratios.bestPeerInterval ?? [row.standing, row.standing];
  const hollow = row.kind === 'context' ? `fill="#ffffff" stroke="${colour}" stroke-width="1.6"` : `fill="${colour}"`;
  return [
    text(LEFT - 12, y + 4, labelOf(row), { anchor: 'end', fill: colour }),
    `<line x1="${of(low).toFixed(1)}" x2="${of(high).toFixed(1)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2.4" stroke-opacity="0.45"/>`,
    `<circle cx="${at}" cy="${y}" r="4.2" ${hollow}><title>${escaped(row.name)}: ${row.standing.toFixed(2)}</title></circle>`,
  ];
}

function labelOf({ name, classes }: MeasuredRow): string {
  return classes.length > 0 ? `${name} [${classes.join(', ')}]` : name;
}

const LEGEND = [
  { kind: 'ours', words: '● ours', x: 16 },
  { kind: 'peer', words: '● peer', x: 72 },
  { kind: 'context', words: '○ context, never a claim', x: 128 },
] as const;

function legend(): string[] {
  return LEGEND.map(({ kind, words, x }) => text(x, 70, words, { fill: COLOUR[kind] }));
}

interface TextStyle {
  readonly anchor?: 'middle' | 'end';
  readonly fill?: string;
  readonly size?: number;
  readonly weight?: string;
}

function text(x: number, y: number, value: string, { anchor, fill = '#1c1f23', size, weight }: TextStyle = {}): string {
  const attributes = [
    `x="${x}" y="${y}" fill="${fill}"`,
    ...(anchor ? [`text-anchor="${anchor}"`] : []),
    ...(size ? [`font-size="${size}"`] : []),
    ...(weight ? [`font-weight="${weight}"`] : []),
  ];
  return `<text ${attributes.join(' ')}>${escaped(value)}</text>`;
}

function escaped(value: string): string {
  return value.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
