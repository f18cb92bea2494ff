/** Parts of plots: the SVG element, text, grids. Scales and paths are d3's. */
import { scaleLog } from 'd3-scale';
import { line as d3Line } from 'd3-shape';
import { CHART_STYLE } from './chart-style.ts';
import { type Attributes, type Child, element, type Markup, verbatim } from './document/markup.ts';
import { lookOf, type Shape } from './hues.ts';

const QUIET = '#5b6068';

export type Point = readonly [x: number, y: number];

/** A file of its own. */
export function svgFile(width: number, height: number, title: string, ...children: readonly Child[]): string {
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}`, width, height };
  const look = { 'font-family': "system-ui, 'DejaVu Sans', sans-serif", 'font-size': 12, fill: '#222', role: 'img' };
  const paper = element('rect', { width, height, rx: 6, fill: '#fff' });
  return `${element('svg', { ...attributes, ...look }, element('title', {}, title), paper, ...children).markup}\n`;
}

/** A picture of a page, whose stylesheet holds `CHART_STYLE`. */
export function chart(width: number, height: number, title: string, ...children: readonly Child[]): Markup {
  const attributes = { class: 'chart', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title };
  return element('svg', attributes, ...children);
}

/** The same as a file of its own, light or dark as its reader's system is. */
export function chartFile(width: number, height: number, title: string, ...children: readonly Child[]): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    class: 'chart',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
  };
  const style = element('style', {}, verbatim(CHART_STYLE));
  const paper = element('rect', { class: 'paper', width, height, rx: 6 });
  const inner = [element('title', {}, title), style, paper, ...children];
  return `${element('svg', { ...attributes, role: 'img' }, inner).markup}\n`;
}

/** Ends of what is drawn in, and where values are. */
export interface Plane {
  readonly x: Axis;
  readonly y: Axis;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Where values of y stand; left of the plane unless said. */
  readonly labels?: 'right';
}

/** Grid and ticks of a plane. */
export function grid({ x, y, left, right, top, bottom, labels }: Plane): Child {
  return [
    y.ticks.map((tick) => [
      rule([left, y.of(tick)], [right, y.of(tick)], undefined, { class: 'grid' }),
      labels === 'right'
        ? dim(right + 8, y.of(tick) + 4, y.show(tick))
        : dim(left - 8, y.of(tick) + 4, y.show(tick), { 'text-anchor': 'end' }),
    ]),
    x.ticks.map((tick) => [
      rule([x.of(tick), top], [x.of(tick), bottom], undefined, { class: 'grid' }),
      dim(x.of(tick), bottom + 18, x.show(tick), { 'text-anchor': 'middle' }),
    ]),
  ];
}

/** Secondary text of a themed picture. */
export function dim(x: number, y: number, text: string, style: Attributes = {}): Markup {
  return label(x, y, text, { class: 'dim', ...style });
}

const MARKS: Readonly<Record<Shape, (r: number) => string>> = {
  circle: (r) => `m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  square: (r) => `m${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
  triangle: (r) => `m0 ${-1.3 * r}l${1.3 * r} ${2.3 * r}h${-2.6 * r}z`,
  diamond: (r) => `m0 ${-1.4 * r}l${1.4 * r} ${1.4 * r}l${-1.4 * r} ${1.4 * r}l${-1.4 * r} ${-1.4 * r}z`,
  plus: (r) => plus(0.45 * r, 0.95 * r),
  cross: (r) => cross(0.5 * r, 0.9 * r),
  ring: (r) => ring(1.25 * r, 0.55 * r),
  wedge: (r) => `m0 ${1.3 * r}l${1.3 * r} ${-2.3 * r}h${-2.6 * r}z`,
};

/** @param half of an arm's width @param arm its length */
function plus(half: number, arm: number): string {
  const [w, l] = [short(2 * half), short(arm)];
  return `m${short(-half)} ${short(-half - arm)}h${w}v${l}h${l}v${w}h-${l}v${l}h-${w}v-${l}h-${l}v-${w}h${l}z`;
}

function cross(half: number, arm: number): string {
  const [s, l] = [short(half), short(arm)];
  return `m0 -${s}l${l} -${l}l${s} ${s}l-${l} ${l}l${l} ${l}l-${s} ${s}l-${l} -${l}l-${l} ${l}l-${s} -${s}l${l} -${l}l-${l} -${l}l${s} -${s}z`;
}

/** The hole runs the other way round. */
function ring(radius: number, hole: number): string {
  const circle = (r: number, sweep: 0 | 1) =>
    `a${short(r)} ${short(r)} 0 1 ${sweep} ${short(2 * r)} 0a${short(r)} ${short(r)} 0 1 ${sweep} ${short(-2 * r)} 0z`;
  return `m${short(-radius)} 0${circle(radius, 0)}m${short(radius - hole)} 0${circle(hole, 1)}`;
}

/** The mark of a format or kernel, by its name. */
export function mark(name: string, [x, y]: Point, r = 4): Markup {
  const { hue, shape } = lookOf(name);
  return element('path', { class: `h${hue}`, d: `M${short(x)} ${short(y)}${MARKS[shape](r)}` });
}

export const short = (value: number) => String(Number(value.toFixed(1)));

/** @param style attributes of SVG by name */
export function label(x: number, y: number, text: string, style: Attributes = {}): Markup {
  return element('text', { x, y, ...style }, text);
}

/** Secondary text: axes, units, notes. */
export function quietLabel(x: number, y: number, text: string, style: Attributes = {}): Markup {
  return label(x, y, text, { fill: QUIET, ...style });
}

export function rule([x1, y1]: Point, [x2, y2]: Point, stroke: string | undefined, style: Attributes = {}): Markup {
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
