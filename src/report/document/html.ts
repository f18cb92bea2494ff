/** A document as one self-contained page: no script, no network, readable without colour, light or dark as the reader's system is. */
import { type Block, type Document, type Inline, type Section, spans, type Table } from './document.ts';
import { type Child, element, type Markup, verbatim } from './markup.ts';
import { STYLESHEET } from './stylesheet.ts';
import { type Align, type Cell, type Column, type Row, withoutEmptyColumns } from './table.ts';

export function renderHtml({ title = 'shapemark', lead, summary, sections }: Document): string {
  const named = sections.flatMap((section) => section.title ?? []);
  const about = [lead, summary].map((line) => line !== undefined && element('p', { class: 'summary' }, line));
  const links = named.map((name) => element('li', {}, element('a', { href: `#${anchor(name)}` }, name)));
  const contents = named.length > 1 && element('nav', {}, element('ul', {}, links));
  const body = sections.map((section) => sectionMarkup(section, 2));
  const page = element(
    'html',
    { lang: 'en' },
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('title', {}, title),
    element('style', {}, verbatim(STYLESHEET)),
    element('main', {}, element('h1', {}, title), about, contents, body),
  );
  return `<!doctype html>\n${page.markup}\n`;
}

function sectionMarkup({ title, blocks, sections = [], folded = false }: Section, depth: number): Markup {
  const inner = [
    blocks.map((block) => blockMarkup(block, title === undefined ? depth : depth + 1)),
    sections.map((one) => sectionMarkup(one, depth + 1)),
  ];
  if (title === undefined) return element('section', {}, inner);
  if (folded) return element('details', {}, element('summary', {}, title), inner);
  return element('section', { id: anchor(title) }, element(`h${depth}`, {}, title), inner);
}

function anchor(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function blockMarkup(block: Block, depth: number): Child {
  switch (block.kind) {
    case 'text':
      return element('p', { class: block.tone }, inline(block.text));
    case 'lines': {
      const items = block.items.map((line) => element('li', {}, inline(line)));
      return element('ul', { class: `lines ${block.tone ?? ''}`.trim() }, items);
    }
    case 'facts': {
      const items = block.items.map(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]);
      return element('dl', {}, items);
    }
    case 'answer':
      return [element('p', { class: 'strong' }, block.question), element('p', {}, block.answer)];
    case 'commands':
      return [element('p', {}, block.title), element('pre', {}, block.items.join('\n'))];
    case 'figure':
      return verbatim(block.svg);
    case 'table':
      return tableMarkup(block, depth);
  }
}

function tableMarkup(whole: Table, depth: number): Child {
  const { columns, groups } = withoutEmptyColumns(whole);
  const remarked = groups.some(({ rows }) => rows.some((row) => remarksOf(row).length > 0));
  const titles = columns.map(({ title, align }) => element('th', sideOf(align), title));
  const head = element('thead', {}, element('tr', {}, titles, remarked && element('th', {}, 'notes')));
  return groups.map(({ title, rows }) => {
    const body = rows.map((row) => rowMarkup(row, columns, remarked));
    const table = element('table', {}, head, element('tbody', {}, body));
    return [title !== undefined && element(`h${depth}`, {}, title), element('div', { class: 'scroll' }, table)];
  });
}

function rowMarkup(row: Row, columns: readonly Column[], remarked: boolean): Child {
  const { tone, command } = row;
  const cells = row.cells.map((cell, i) =>
    element('td', sideOf(columns[i]?.align), i === 0 ? firstCell(cell, row) : cellMarkup(cell)),
  );
  const notes = remarked && element('td', { class: 'notes' }, remarksOf(row));
  const width = columns.length + (remarked ? 1 : 0);
  const again = command !== undefined && element('td', { colspan: width }, element('pre', {}, command));
  return [element('tr', { class: tone }, cells, notes), again && element('tr', { class: 'below' }, again)];
}

/** The first cell expands to the full id and command. */
function firstCell(cell: Cell, { more }: Row): Child {
  if (!more) return cellMarkup(cell);
  const opened = [element('code', {}, more.id), element('pre', {}, more.command)];
  return element('details', {}, element('summary', {}, cellMarkup(cell)), opened);
}

function cellMarkup({ text }: Cell): Child {
  return inline(text);
}

function remarksOf({ flags = [], details = [] }: Row): Child[] {
  const all = [...(flags.length > 0 ? [flags.join(', ')] : []), ...details.map(inline)];
  return all.map((remark, i) => (i > 0 ? ['; ', remark] : remark));
}

function sideOf(align: Align | undefined) {
  return { class: align === 'right' ? 'number' : undefined };
}

function inline(content: Inline): Child {
  return spans(content).map(({ text, tone, code, href }) => {
    const shown = code ? element('code', {}, text) : text;
    const linked = href === undefined ? shown : element('a', { href }, shown);
    return tone === undefined ? linked : element('span', { class: tone }, linked);
  });
}
