/** A history as a small line: gaps where nothing was measured, a rule where a change was confirmed, a dot at the latest. */
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { Figure } from './document/document.ts';
import { element } from './document/markup.ts';

export interface Sparkline {
  /** One a run, oldest first; NaN where there is none. Larger is drawn higher. */
  readonly values: readonly number[];
  /** Runs at which a confirmed change starts. Indices into `values`. */
  readonly changes: readonly { readonly run: number; readonly direction: 'slower' | 'faster' }[];
  /** For screen readers and the tooltip. */
  readonly title: string;
}

const [WIDTH, HEIGHT, MARGIN] = [180, 34, 4] as const;
/** Minimum half-range of the axis, relative to its middle, so that noise of a percent does not look like a cliff. */
const LEAST_HALF = 0.05;

/** Null for one point, which is no history. */
export function sparkline({ values, changes, title }: Sparkline): Figure | null {
  const present = values.filter((value) => !Number.isNaN(value));
  if (present.length < 2) return null;
  const [low, high] = [Math.min(...present), Math.max(...present)];
  const centre = (low + high) / 2;
  const half = Math.max((high - low) / 2, LEAST_HALF * centre) || 1;
  const x = scaleLinear([0, values.length - 1], [MARGIN, WIDTH - MARGIN]);
  const y = scaleLinear([centre - half, centre + half], [HEIGHT - MARGIN, MARGIN]);
  const path = line<number>((_, run) => x(run), y)
    .defined((value) => !Number.isNaN(value))
    .digits(1);
  const rules = changes.map(({ run, direction }) => {
    const at = x(run);
    return element('line', { class: direction === 'slower' ? 'bad' : 'good', x1: at, x2: at, y1: 0, y2: HEIGHT });
  });
  const last = values.findLastIndex((value) => !Number.isNaN(value));
  const svg = element(
    'svg',
    { class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: 'img' },
    element('title', {}, title),
    ...rules,
    element('path', { d: path(values) ?? '' }),
    element('circle', { cx: x(last), cy: y(values[last] ?? Number.NaN), r: 2.5 }),
  );
  return { svg: svg.markup };
}
