/** A history as a small SVG line: gaps where nothing was measured, a rule where a change was confirmed, a dot at the latest. */

export interface Sparkline {
  /** One a run, oldest first; NaN where there is none. Larger is drawn higher. */
  readonly values: readonly number[];
  /** Runs at which a confirmed change starts. Indices into `values`. */
  readonly changes: readonly { readonly run: number; readonly direction: 'slower' | 'faster' }[];
  /** For screen readers and the tooltip. */
  readonly title: string;
}

const [WIDTH, HEIGHT, MARGIN] = [180, 34, 4] as const;
/** Half of the axis at least, relative to its middle: noise of a percent must not look like a cliff. */
const LEAST_HALF = 0.05;

export function renderSparkline({ values, changes, title }: Sparkline): string {
  const present = values.filter((value) => !Number.isNaN(value));
  // One point is no history.
  if (present.length < 2) return '';
  const x = (run: number) => MARGIN + ((WIDTH - 2 * MARGIN) * run) / Math.max(values.length - 1, 1);
  const [low, high] = [Math.min(...present), Math.max(...present)];
  const centre = (low + high) / 2;
  const half = Math.max((high - low) / 2, LEAST_HALF * centre) || 1;
  const y = (value: number) => HEIGHT / 2 - ((HEIGHT / 2 - MARGIN) * (value - centre)) / half;
  const point = (run: number) => `${x(run).toFixed(1)},${y(values[run] ?? Number.NaN).toFixed(1)}`;
  const lines = stretches(values).map((runs) =>
    runs.length === 1
      ? `<circle class="point" cx="${x(runs[0] ?? 0).toFixed(1)}" cy="${y(values[runs[0] ?? 0] ?? 0).toFixed(1)}" r="1.5"/>`
      : `<polyline points="${runs.map(point).join(' ')}"/>`,
  );
  const rules = changes.map(({ run, direction }) => {
    const at = x(run).toFixed(1);
    return `<line class="${direction}" x1="${at}" x2="${at}" y1="0" y2="${HEIGHT}"/>`;
  });
  const last = values.findLastIndex((value) => !Number.isNaN(value));
  const [cx = '', cy = ''] = point(last).split(',');
  const dot = `<circle class="latest" cx="${cx}" cy="${cy}" r="2.5"/>`;
  return `<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img"><title>${escapeHtml(title)}</title>${rules.join('')}${lines.join('')}${dot}</svg>`;
}

/** Runs of numbers without a gap between them. */
function stretches(values: readonly number[]): number[][] {
  const found: number[][] = [];
  for (const [run, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const current = found.at(-1);
    if (current && current.at(-1) === run - 1) current.push(run);
    else found.push([run]);
  }
  return found;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
