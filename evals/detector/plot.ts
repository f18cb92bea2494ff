/** The trade-off of each detector as a picture: false alarms (logarithmic) against steps found within 5 points. */
import { type Child, element } from '../../src/report/document/markup.ts';
import { dot, label, line, logScale, quietLabel, rule, svgFile } from '../../src/report/figure.ts';
import type { Score } from './score.ts';

export interface Curve {
  readonly name: string;
  readonly scores: readonly Score[];
}

const [WIDTH, HEIGHT, MARGIN, GAP, TOP] = [300, 260, 44, 16, 30];
const COLOURS = ['#d1495b', '#00798c', '#edae49', '#30638e', '#6b7280', '#8d6a9f', '#3d9970'];
const TICKS = [0.1, 1, 10, 100];

/** SVG with one panel a step size. */
export function plotFrontiers(curves: readonly Curve[], sizes: readonly string[]): string {
  const width = sizes.length * (WIDTH + GAP) + MARGIN;
  const panels = sizes.map((size, i) => panel(curves, size, MARGIN + i * (WIDTH + GAP)));
  const legend = curves.map(({ name }, i) => label(MARGIN + 110 * i, HEIGHT + 58, name, { fill: colour(i) }));
  return svgFile(width, HEIGHT + 70, 'False alarms against steps found', panels, legend);
}

function panel(curves: readonly Curve[], size: string, left: number): Child {
  const right = left + WIDTH - MARGIN;
  const x = logScale([0.1, 200], [left, right]);
  const y = (share: number) => HEIGHT - share * (HEIGHT - TOP);
  const frame = { x: left, y: TOP, width: right - left, height: HEIGHT - TOP, fill: 'none', stroke: '#999' };
  return [
    element('rect', frame),
    rule([x(1), y(0)], [x(1), y(1)], '#bbb', { 'stroke-dasharray': 3 }),
    label(left, 20, `${size} % steps found within 5 points, %`),
    quietLabel(left, HEIGHT + 30, 'false alarms per 1000 points'),
    TICKS.map((rate) => quietLabel(x(rate), HEIGHT + 14, String(rate), { 'text-anchor': 'middle' })),
    [0, 0.5, 1].map((at) => quietLabel(left - 4, y(at) + 4, String(100 * at), { 'text-anchor': 'end' })),
    curves.map(({ scores }, i) => {
      const points = scores
        .map((score) => [x(score.falseAlarmsPer1000), y(score.found[size]?.[0] ?? 0)] as const)
        .sort((a, b) => a[0] - b[0]);
      return [line(points, colour(i)), points.map((point) => dot(point, colour(i), false, 2.5))];
    }),
  ];
}

function colour(i: number): string {
  return COLOURS[i % COLOURS.length] as string;
}
