/** Parts that pages are made of: tables with explained columns, links, badges, definitions on demand. */
import { type Attributes, type Child, element, type Markup } from '../report/document/markup.ts';
import { definition } from './definition.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { hrefTo } from './paths.ts';
import { TIER_TEXT, type Tier } from './tier.ts';

/** A page in the making: where it stands, and which metrics it has printed. */
export class View {
  private readonly used = new Set<MetricName>();

  /** @param alone whether it is one file without the rest of the site, so that it links to nothing */
  constructor(
    readonly path: string,
    readonly alone = false,
  ) {}

  link(to: string, ...inner: readonly Child[]): Child {
    return this.alone ? inner : element('a', { href: hrefTo(to, this.path) }, ...inner);
  }

  /** The title of a metric, leading to its definition. */
  term(name: MetricName, title: string = METRICS[name].title): Markup {
    this.used.add(name);
    return element('a', { href: `#term-${name}` }, title);
  }

  head(name: MetricName, kind: 'n' | undefined = undefined, title?: string): Markup {
    return element('th', { scope: 'col', class: kind }, this.term(name, title));
  }

  /** On a narrow screen each row becomes a block, its cells with their titles. */
  table<R>(columns: readonly Column<R>[], rows: readonly R[], { caption, rowAttributes }: TableOptions<R> = {}): Child {
    if (rows.length === 0) return undefined;
    const kindOf = ({ metric, text, wide }: Column<R>) => (wide ? 'w' : metric && text !== true ? 'n' : undefined);
    const heads = columns.map((column) =>
      column.metric
        ? this.head(column.metric, column.text ? undefined : 'n', column.title)
        : element('th', { scope: 'col' }, notationHead(column.title ?? '')),
    );
    const body = rows.map((row) =>
      element(
        'tr',
        rowAttributes?.(row) ?? {},
        columns.map((column) =>
          column.row
            ? element('th', { scope: 'row' }, column.cell(row))
            : element('td', { class: kindOf(column), 'data-title': titleOf(column) }, column.cell(row)),
        ),
      ),
    );
    return scroll(
      caption ?? columns[0]?.title ?? 'table',
      element(
        'table',
        { class: 'wide stack sortable' },
        caption !== undefined && element('caption', {}, caption),
        element('thead', {}, element('tr', {}, heads)),
        element('tbody', {}, body),
      ),
    );
  }

  /** Definitions of all metrics printed so far; goes last. */
  terms(): Child {
    if (this.used.size === 0) return undefined;
    const all = Object.keys(METRICS).filter((name): name is MetricName => this.used.has(name as MetricName));
    return element(
      'section',
      { 'aria-labelledby': 'terms' },
      element('h2', { id: 'terms' }, 'What the columns mean'),
      all.map((name) => {
        const { title, means, formula } = METRICS[name] as { title: string; means: string; formula?: string };
        return definition(`term-${name}`, title, means, formula);
      }),
    );
  }
}

export interface Column<R> {
  readonly metric?: MetricName;
  /** Without a metric: what identifies the row. With one: of what it is the metric. */
  readonly title?: string;
  /** A metric that is no number. */
  readonly text?: true;
  /** A sentence, which has a line of its own where rows are blocks. */
  readonly wide?: true;
  /** Names the row. */
  readonly row?: true;
  readonly cell: (row: R) => Child;
}

interface TableOptions<R> {
  readonly caption?: string;
  /** Such as an id that addresses lead to. */
  readonly rowAttributes?: (row: R) => Attributes;
}

/** Columns whose cells hold notation, which each page that has some explains. */
const OF_NOTATION = new Set(['case', 'format', 'shape', 'weights']);

export const notationHead = (title: string): Child =>
  OF_NOTATION.has(title) ? element('a', { href: '#notation' }, title) : title;

const titleOf = <R>({ metric, title }: Column<R>) => title ?? (metric && METRICS[metric].title);

/** A region that scrolls sideways on a narrow screen, by touch or keyboard. */
export function scroll(name: string, ...inner: readonly Child[]): Markup {
  return element('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': name }, ...inner);
}

/** A picture, which scrolls sideways rather than become unreadable. */
export function drawing(name: string, picture: Markup): Markup {
  return element('div', { class: 'drawing', role: 'region', tabindex: 0, 'aria-label': `Picture: ${name}` }, picture);
}

export function badge(tier: Tier): Markup {
  return element('span', { class: 'badge' }, TIER_TEXT[tier]);
}

export interface Figure {
  readonly what: Child;
  readonly big: Child;
  readonly more: Child;
}

/** The few numbers that a page is about. */
export function cards(figures: readonly Figure[]): Child {
  if (figures.length === 0) return undefined;
  const items = figures.map(({ what, big, more }) =>
    element(
      'li',
      { class: 'card' },
      element('p', { class: 'what' }, what),
      element('p', { class: 'big' }, big),
      element('p', { class: 'more' }, more),
    ),
  );
  return element('ul', { class: 'cards' }, items);
}

export function section(title: string, ...inner: readonly Child[]): Child {
  return sectionAt(undefined, title, ...inner);
}

/** One that addresses lead to. */
export function sectionAt(id: string | undefined, title: string, ...inner: readonly Child[]): Child {
  return element('section', { id }, element('h2', {}, title), ...inner);
}

export const p = (...inner: readonly Child[]): Markup => element('p', {}, ...inner);
export const quiet = (...inner: readonly Child[]): Markup => element('p', { class: 'quiet small' }, ...inner);
export const code = (text: string): Markup => element('code', {}, text);

export function facts(items: readonly (readonly [name: string, value: Child])[]): Markup {
  return element(
    'dl',
    { class: 'facts' },
    items.map(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  );
}

/** A verdict in a word, whose colour repeats it. */
export function verdictMark(verdict: string): Markup {
  const tone = { faster: 'good', slower: 'bad', failed: 'bad', missing: 'warn', unclear: 'warn' }[verdict];
  const sign = { faster: '▲ ', slower: '▼ ', failed: '✕ ' }[verdict] ?? '';
  return element('span', { class: tone }, `${sign}${verdict}`);
}

/** The first eight digits of each commit in a sentence. */
export const shortCommits = (text: string): string => text.replace(/\b([0-9a-f]{8})[0-9a-f]{32}\b/g, '$1');
