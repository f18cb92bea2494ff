/**
 * The colours of pictures: on a page by its stylesheet, in a file of its own by a style element, both light and dark. Geometry is
 * in attributes. Hues are distinguishable with any colour vision, and shapes repeat them.
 */

/** One for each scheme, light first, at least 3:1 against the paper. */
export const HUES: readonly (readonly [light: string, dark: string])[] = [
  ['#0068a8', '#5db1ee'],
  ['#c24e00', '#f28c4b'],
  ['#00755a', '#3fc49c'],
  ['#a3478f', '#e08bc9'],
  ['#7d6400', '#d8b93b'],
  ['#5b4bc4', '#a79cf7'],
  ['#a8283c', '#f27c8c'],
  ['#5a626b', '#aab3bc'],
  ['#4c7a00', '#a3d155'],
];

const fills = (scheme: 0 | 1) => HUES.map((hue, i) => `--h${i}:${hue[scheme]}`).join(';');
const classes = HUES.map((_, i) => `.h${i}{fill:var(--h${i});stroke:var(--h${i});color:var(--h${i})}`).join('');

export const CHART_STYLE = `
:root{--chart-ink:#14191f;--chart-dim:#55606b;--chart-grid:#e3e7eb;--chart-paper:#fff;--chart-band:#e7eef6;--chart-won:#dcefe2;--chart-bad:#a4161a;--chart-good:#12683a;${fills(0)}}
@media (prefers-color-scheme:dark){:root{--chart-ink:#e6eaee;--chart-dim:#9da9b4;--chart-grid:#2a323a;--chart-paper:#11161b;--chart-band:#1d2c3c;--chart-won:#173a28;--chart-bad:#ff9a92;--chart-good:#74d39a;${fills(1)}}}
${classes}
svg.chart{display:block;width:100%;height:auto;font:12px system-ui,'DejaVu Sans',sans-serif}
.chart text{fill:var(--chart-ink);stroke:none}
.chart text.dim{fill:var(--chart-dim)}
.chart .paper{fill:var(--chart-paper)}
.chart .grid{stroke:var(--chart-grid)}
.chart .axis{stroke:var(--chart-dim)}
.chart .roof{stroke:var(--chart-ink)}
.chart .roof-dot{stroke:var(--chart-ink);fill:var(--chart-ink)}
.chart .band{fill:var(--chart-band);stroke:none}
.chart .won{fill:var(--chart-won);stroke:none}
.chart .line{fill:none}
.chart .hollow{fill:var(--chart-paper)}
.chart .ring{fill:none;stroke:var(--chart-ink);stroke-width:1.6}
.chart .slower{stroke:var(--chart-bad);fill:var(--chart-bad)}
.chart .faster{stroke:var(--chart-good);fill:var(--chart-good)}
`;
