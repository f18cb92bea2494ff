/**
 * The frame of every page: policy, stylesheet, navigation, footer. Pages are static files that load nothing but their own site's,
 * hold no style or script of their own, and can be read without JavaScript.
 */
import { type Child, element, type Markup } from '../report/document/markup.ts';
import { notationOf } from './notation.ts';
import { hrefTo } from './paths.ts';

/** By `<meta>`, since static hosts send no headers. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export const STYLE_FILE = 'style.css';

/** What the pages of a site were made from. */
export interface Made {
  /** One line at the end of each page. */
  readonly text: string;
  /** Whether the store has inspections: without, no menu leads to their page. */
  readonly isInspected: boolean;
}

export interface Page {
  /** Its file in the site, such as `machine/x.html`. */
  readonly path: string;
  readonly title: string;
  /** For search engines and previews of links. */
  readonly description?: string;
  /** Names of client bundles that the page runs: `compare` is `compare.js` in the site. */
  readonly scripts?: readonly string[];
  /** Stylesheets besides that of the site. */
  readonly styles?: readonly string[];
  readonly main: readonly Child[];
  /** Where it stands below another page. */
  readonly trail?: readonly { readonly title: string; readonly path: string }[];
  /** Shapes and formats that only its script shows, in the notation that is to be explained. */
  readonly shows?: readonly string[];
  readonly made?: Made;
}

const INSPECTIONS = 'inspect.html';

/** The pages that every page leads to. */
const NAVIGATION = [
  ['GPUs', 'index.html'],
  ['Suites', 'suites.html'],
  ['Changes', 'changes.html'],
  ['Correctness', 'correctness.html'],
  ['Leaderboard', 'leaderboard.html'],
  ['Compare', 'compare.html'],
  ['Compilers', INSPECTIONS],
  ['Measure yours', 'measure.html'],
] as const;

/** A link to a file of the site, as it is seen from a page. */
export function linkTo(to: string, from: string, ...inner: readonly Child[]): Markup {
  return element('a', { href: hrefTo(to, from) }, ...inner);
}

/** Makes tables sortable. */
const TABLES = 'tables';

export function renderPage(page: Page): string {
  const { path, styles = [] } = page;
  const content = main(page);
  const scripts = [...(page.scripts ?? []), ...(content.markup.includes(SORTABLE) ? [TABLES] : [])];
  const head = [
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }),
    ...metas(page),
    element('link', { rel: 'icon', href: hrefTo('icon.svg', path), type: 'image/svg+xml' }),
    [STYLE_FILE, ...styles].map((file) => element('link', { rel: 'stylesheet', href: hrefTo(file, path) })),
    scripts.map((name) => element('script', { src: hrefTo(`${name}.js`, path), defer: '' })),
  ];
  const body = [
    element('a', { class: 'skip', href: '#main' }, 'Skip to the content'),
    header(page),
    content,
    footer(page),
  ];
  return documentOf(head, body);
}

const SORTABLE = ' sortable"';

/** A page as one file, without the rest of the site: no navigation, no scripts, the style in it and allowed by its hash. */
export function renderAlone(page: Page, style: Markup, hash: string): string {
  const policy = `default-src 'none'; style-src '${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const head = [
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    ...metas(page),
    element('style', {}, style),
  ];
  return documentOf(head, [main(page), footer(page)]);
}

function documentOf(head: readonly Child[], body: readonly Child[]): string {
  const page = element('html', { lang: 'en' }, element('head', {}, ...head), element('body', {}, ...body));
  return `<!doctype html>\n${page.markup}\n`;
}

function metas({ title, description }: Page): Child[] {
  return [
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    description !== undefined && element('meta', { name: 'description', content: description }),
    element('title', {}, title === 'shapemark' ? title : `${title} · shapemark`),
  ];
}

function header({ path, made }: Page): Markup {
  const shown = NAVIGATION.filter(([, to]) => to !== INSPECTIONS || made?.isInspected);
  const links = shown.map(([text, to]) => {
    const current = to === path ? 'page' : undefined;
    return element('li', {}, element('a', { href: hrefTo(to, path), 'aria-current': current }, text));
  });
  return element(
    'header',
    { class: 'top' },
    element('a', { class: 'brand', href: hrefTo('index.html', path) }, 'shapemark'),
    element('nav', { 'aria-label': 'Site' }, element('ul', {}, links)),
  );
}

function main({ path, title, trail = [], main: inner, shows = [] }: Page): Markup {
  const steps = trail.map(({ title: name, path: to }) => element('li', {}, linkTo(to, path, name)));
  return element(
    'main',
    { id: 'main', tabindex: -1 },
    steps.length > 0 && element('nav', { class: 'trail', 'aria-label': 'Above this page' }, element('ol', {}, steps)),
    element('h1', {}, title === 'shapemark' ? 'What is fast on my GPU?' : title),
    ...inner,
    notationOf(
      element(
        'div',
        {},
        title,
        ...inner,
        shows.map((text) => element('p', {}, text)),
      ).markup,
    ),
  );
}

function footer({ made }: Page): Markup {
  return element(
    'footer',
    {},
    made !== undefined && element('p', {}, made.text),
    element(
      'p',
      {},
      'Rates are medians over fresh processes, with 95 % intervals; every kernel is verified before it is timed. No cookies, no requests to other sites.',
    ),
  );
}
