/** A document as one self-contained page: no script, no network, readable without colour, light or dark as the reader's system is. */
import { type Block, type Document, type Inline, type Section, spans, type Table } from './document.ts';
import { type Child, element, type Markup, verbatim } from './markup.ts';
import { STYLESHEET } from './stylesheet.ts';
import { type Cell, type Column, type Row, withoutEmptyColumns } from './table.ts';

export function renderHtml({ title = 'shapemark', lead, summary, sections }: Document): string {
  const named = sections.flatMap((section) => section.title ?? []);
  const page = [
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('title', {}, title),
    element('style', {}, verbatim(STYLESHEET)),
    element(
      'main',
      {},
      element('h1', {}, title),
      ...[lead, summary].flatMap((line) => (line === undefined ? [] : [element('p', { class: 'summary' }, line)])),
      ...(named.length > 1 ? [contents(named)] : []),
      ...sections.map((section) => sectionMarkup(section, 2)),
    ),
  ];
  return `<!doctype html>\n${element('html', { lang: 'en' }, page).markup}\n`;
}

function contents(titles: readonly string[]): Markup {
  return element(
    'nav',
    {},
    element('ul', {}, ...titles.map((title) => element('li', {}, element('a', { href: `#${anchor(title)}` }, title)))),
  );
}

function sectionMarkup({ title, blocks, sections = [], folded = false }: Section, depth: number): Markup {
  const inner = [
    ...blocks.map((block) => blockMarkup(block, title === undefined ? depth : depth + 1)),
    ...sections.map((one) => sectionMarkup(one, depth + 1)),
  ];
  if (folded) return element('details', {}, element('summary', {}, title ?? ''), ...inner);
  const heading = title === undefined ? [] : [element(`h${depth}`, {}, title)];
  return element('section', { id: title === undefined ? undefined : anchor(title) }, ...heading, ...inner);
}

function anchor(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function blockMarkup(block: Block, depth: number): Child {
  switch (block.kind) {
    case 'text':
      return element('p', { class: block.tone }, inline(block.text));
    case 'lines':
      return element(
        'ul',
        { class: `lines ${block.tone ?? ''}`.trim() },
        ...block.lines.map((line) => element('li', {}, inline(line))),
      );
    case 'facts':
      return element(
        'dl',
        {},
        ...block.facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
      );
    case 'answer':
      return [element('p', { class: 'strong' }, block.question), element('p', {}, block.answer)];
    case 'commands':
      return [element('p', {}, block.title), element('pre', {}, block.commands.join('\n'))];
    case 'figure':
      return block.svg === undefined
        ? element(
            'pre',
            {},
            (block.characters ?? []).map((line) => [inline(line), '\n']),
          )
        : verbatim(block.svg);
    case 'table':
      return tableMarkup(block, depth);
  }
}

function tableMarkup(whole: Table, depth: number): Child {
  const { columns, groups } = withoutEmptyColumns(whole);
  const remarked = groups.some(({ rows }) => rows.some((row) => remarksOf(row).length > 0));
  const head = element(
    'thead',
    {},
    element(
      'tr',
      {},
      ...columns.map(({ title, align }) => element('th', { class: sideOf(align) }, title)),
      ...(remarked ? [element('th', {}, 'notes')] : []),
    ),
  );
  return groups.map(({ title, rows }) => [
    ...(title === undefined ? [] : [element(`h${depth}`, {}, title)]),
    element(
      'div',
      { class: 'scroll' },
      element('table', {}, head, element('tbody', {}, ...rows.flatMap((row) => rowMarkup(row, columns, remarked)))),
    ),
  ]);
}

function rowMarkup(row: Row, columns: readonly Column[], remarked: boolean): Markup[] {
  const { cells, tone, command } = row;
  const shown = cells.map((cell, i) =>
    element('td', { class: sideOf(columns[i]?.align) }, i === 0 ? firstCell(cell, row) : cellMarkup(cell)),
  );
  const notes = remarked ? [element('td', { class: 'notes' }, ...remarksOf(row))] : [];
  const again =
    command === undefined
      ? []
      : [
          element(
            'tr',
            { class: 'below' },
            element('td', { colspan: columns.length + notes.length }, element('pre', {}, command)),
          ),
        ];
  return [element('tr', { class: tone }, ...shown, ...notes), ...again];
}

/** The first cell opens on what is too long for a column. */
function firstCell(cell: Cell, { more }: Row): Child {
  if (!more) return cellMarkup(cell);
  const { id, command } = more;
  return element(
    'details',
    {},
    element('summary', {}, cellMarkup(cell)),
    element('code', {}, id),
    element('pre', {}, command),
  );
}

function cellMarkup({ text, figure }: Cell): Child {
  return figure?.svg === undefined ? inline(text) : verbatim(figure.svg);
}

function remarksOf({ flags = [], details = [] }: Row): Child[] {
  return [...(flags.length > 0 ? [flags.join(', ')] : []), ...details.map(inline)].flatMap((remark, i) =>
    i > 0 ? ['; ', remark] : [remark],
  );
}

function sideOf(align: Column['align'] | undefined): string | undefined {
  return align === 'right' ? 'number' : undefined;
}

function inline(content: Inline): Child {
  return spans(content).map(({ text, tone, code, href }) => {
    const shown = code ? element('code', {}, text) : text;
    const linked = href === undefined ? shown : element('a', { href }, shown);
    return tone === undefined ? linked : element('span', { class: tone }, linked);
  });
}
