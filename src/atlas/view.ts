/** Parts that pages are made of: tables with explained columns, links, badges, definitions on demand. */
import { type Child, element, type Markup } from '../report/document/markup.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { hrefTo } from './shell.ts';
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

  head(name: MetricName, kind: 'n' | undefined = undefined): Markup {
    return element('th', { scope: 'col', class: kind }, this.term(name));
  }

  table<R>(columns: readonly Column<R>[], rows: readonly R[], { caption, stack = false }: TableOptions = {}): Child {
    if (rows.length === 0) return undefined;
    const kindOf = ({ metric, text, wide }: Column<R>) => (wide ? 'w' : metric && text !== true ? 'n' : undefined);
    const heads = columns.map((column) =>
      column.metric
        ? this.head(column.metric, column.text ? undefined : 'n')
        : element('th', { scope: 'col' }, column.title ?? ''),
    );
    const body = rows.map((row) =>
      element(
        'tr',
        {},
        columns.map((column) =>
          column.row
            ? element('th', { scope: 'row' }, column.cell(row))
            : element(
                'td',
                { class: kindOf(column), ...(stack && { 'data-title': titleOf(column) }) },
                column.cell(row),
              ),
        ),
      ),
    );
    return scroll(
      caption ?? columns[0]?.title ?? 'table',
      element(
        'table',
        { class: stack ? 'wide stack' : 'wide stick' },
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
        return element(
          'details',
          { class: 'term', id: `term-${name}` },
          element('summary', {}, title),
          element(
            'div',
            {},
            element('p', {}, means),
            formula !== undefined && element('p', {}, element('code', {}, formula)),
          ),
        );
      }),
    );
  }
}

export interface Column<R> {
  readonly metric?: MetricName;
  /** Without a metric: what identifies the row. */
  readonly title?: string;
  /** A metric that is no number. */
  readonly text?: true;
  /** A sentence, which has a line of its own where rows are blocks. */
  readonly wide?: true;
  /** Names the row. */
  readonly row?: true;
  readonly cell: (row: R) => Child;
}

interface TableOptions {
  readonly caption?: string;
  /** On a narrow screen each row becomes a block, its cells with their titles. */
  readonly stack?: boolean;
}

const titleOf = <R>({ metric, title }: Column<R>) => (metric ? METRICS[metric].title : title);

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
  readonly big: string;
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
  return element('section', {}, element('h2', {}, title), ...inner);
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

/** Classes of colour, from 0 to 8. */
export function heat(share: number): string {
  return `q${Math.max(0, Math.min(8, Math.floor(share * 9)))}`;
}

/** What the classes stand for. */
export function heatLegend(from: string, to: string): Markup {
  const steps = Array.from({ length: 9 }, (_, i) =>
    element('li', { class: `q${i}` }, i === 0 ? from : i === 8 ? to : '\u00a0'),
  );
  return element('ul', { class: 'legend' }, steps);
}

/** A verdict in a word, whose colour repeats it. */
export function verdictMark(verdict: string): Markup {
  const tone = { faster: 'good', slower: 'bad', failed: 'bad', missing: 'warn', unclear: 'warn' }[verdict];
  const sign = { faster: '▲ ', slower: '▼ ', failed: '✕ ' }[verdict] ?? '';
  return element('span', { class: tone }, `${sign}${verdict}`);
}

/** The first eight digits of each commit in a sentence. */
export const shortCommits = (text: string): string => text.replace(/\b([0-9a-f]{8})[0-9a-f]{32}\b/g, '$1');
