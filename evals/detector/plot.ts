/** Plot of the trade-off of each detector: false alarms (logarithmic) against steps found within 5 points. */
import { scaleLinear } from 'd3-scale';
import { type Child, element } from '../../src/report/document/markup.ts';
import {
  dot,
  horizontalGrid,
  label,
  line,
  logScale,
  quietLabel,
  rule,
  svgFile,
  verticalGrid,
} from '../../src/report/figure.ts';
import type { Score } from './score.ts';
import { type Entry, familyOf } from './table.ts';

const [PANEL, LEFT, GAP, RIGHT] = [270, 52, 56, 20];
const [TOP, BOTTOM, HEIGHT] = [66, 300, 384];
/** Distinguishable with any colour vision (Okabe and Ito). */
const COLOURS = ['#0072b2', '#d55e00', '#e69f00', '#009e73', '#cc79a7'];
const SHOWN = ['5', '10', '20'];

/** One panel per step size; a family of detectors with several usual settings is drawn once. */
export function plotFrontiers(detectors: readonly Pick<Entry, 'name' | 'frontier'>[]): string {
  const families = [...new Map(detectors.map((one) => [familyOf(one.name), one])).values()];
  const width = LEFT + SHOWN.length * PANEL + (SHOWN.length - 1) * GAP + RIGHT;
  const legend = families.map(({ name }, i) => {
    const [x, y] = [LEFT + 130 * i, HEIGHT - 18];
    return [dot([x + 4, y - 4], colour(i)), label(x + 16, y, familyOf(name))];
  });
  return svgFile(width, HEIGHT, 'False alarms against steps found', [
    label(LEFT, 28, 'Steps found within 5 points, in %, against false alarms', { 'font-size': 17, 'font-weight': 600 }),
    SHOWN.map((size, i) => panel(families, size, LEFT + i * (PANEL + GAP))),
    legend,
  ]);
}

function panel(families: readonly Pick<Entry, 'frontier'>[], size: string, left: number): Child {
  const right = left + PANEL;
  const x = logScale([0.1, 200], [left, right]);
  const y = scaleLinear([0, 100], [BOTTOM, TOP]);
  const at = (score: Score) => [x(score.falseAlarmsPer1000), y(100 * (score.found[size]?.[0] ?? 0))] as const;
  return [
    label(left, TOP - 12, `steps of ${size} %`, { 'font-weight': 600 }),
    horizontalGrid({ of: y, ticks: [0, 25, 50, 75, 100], show: String }, [left, right]),
    verticalGrid({ of: x, ticks: [0.1, 1, 10, 100], show: String }, [TOP, BOTTOM]),
    rule([left, BOTTOM], [right, BOTTOM], '#999'),
    quietLabel((left + right) / 2, BOTTOM + 40, 'false alarms per 1000 points', { 'text-anchor': 'middle' }),
    families.map(({ frontier }, i) => {
      const points = frontier.map(at).sort((a, b) => a[0] - b[0]);
      return element('g', {}, line(points, colour(i)), ...points.map((point) => dot(point, colour(i), false, 2.8)));
    }),
  ];
}

function colour(i: number): string {
  return COLOURS[i % COLOURS.length] as string;
}
