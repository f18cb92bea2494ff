/** Plot of the ratios: one band per shape, one dot per contender, the best peer at 1. */
import { type Child, element } from '../src/report/document/markup.ts';
import { dot, label, quietLabel, type RatioScale, ratioScale, rule, svgFile } from '../src/report/figure.ts';
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

type Standing = MeasuredRow & { readonly standing: number };

interface Band {
  readonly title: string;
  readonly rows: readonly Standing[];
}

export function renderPlot(document: Document): string {
  const bands = worstFirst(document.shapes)
    .map(bandOf)
    .filter(({ rows }) => rows.length > 0);
  const height = TOP + bands.reduce((sum, { rows }) => sum + BAND_GAP + rows.length * ROW, 0) + 40;
  const values = bands.flatMap(({ rows }) =>
    rows.flatMap(({ standing, ratios }) => [standing, ...(ratios.bestPeerInterval ?? [])]),
  );
  const scale = ratioScale(values, [LEFT, WIDTH - RIGHT]);
  let y = TOP;
  const parts = bands.map(({ title, rows }) => {
    y += BAND_GAP;
    const heading = label(16, y - 8, title, { 'font-weight': 600 });
    const shown = rows.map((row) => {
      y += ROW;
      return rowParts(row, y - ROW / 2, scale);
    });
    return [heading, shown];
  });
  return svgFile(
    WIDTH,
    height,
    'Our kernels beside the best peer, per shape',
    label(16, 28, 'Speed relative to the best peer, per shape', { 'font-size': 17, 'font-weight': 600 }),
    quietLabel(16, 48, subtitle(document)),
    LEGEND.map(({ kind, words, x }) => label(x, 70, words, { fill: COLOUR[kind] })),
    grid(scale, height),
    parts,
  );
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

function grid({ of, ticks }: RatioScale, height: number): Child {
  return ticks.map((tick) => [
    rule([of(tick), TOP], [of(tick), height - 26], tick === 1 ? '#30343a' : '#e3e5e8'),
    quietLabel(of(tick), height - 10, `${tick}×`, { 'text-anchor': 'middle' }),
  ]);
}

function rowParts(row: Standing, y: number, { of }: RatioScale): Child {
  const { kind, name, classes, standing, ratios } = row;
  const fill = COLOUR[kind];
  const [low, high] = ratios.bestPeerInterval ?? [standing, standing];
  const words = classes.length > 0 ? `${name} [${classes.join(', ')}]` : name;
  const about = element('title', {}, `${name}: ${standing.toFixed(2)}`);
  return [
    label(LEFT - 12, y + 4, words, { 'text-anchor': 'end', fill }),
    rule([of(low), y], [of(high), y], fill, { 'stroke-width': 2.4, 'stroke-opacity': '0.45' }),
    element('g', {}, dot([of(standing), y], fill, kind === 'context', 4.2), about),
  ];
}

const LEGEND = [
  { kind: 'ours', words: '● ours', x: 16 },
  { kind: 'peer', words: '● peer', x: 72 },
  { kind: 'context', words: '○ context, never a claim', x: 128 },
] as const;
