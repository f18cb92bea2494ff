/** A roofline: rate over arithmetic intensity, one point per measured case with its interval, under the peaks of the same run. */
import { scaleLog } from 'd3-scale';
import { WEIGHT_FORMATS } from '../gemm/problem.ts';
import { bandwidth, ceilingOf } from '../record/ceilings.ts';
import type { MeasuredRow } from '../record/row.ts';
import type { Peak, RunRecord } from '../record/schema.ts';
import { type Child, element, type Markup } from './document/markup.ts';
import { chart, chartFile, dim, grid, label, mark, type Plane, rule, short } from './figure.ts';
import { familyOf, hueClass } from './hues.ts';
import { bytesPerSecond, flopPerSecond, processesText } from './si.ts';

type Measured = Pick<MeasuredRow, 'id' | 'flop' | 'bytes' | 'format' | 'kernel' | 'summary'>;

/** Place of the plane in the picture. */
interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

const FILE: Frame = { width: 960, height: 540, left: 92, top: 114 };
const PAGE: Frame = { width: 960, height: 520, left: 84, top: 62 };

/** The picture of a page. */
export function rooflineChart(rows: readonly Measured[], peaks: readonly Peak[], title: string): Markup {
  return chart(PAGE.width, PAGE.height, title, drawn(rows, peaks, PAGE));
}

/** The picture of a record as a file. */
export function renderRooflineSvg(record: RunRecord): string {
  const rows = record.cases.filter((row): row is MeasuredRow => row.status === 'measured');
  const suites = [...new Set(rows.map(({ suite }) => suite))].join(', ');
  const title = `Roofline of ${suites} on ${record.environment.adapter.description || record.environment.adapter.device}`;
  return chartFile(FILE.width, FILE.height, title, [
    label(FILE.left, 30, title, { 'font-size': 17, 'font-weight': 600 }),
    dim(FILE.left, 50, subtitle(record, rows)),
    drawn(rows, record.peaks, FILE),
  ]);
}

function drawn(rows: readonly Measured[], peaks: readonly Peak[], frame: Frame): Child {
  const roofs = roofsOf(rows, peaks);
  const used = new Set(rows.map(({ format }) => format.w));
  // Members of a family stand beside each other in the legend.
  const formats = WEIGHT_FORMATS.filter((name) => used.has(name)).sort((a, b) => placeOf(a) - placeOf(b));
  const rates = roofs.map(({ rate }) => rate);
  const plane = planeOf(rows, rates, frame);
  return [
    legend(formats, frame),
    grid(plane),
    dim((plane.left + plane.right) / 2, frame.height - 14, 'arithmetic intensity: FLOP per compulsory byte', {
      'text-anchor': 'middle',
    }),
    roofs.map((roof) => roofLine(roof, bandwidth(peaks, 0), plane)),
    roofs.length > 0 && slope(peaks, Math.max(...rates), plane),
    formats.map((format) => bars(rows, format, plane)),
    rows.map((row) => point(row, plane)),
  ];
}

const FAMILIES = [...new Set(WEIGHT_FORMATS.map(familyOf))];
const placeOf = (name: string) => FAMILIES.indexOf(familyOf(name));

interface Roof {
  readonly path: string;
  readonly rate: number;
}

/** The multiply-add peaks that rows are compared with. */
function roofsOf(rows: readonly Measured[], peaks: readonly Peak[]): Roof[] {
  const used = rows.flatMap((row) => ceilingOf(row, peaks) ?? []);
  return [...new Map(used.map(({ path, flopPerSecond: rate = 0 }) => [path, { path, rate }])).values()];
}

const intensityOf = ({ flop, bytes }: Measured) => flop / bytes;

/** Powers of two along the intensity, round steps along the rate. */
function planeOf(rows: readonly Measured[], peaks: readonly number[], frame: Frame): Plane & { readonly low: number } {
  const [left, right, top, bottom] = [frame.left, frame.width - 28, frame.top, frame.height - 58];
  const intensities = rows.map(intensityOf);
  const rates = [...rows.map(({ summary }) => summary.flopPerSecond), ...peaks];
  const first = Math.floor(Math.log2(least(intensities)) - 0.3);
  const last = Math.ceil(Math.log2(most(intensities)) + 0.3);
  const [low, high] = [0.8 * least(rates), 1.6 * most(rates)];
  const x = scaleLog([2 ** first, 2 ** last], [left, right]).base(2);
  const y = scaleLog([low, high], [bottom, top]);
  const steps = high / low > 300 ? [1] : [1, 2, 5];
  const ticks = Array.from({ length: 20 }, (_, i) => i - 2).flatMap((power) => steps.map((step) => step * 10 ** power));
  // Thirteen labels fit beside each other.
  const stride = Math.ceil((last - first + 1) / 13);
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((power) => power % stride === 0);
  return {
    ...{ left, right, top, bottom, low },
    x: { of: x, ticks: powers.map((power) => 2 ** power), show: intensityText },
    y: { of: y, ticks: ticks.filter((tick) => tick >= low && tick <= high), show: rateText },
  };
}

