/** The trade-off of each detector as a picture: false alarms (logarithmic) against steps found within 5 points. */
import type { Score } from './score.ts';

export interface Curve {
  readonly name: string;
  readonly scores: readonly Score[];
}

const [WIDTH, HEIGHT, MARGIN, GAP] = [300, 260, 44, 16];
const COLOURS = ['#d1495b', '#00798c', '#edae49', '#30638e', '#6b7280', '#8d6a9f', '#3d9970'];
const [FEWEST, MOST] = [0.1, 200];

/** SVG with one panel a step size. */
export function plotFrontiers(curves: readonly Curve[], sizes: readonly string[]): string {
  const width = sizes.length * (WIDTH + GAP) + MARGIN;
  const panels = sizes.map((size, i) => panel(curves, size, MARGIN + i * (WIDTH + GAP)));
  const legend = curves.map(
    ({ name }, i) => `<text x="${MARGIN + 110 * i}" y="${HEIGHT + 58}" fill="${colour(i)}">${name}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT + 70}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="white"/>
${[...panels, ...legend].join('\n')}
</svg>
`;
}

function panel(curves: readonly Curve[], size: string, left: number): string {
  const inner = WIDTH - MARGIN;
  const x = (rate: number) => {
    const clamped = Math.min(MOST, Math.max(FEWEST, rate));
    return left + (inner * Math.log(clamped / FEWEST)) / Math.log(MOST / FEWEST);
  };
  const y = (share: number) => HEIGHT - share * (HEIGHT - 30);
  const lines = curves.map(({ scores }, i) => {
    const points = scores
      .map((score) => [x(score.falseAlarmsPer1000), y(score.found[size]?.[0] ?? 0)] as const)
      .sort((a, b) => a[0] - b[0]);
    const dots = points.map(([px, py]) => `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="2.5"/>`).join('');
    const path = points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ');
    return `<g fill="${colour(i)}"><polyline points="${path}" fill="none" stroke="${colour(i)}"/>${dots}</g>`;
  });
  const ticks = [0.1, 1, 10, 100].map(
    (rate) => `<text x="${x(rate).toFixed(1)}" y="${HEIGHT + 14}" text-anchor="middle">${rate}</text>`,
  );
  const shares = [0, 0.5, 1].map((at) => `<text x="${left - 4}" y="${y(at) + 4}" text-anchor="end">${100 * at}</text>`);
  const goal = `<line x1="${x(1)}" x2="${x(1)}" y1="${y(0)}" y2="${y(1)}" stroke="#bbb" stroke-dasharray="3"/>`;
  const frame = `<rect x="${left}" y="${y(1)}" width="${inner}" height="${y(0) - y(1)}" fill="none" stroke="#999"/>`;
  const title = `<text x="${left}" y="20">${size} % steps found within 5 points, %</text>`;
  const axis = `<text x="${left}" y="${HEIGHT + 30}">false alarms per 1000 points</text>`;
  return [frame, goal, title, axis, ...ticks, ...shares, ...lines].join('\n');
}

function colour(i: number): string {
  return COLOURS[i % COLOURS.length] as string;
}
