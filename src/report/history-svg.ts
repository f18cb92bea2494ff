/** The history of one case: its times run by run, the bounds that the detector judged them by, and what it said. */
import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import type { JudgedPoint } from '../judge/history/band.ts';
import type { SeriesChange } from '../judge/history/check.ts';
import { element, type Markup } from './document/markup.ts';
import { chart, grid, label, type Plane, rule } from './figure.ts';
import { change, seconds } from './si.ts';

export interface HistoryPoint extends JudgedPoint {
  /** Id of the run. */
  readonly id: string;
  /** Whether a notice is about it. */
  readonly noticed: boolean;
}

const [WIDTH, HEIGHT] = [860, 190];
/** Half of the first day fits left of the plot. Values stand right of it, beside the newest points, which a narrow screen shows first. */
const [LEFT, RIGHT, TOP, BOTTOM] = [36, WIDTH - 84, 26, HEIGHT - 26];

/** @param title what it shows, for those who do not see it */
export function historyChart(points: readonly HistoryPoint[], changes: readonly SeriesChange[], title: string): Markup {
  const plane = planeOf(points);
  const { x, y } = plane;
  const at = (_: HistoryPoint, i: number) => x.of(i);
  const known = (point: HistoryPoint) => point.bounds !== null;
  const band = area<HistoryPoint>(
    at,
    ({ bounds }) => y.of(Math.exp(bounds?.faster ?? bounds?.level ?? 0)),
    ({ bounds }) => y.of(Math.exp(bounds?.slower ?? 0)),
  );
  const level = line<HistoryPoint>(at, ({ bounds }) => y.of(Math.exp(bounds?.level ?? 0)));
  const dots = points.map(({ cost }, i) => `M${x.of(i).toFixed(1)} ${y.of(Math.exp(cost)).toFixed(1)}h0`).join('');
  const noticed = points.flatMap(({ noticed, cost }, i) =>
    noticed ? [element('path', { class: 'axis', fill: 'none', d: ring(x.of(i), y.of(Math.exp(cost))) })] : [],
  );
  return chart(WIDTH, HEIGHT, title, [
    grid(plane),
    element('path', { class: 'band', d: band.defined(known).curve(curveStepAfter).digits(1)([...points]) ?? '' }),
    element('path', {
      class: 'axis line',
      fill: 'none',
      'stroke-dasharray': '4 3',
      d: level.defined(known).curve(curveStepAfter).digits(1)([...points]) ?? '',
    }),
    // A point is a line of no length with round ends: a tenth of the text of a circle.
    element('path', { class: 'h0 line', fill: 'none', 'stroke-width': 5, 'stroke-linecap': 'round', d: dots }),
    ...noticed,
    ...changes.map((one) => changeMark(one, points, plane)),
  ]);
}

function planeOf(points: readonly HistoryPoint[]): Plane {
  const values = points.flatMap(({ cost, bounds }) => [
    cost,
    ...(bounds ? [bounds.slower, bounds.faster ?? bounds.level] : []),
  ]);
  const [low, high] = [Math.exp(Math.min(...values)), Math.exp(Math.max(...values))];
  const margin = Math.max((high - low) * 0.08, high * 0.005);
  const x = scaleLinear([0, Math.max(1, points.length - 1)], [LEFT + 6, RIGHT - 6]);
  const y = scaleLinear([low - margin, high + margin], [BOTTOM, TOP]);
  const stride = Math.max(1, Math.ceil(points.length / 6));
  return {
    ...{ left: LEFT, right: RIGHT, top: TOP, bottom: BOTTOM, labels: 'right' as const },
    x: {
      of: x,
      ticks: points.flatMap((_, i) => (i % stride === 0 ? [i] : [])),
      show: (tick) => dayOf(points[tick]?.id ?? ''),
    },
    y: { of: y, ticks: y.ticks(4), show: seconds },
  };
}

/** `2026-11-24` of an id that begins with a time. */
export function dayOf(id: string): string {
  return id.replace(/^(\d{4})(\d\d)(\d\d)T.*$/, '$1-$2-$3');
}

/** Where the new level begins, with a word. */
function changeMark({ run, direction, ratio }: SeriesChange, points: readonly HistoryPoint[], { x }: Plane): Markup {
  const index = points.findIndex(({ id }) => id === run);
  const at = x.of(index < 0 ? 0 : index - 0.5);
  const side = at > (LEFT + RIGHT) / 2 ? { 'text-anchor': 'end' } : {};
  return element(
    'g',
    {},
    rule([at, TOP - 4], [at, BOTTOM], undefined, { class: direction, 'stroke-width': 1.6 }),
    label(at + (at > (LEFT + RIGHT) / 2 ? -5 : 5), TOP - 8, `time ${change(ratio - 1)}`, side),
  );
}

function ring(x: number, y: number): string {
  return `M${(x - 6).toFixed(1)} ${y.toFixed(1)}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z`;
}
