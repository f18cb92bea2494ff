/** A record as a roofline: rate over arithmetic intensity, one point per measured case, under the peaks of the same run. */
import { scaleLog } from 'd3-scale';
import { bandwidth, ceilingOf } from '../record/ceilings.ts';
import type { MeasuredRow } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { type Child, element, type Markup } from './document/markup.ts';
import { type Axis, dot, horizontalGrid, label, quietLabel, rule, svgFile, verticalGrid } from './figure.ts';
import { bytesPerSecond, flopPerSecond, processesText } from './si.ts';

const [WIDTH, HEIGHT] = [960, 520];
const [LEFT, RIGHT, TOP, BOTTOM] = [92, WIDTH - 28, 96, HEIGHT - 58];
const ROOF = '#30343a';
/** Distinguishable with any colour vision (Okabe and Ito). */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#7a7f87'];

interface Plane {
  readonly x: Axis;
  readonly y: Axis;
  /** The values at its lower left. */
  readonly corner: { readonly intensity: number; readonly rate: number };
}

export function renderRooflineSvg(record: RunRecord): string {
  const rows = record.cases.filter((row): row is MeasuredRow => row.status === 'measured');
  const peaks = roofsOf(rows, record);
  const formats = [...new Set(rows.map(({ format }) => format.w))];
  const colourOf = (row: MeasuredRow) => COLOURS[formats.indexOf(row.format.w) % COLOURS.length] as string;
  const plane = planeOf(
    rows,
    peaks.map(({ rate }) => rate),
  );
  const suites = [...new Set(rows.map(({ suite }) => suite))].join(', ');
  const title = `Roofline of ${suites} on ${record.environment.adapter.description || record.environment.adapter.device}`;
  return svgFile(WIDTH, HEIGHT, title, [
    label(LEFT, 30, title, { 'font-size': 17, 'font-weight': 600 }),
    quietLabel(LEFT, 50, subtitle(record, rows)),
    legend(formats),
    horizontalGrid(plane.y, [LEFT, RIGHT]),
    verticalGrid(plane.x, [TOP, BOTTOM]),
    quietLabel((LEFT + RIGHT) / 2, HEIGHT - 14, 'arithmetic intensity: FLOP per compulsory byte', {
      'text-anchor': 'middle',
    }),
    peaks.map((roof) => roofLine(roof, bandwidth(record.peaks, 0), plane)),
    peaks.length > 0 && slope(record, Math.max(...peaks.map(({ rate }) => rate)), plane),
    rows.map((row) => point(row, colourOf(row), plane)),
  ]);
}

interface Roof {
  readonly path: string;
  readonly rate: number;
}

/** The multiply-add peaks that rows are compared with. */
function roofsOf(rows: readonly MeasuredRow[], { peaks }: RunRecord): Roof[] {
  const used = rows.flatMap((row) => ceilingOf(row, peaks) ?? []);
  return [...new Map(used.map(({ path, flopPerSecond: rate = 0 }) => [path, { path, rate }])).values()];
}

const intensityOf = ({ flop, bytes }: MeasuredRow) => flop / bytes;

/** Powers of two along the intensity, round steps along the rate. */
function planeOf(rows: readonly MeasuredRow[], peaks: readonly number[]): Plane {
  const intensities = rows.map(intensityOf);
  const rates = [...rows.map(({ summary }) => summary.flopPerSecond), ...peaks];
  const [first, last] = [
    Math.floor(Math.log2(Math.min(...intensities)) - 0.3),
    Math.ceil(Math.log2(Math.max(...intensities)) + 0.3),
  ];
  const [low, high] = [0.8 * Math.min(...rates), 1.6 * Math.max(...rates)];
  const x = scaleLog([2 ** first, 2 ** last], [LEFT, RIGHT]).base(2);
  const y = scaleLog([low, high], [BOTTOM, TOP]);
  const ticks = [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** (power + 9)));
  return {
    x: { of: x, ticks: Array.from({ length: last - first + 1 }, (_, i) => 2 ** (first + i)), show: intensityText },
    y: { of: y, ticks: ticks.filter((tick) => tick >= low && tick <= high), show: rateText },
    corner: { intensity: 2 ** first, rate: low },
  };
}

/** From the ridge, where memory stops being the limit, to the right. */
function roofLine({ path, rate }: Roof, bytes: number | undefined, { x, y }: Plane): Child {
  const from = bytes === undefined ? LEFT : Math.max(LEFT, x.of(rate / bytes));
  return [
    rule([from, y.of(rate)], [RIGHT, y.of(rate)], ROOF, { 'stroke-width': 1.6 }),
    label(RIGHT, y.of(rate) - 6, `${path} ${flopPerSecond(rate)}`, { 'text-anchor': 'end' }),
  ];
}

/** The bandwidth of traffic that only reads, from the edge of the plane up to the highest peak. */
function slope({ peaks }: RunRecord, highest: number, { x, y, corner }: Plane): Child {
  const bytes = bandwidth(peaks, 0);
  if (bytes === undefined) return undefined;
  const start = Math.max(corner.intensity, corner.rate / bytes);
  const from = [x.of(start), y.of(start * bytes)] as const;
  const to = [x.of(highest / bytes), y.of(highest)] as const;
  const angle = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
  const [cx, cy] = [from[0] + (to[0] - from[0]) * 0.62, from[1] + (to[1] - from[1]) * 0.62];
  const path = peaks.some((peak) => peak.path === 'read') ? 'read' : 'copy';
  return [
    rule(from, to, ROOF, { 'stroke-width': 1.6 }),
    label(cx, cy - 7, `${path} ${bytesPerSecond(bytes)}`, {
      'text-anchor': 'middle',
      transform: `rotate(${angle.toFixed(1)} ${cx.toFixed(1)} ${cy.toFixed(1)})`,
    }),
  ];
}

function point(row: MeasuredRow, colour: string, { x, y }: Plane): Markup {
  const { flopPerSecond: rate, intervalSeconds } = row.summary;
  const [low, high] = [row.flop / intervalSeconds[1], row.flop / intervalSeconds[0]];
  const at = x.of(intensityOf(row));
  return element(
    'g',
    {},
    rule([at, y.of(low)], [at, y.of(high)], colour, { 'stroke-width': 1.5, 'stroke-opacity': '0.6' }),
    dot([at, y.of(rate)], colour, false, 4.2),
    element('title', {}, `${row.id}: ${flopPerSecond(rate)}`),
  );
}

function legend(formats: readonly string[]): Child {
  return [
    label(LEFT, 76, 'weights:'),
    formats.map((format, i) => {
      const at = LEFT + 66 + 92 * i;
      const colour = COLOURS[i % COLOURS.length] as string;
      return [dot([at, 72], colour, false, 4.2), label(at + 10, 76, format)];
    }),
  ];
}

function subtitle({ id, processes }: RunRecord, rows: readonly MeasuredRow[]): string {
  const isInterval = rows.every(({ summary }) => summary.intervalKind === 'confidence-95');
  const bars = isInterval ? '95 % intervals' : 'ranges';
  const count = processesText(processes.length);
  return `record ${id}; bars: ${bars} over ${count}; peaks measured in the same run`;
}

/** Ticks are round: `5 GFLOPS`. */
function rateText(value: number): string {
  return flopPerSecond(value).replace(/\.0+ /, ' ');
}

function intensityText(value: number): string {
  return value < 1 ? `1/${1 / value}` : String(value);
}
