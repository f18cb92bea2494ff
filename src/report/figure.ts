/** Parts of plots: the SVG element, text, grids. Scales and paths are d3's. */
import { scaleLog } from 'd3-scale';
import { line as d3Line } from 'd3-shape';
import { type Attributes, type Child, element, type Markup } from './document/markup.ts';

const QUIET = '#5b6068';

/** A file of its own. */
export function svgFile(width: number, height: number, title: string, ...children: readonly Child[]): string {
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height };
  const look = { 'font-family': "system-ui, 'DejaVu Sans', sans-serif", 'font-size': 12, fill: '#222', role: 'img' };
  const paper = element('rect', { width, height, rx: 6, fill: '#fff' });
  return `${element('svg', { ...attributes, ...look }, element('title', {}, title), paper, ...children).markup}\n`;
}

/** @param style attributes of SVG by name */
export function label(x: number, y: number, text: string, style: Attributes = {}): Markup {
  return element('text', { x, y, ...style }, text);
}

/** Secondary text: axes, units, notes. */
export function quietLabel(x: number, y: number, text: string, style: Attributes = {}): Markup {
  return label(x, y, text, { fill: QUIET, ...style });
}

type Point = readonly [x: number, y: number];

export function rule([x1, y1]: Point, [x2, y2]: Point, stroke: string, style: Attributes = {}): Markup {
  return element('line', { x1, x2, y1, y2, stroke, ...style });
}

/** @param hollow drawn as an outline */
export function dot([cx, cy]: Point, colour: string, hollow = false, r = 3.4): Markup {
  return element('circle', { cx, cy, r, fill: hollow ? '#fff' : colour, stroke: colour, 'stroke-width': 1.4 });
}

export function diamond([x, y]: Point, fill: string): Markup {
  return element('path', { d: `M${x.toFixed(1)} ${(y - 5).toFixed(1)}l5 5l-5 5l-5 -5z`, fill });
}

/** Through points in their order. */
export function line(points: readonly Point[], stroke: string): Markup {
  return element('path', { d: d3Line<Point>().digits(1)([...points]) ?? '', fill: 'none', stroke });
}

export interface Axis {
  readonly of: (value: number) => number;
  readonly ticks: readonly number[];
  readonly show: (tick: number) => string;
}

const GRID = '#e3e5e8';

/** A horizontal line for each tick of a vertical axis, with its value left of it. */
export function horizontalGrid({ of, ticks, show }: Axis, [left, right]: Point): Child {
  return ticks.map((tick) => [
    rule([left, of(tick)], [right, of(tick)], GRID),
    quietLabel(left - 8, of(tick) + 4, show(tick), { 'text-anchor': 'end' }),
  ]);
}

/** A vertical line for each tick of a horizontal axis, with its value below it. */
export function verticalGrid({ of, ticks, show }: Axis, [top, bottom]: Point): Child {
  return ticks.map((tick) => [
    rule([of(tick), top], [of(tick), bottom], GRID),
    quietLabel(of(tick), bottom + 18, show(tick), { 'text-anchor': 'middle' }),
  ]);
}

/** Logarithmic, clamped to the ends. */
export function logScale(domain: Point, range: Point): (value: number) => number {
  return scaleLog(domain, range).clamp(true);
}

export interface RatioScale {
  readonly of: (ratio: number) => number;
  readonly ticks: readonly number[];
}

/** For ratios: logarithmic, from a round step below the values to one above, including 1, clamped to the ends. */
export function ratioScale(values: readonly number[], range: Point): RatioScale {
  const steps = [-2, -1, 0, 1, 2].flatMap((power) => [1, 2, 5].map((step) => Number(`${step}e${power}`)));
  const [low, high] = [Math.min(1, ...values), 1.02 * Math.max(1, ...values)];
  const first = steps.findLast((step) => step <= low) ?? (steps[0] as number);
  const last = steps.find((step) => step >= high) ?? (steps.at(-1) as number);
  const of = logScale([first, last], range);
  return { of, ticks: steps.filter((step) => step >= first && step <= last) };
}
