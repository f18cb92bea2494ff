import { dirname, join, normalize } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderOfAll } from '../record/testdata/folder.ts';
import { contrast } from '../report/testdata/contrast.ts';
import { filesOf } from './build.node.ts';
import { collect } from './collect.node.ts';
import { METRICS } from './metrics.ts';
import { casePath } from './paths.ts';
import { STYLESHEET } from './stylesheet.ts';
import { HOSTILE, nameOf, STORE, type StoreMachine, writeExampleStore } from './testdata/store.ts';

const folder = folderOfAll();
let files = new Map<string, string>();
const page = (path: string) => files.get(path) ?? '';
const pages = () => [...files].filter(([path]) => path.endsWith('.html'));
const [one, two, hostile, browser] = STORE.map(nameOf);

beforeAll(async () => {
  writeExampleStore(folder());
  files = new Map(filesOf(await collect(folder())));
}, 60_000);

/** Made by the parts of the site that need other rooms or a bundler. */
const ELSEWHERE = ['measure.html', 'start.js', 'compare.js', 'history.js', 'tables.js'];

describe('the site', () => {
  it('has a page for each machine, suite and case, and data beside', () => {
    const problem = 'contribution/decode/case-2880/m=1/n=2880/k=4096/layout=nt/w=mxfp4/a=f16/acc=f32/out=f16';
    for (const path of ['index.html', 'suites.html', 'suite/contribution.html', 'correctness.html', 'inspect.html'])
      expect(page(path), path).toContain('</html>');
    for (const name of [one, two, hostile, browser]) expect(page(`machine/${name}.html`)).toContain('</html>');
    expect(page(casePath(problem))).toContain('23.6 MFLOP');
    expect(page('changes.html')).toContain('Example GPU One');
    expect(page(`data/${one}.csv`).split('\r\n')).toHaveLength(1 + 18 + 1);
  });

  it('links only to what it has', () => {
    const broken = pages().flatMap(([path, text]) =>
      [...text.matchAll(/(?:href|src)="([^"#]+)(#[^"]*)?"/g)].flatMap(([, to = '']) => {
        const target = normalize(join(dirname(path), decodeURIComponent(to.replaceAll('&#39;', "'"))));
        return files.has(target) || ELSEWHERE.includes(target) ? [] : [`${path} → ${target}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('leads to places of pages that are there', () => {
    const broken = pages().flatMap(([path, text]) =>
      [...text.matchAll(/href="([^"#]*)#([^"]+)"/g)].flatMap(([, to = '', anchor = '']) => {
        const target =
          to === '' ? path : normalize(join(dirname(path), decodeURIComponent(to.replaceAll('&#39;', "'"))));
        return page(target).includes(` id="${decodeURIComponent(anchor)}"`) ? [] : [`${path} → ${target}#${anchor}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('explains every metric that a page prints, on that page', () => {
    for (const [path, text] of pages()) {
      const asked = [...text.matchAll(/href="#term-(\w+)"/g)].map(([, name]) => name);
      const told = [...text.matchAll(/<details class="term"><summary>[^<]*<\/summary><div id="term-(\w+)"/g)].map(
        ([, name]) => name,
      );
      expect(new Set(asked), path).toEqual(new Set(told));
      // Columns of numbers are metrics, or kernels under a caption that names one.
      const bare = [...text.matchAll(/<th scope="col" class="n">(?!<a href="#term-)([^<]*)/g)].map(
        ([, title]) => title,
      );
      expect(bare, path).toEqual([]);
    }
  });

  it('explains how shapes and formats are written, on each page that has one', () => {
    const signs: readonly [RegExp, string][] = [
      [/\d×\d+×\d/, 'mnk'],
      [/\bnt\b/, 'layout'],
      [/\bd_ff\b/, 'dff'],
      [/\bacc /, 'acc'],
      [/f16→f16/, 'output'],
      [/mxfp4·/, 'activations'],
      [/\bdecode\b/, 'phase'],
      [/\d GFLOPS/, 'flops'],
    ];
    const missing = pages().flatMap(([path, text]) => {
      const [main = ''] = text.split('<section id="notation"');
      const shown = main.replace(/^.*<main/s, '').replace(/<[^>]*>/g, '\n');
      return signs.flatMap(([sign, name]) =>
        sign.test(shown) && !text.includes(`id="note-${name}"`) ? [`${path} ${name}`] : [],
      );
    });
    expect(missing).toEqual([]);
    expect(pages().filter(([, text]) => text.includes('id="note-layout"')).length).toBeGreaterThan(10);
  });

  it('prints every metric that is explained, somewhere', () => {
    const told = new Set(pages().flatMap(([, text]) => [...text.matchAll(/id="term-(\w+)"/g)].map(([, name]) => name)));
    expect(Object.keys(METRICS).filter((name) => !told.has(name))).toEqual([]);
  });

  it('holds no style, script or handler of its own, and text as text', () => {
    for (const [path, text] of pages()) {
      expect(text, path).not.toMatch(/<style|style="|<script(?! src=)|javascript:|https?:\/\//);
      expect(text.replace(/"[^"]*"/g, '""'), path).not.toMatch(/<[^>]*\son\w+=/);
      expect(text, path).not.toContain(HOSTILE);
      expect(text, path).toContain('default-src &#39;none&#39;; script-src &#39;self&#39;');
    }
    expect(page(`machine/${hostile}.html`)).toContain('&#60;img src=x onerror=alert(1)&#62;');
  });

  it('closes what it opens', () => {
    for (const [path, text] of pages()) {
      const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
      for (const tag of [
        'section',
        'table',
        'tbody',
        'thead',
        'th',
        'ul',
        'li',
        'details',
        'svg',
        'g',
        'div',
        'p',
        'a',
        'figure',
      ])
        expect(count(new RegExp(`<${tag}[ >]`, 'g')), `${path} <${tag}>`).toBe(count(new RegExp(`</${tag}>`, 'g')));
      const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size, path).toBe(ids.length);
      expect(text.match(/<h1/g), path).toHaveLength(1);
      expect(text, path).not.toMatch(/NaN|undefined|Infinity|\[object/);
    }
  });

  it('is the same for the same records', async () => {
    expect(new Map(filesOf(await collect(folder())))).toEqual(files);
  });
});

describe('what the pages say', () => {
  it('tells tiers apart', () => {
    const lines = page('index.html').split('<tr>');
    const tierOf = (machine: string | undefined) =>
      /class="badge">([^<]*)</.exec(lines.find((line) => line.includes(`machine/${machine}.html`)) ?? '')?.[1];
    expect([one, two, hostile, browser].map(tierOf)).toEqual(['measured by CI', 'reproduced', 'single', 'browser']);
  });

  it('ranks reproduced numbers only, and shows the others without a rank', () => {
    const rows = page('leaderboard.html').split('<tr').slice(2);
    expect(rows.map((row) => /<td class="n" data-title="rank">([^<]*)</.exec(row)?.[1])).toEqual(['1', '2', '–', '–']);
    expect(rows[0]).toContain('Example GPU Two');
    expect(rows[3]).toContain('9 of 9');
  });

  it('shows a slowdown where it is, with the band of the detector, the commit and every point in words', () => {
    const machine = page(`machine/${one}.html`);
    expect(machine).toMatch(
      /▼ slower<\/span><\/td><td class="n" data-title="cases">3<\/td><td class="n" data-title="change">takes 30 % longer/,
    );
    expect(machine).toContain('abc001e');
    const path = casePath('contribution/decode/case-2880/m=1/n=2880/k=4096/layout=nt/w=f32/a=f32/acc=f32/out=f32');
    const text = page(path);
    expect(text).toMatch(/<path class="band" d="M/);
    expect(text).toContain('>time +30.0 %');
    expect(text).toContain('<tr><td>2026-10-01 abc001e0<td>2.61 ms<td>+30.0 %<td>slower from here, notice');
    expect(text).toContain('slower from here');
  });

  it('says how small a change would have shown where nothing moved', () => {
    const still = casePath('contribution/compute/case-512/m=64/n=512/k=512/layout=nt/w=mxfp4/a=f16/acc=f32/out=f16');
    expect(page(still)).toMatch(/No lasting change on any machine; the smallest that would have shown is [\d.]+ %/);
  });

  it('shows failed cases with their reason, and errors relative to the budget', () => {
    expect(page('correctness.html')).toContain('✕ 1 failed');
    expect(page('correctness.html')).toMatch(/wrong-answer<\/span>.*[\w-]+: &#60;img/);
    expect(page('correctness.html')).toMatch(/<td class="q1" data-title="[^"]*">2\.6 %<\/td>/);
  });

  it('shows notices in tables and in the CSV', () => {
    expect(page(`machine/${one}.html`)).toContain('title="gemv is wrong here before driver 2 &#60;b&#62;"');
    expect(page(`data/${one}.csv`)).toContain('gemv is wrong here before driver 2');
    expect(page(`data/${two}.csv`)).not.toContain('gemv is wrong');
  });

  it('draws searches, tunings and inspections that are stored', () => {
    expect(page('suites.html')).toContain('Hidden 96, 8 tokens');
    expect(page(`machine/${one}.html`)).toContain('many rows, f32\tregister-tile\t64\t64\t16\t8\t8');
    expect(page('inspect.html')).toContain('Radeon RX 7900 XTX');
    expect(page('inspect.html')).toContain('refused: needs matrix units');
  });
});

describe('the colours', () => {
  const value = (scheme: string, name: string) => new RegExp(`--${name}:(#\\w+)`).exec(scheme)?.[1] ?? '';
  const full = (colour: string) => (colour.length === 4 ? colour.replace(/\w/g, '$&$&') : colour);
  const [light = '', dark = ''] = STYLESHEET.split('@media (prefers-color-scheme:dark)');

  it.each([
    ['light', light, ['#0b1014', '#fff'], 6],
    ['dark', dark, ['#fff', '#0b1014'], 5],
  ] as const)('of text are readable: %s', (_, scheme, [low, high], from) => {
    for (const paper of ['paper', 'panel'])
      for (const ink of ['ink', 'dim', 'link', 'bad', 'good', 'warn'])
        expect(contrast(full(value(scheme, ink)), full(value(scheme, paper))), `${ink} on ${paper}`).toBeGreaterThan(
          4.5,
        );
    for (let i = 0; i < 9; i++)
      expect(contrast(full(i < from ? low : high), value(scheme, `q${i}`)), `q${i}`).toBeGreaterThan(4.5);
  });
});

describe('the store of the tests', () => {
  it('has machines of all kinds', () => {
    expect(new Set(STORE.map(({ device }: StoreMachine) => device)).size).toBe(4);
  });
});