const least = (values: readonly number[]) =>
  values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
const most = (values: readonly number[]) => values.reduce((high, value) => Math.max(high, value), 0);

/** From the ridge, where memory stops being the limit, to the right. */
function roofLine({ path, rate }: Roof, bytes: number | undefined, { x, y, left, right }: Plane): Child {
  const from = bytes === undefined ? left : Math.min(right, Math.max(left, x.of(rate / bytes)));
  return [
    rule([from, y.of(rate)], [right, y.of(rate)], undefined, { class: 'roof', 'stroke-width': 1.6 }),
    label(right, y.of(rate) - 6, `${path} ${flopPerSecond(rate)}`, { 'text-anchor': 'end' }),
  ];
}

/** The bandwidth of traffic that only reads, from the edge of the plane up to the highest peak. */
function slope(peaks: readonly Peak[], highest: number, plane: Plane & { readonly low: number }): Child {
  const { x, y, left, right, low } = plane;
  const bytes = bandwidth(peaks, 0);
  if (bytes === undefined) return undefined;
  const start = x.of(low / bytes) >= left ? low / bytes : (x.ticks[0] ?? 1);
  const from = [Math.max(left, x.of(start)), y.of(start * bytes)] as const;
  const to = [x.of(highest / bytes), y.of(highest)] as const;
  if (to[0] <= from[0] || to[0] > right) return undefined;
  const angle = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
  const [cx, cy] = [from[0] + (to[0] - from[0]) * 0.62, from[1] + (to[1] - from[1]) * 0.62];
  const path = peaks.some((peak) => peak.path === 'read') ? 'read' : 'copy';
  return [
    rule(from, to, undefined, { class: 'roof', 'stroke-width': 1.6 }),
    label(cx, cy - 7, `${path} ${bytesPerSecond(bytes)}`, {
      'text-anchor': 'middle',
      transform: `rotate(${angle.toFixed(1)} ${cx.toFixed(1)} ${cy.toFixed(1)})`,
    }),
  ];
}

/** The intervals of a format's cases. */
function bars(rows: readonly Measured[], format: string, { x, y }: Plane): Markup {
  const lines = rows
    .filter((row) => row.format.w === format)
    .map((row) => {
      const [low, high] = row.summary.intervalSeconds;
      const [bottom, top] = [y.of(row.flop / high), y.of(row.flop / low)];
      return `M${short(x.of(intensityOf(row)))} ${short(bottom)}V${short(top)}`;
    });
  const style = { class: `line ${hueClass(format)}`, fill: 'none', 'stroke-width': 1.5, 'stroke-opacity': '0.6' };
  return element('path', { ...style, d: lines.join('') });
}

function point(row: Measured, { x, y }: Plane): Markup {
  const { flopPerSecond: rate } = row.summary;
  const at = [x.of(intensityOf(row)), y.of(rate)] as const;
  return element('g', {}, mark(row.format.w, at, 3.6), element('title', {}, `${row.id}: ${flopPerSecond(rate)}`));
}

/** In as many lines as it takes, the last right above the plane. */
function legend(formats: readonly string[], { left, top, width }: Frame): Child {
  const lines: { format: string; x: number }[][] = [[]];
  let x = left + 66;
  for (const format of formats) {
    const needs = 34 + 7 * format.length;
    if (x + needs > width) {
      lines.push([]);
      x = left + 66;
    }
    lines.at(-1)?.push({ format, x });
    x += needs;
  }
  const first = top - 20 - 18 * (lines.length - 1);
  return [
    label(left, first, 'weights:'),
    lines.map((line, i) =>
      line.map(({ format, x: at }) => [mark(format, [at, first + 18 * i - 4]), label(at + 10, first + 18 * i, format)]),
    ),
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
