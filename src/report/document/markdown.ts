/** A document as GitHub-flavoured markdown, for docs/, job summaries and pull requests. */
import { markdownTable } from 'markdown-table';
import { type Block, type Document, type Inline, type Section, spans, type Table } from './document.ts';
import { type Row, withoutEmptyColumns } from './table.ts';

/** @param depth of the document's title: 1 makes it `#` and its sections `##` */
export function renderMarkdown({ title, lead, summary, sections }: Document, depth = 1): string {
  const parts = [
    ...(title === undefined ? [] : [heading(title, depth)]),
    ...(lead === undefined ? [] : [escaped(lead)]),
    ...(summary === undefined ? [] : [`**${escaped(summary)}**`]),
    ...sections.flatMap((section) => sectionParts(section, depth + 1)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function sectionParts({ title, blocks, sections = [] }: Section, depth: number): string[] {
  return [
    ...(title === undefined ? [] : [heading(title, depth)]),
    ...blocks.flatMap((block) => blockParts(block, title === undefined ? depth : depth + 1)),
    ...sections.flatMap((inner) => sectionParts(inner, depth + 1)),
  ];
}

function heading(title: string, depth: number): string {
  return `${'#'.repeat(depth)} ${escaped(title)}`;
}

function blockParts(block: Block, depth: number): string[] {
  switch (block.kind) {
    case 'text':
      return [block.tone === 'strong' ? `**${inline(block.text)}**` : inline(block.text)];
    case 'lines':
      return [block.items.map(inline).join('  \n')];
    case 'facts':
      return [gfmTable([['', ''], ...block.items.map((entry) => entry.map(escaped))], ['left', 'left'])];
    case 'answer':
      return [`**${escaped(block.question)}**`, escaped(block.answer)];
    case 'commands':
      return commandParts(block.title, block.items);
    // Characters make no picture in a proportional font.
    case 'figure':
      return block.file === undefined ? [] : [`![${escaped(block.file.title)}](${block.file.path})`];
    case 'table':
      return tableParts(block, depth);
  }
}

function commandParts(title: string, commands: readonly string[]): string[] {
  return commands.length === 0 ? [] : [title, ['```sh', ...commands, '```'].join('\n')];
}

/** Each group is a table under its own heading; remarks of rows are the last column. */
function tableParts(whole: Table, depth: number): string[] {
  const { columns, groups } = withoutEmptyColumns(whole);
  const rows = groups.flatMap((group) => group.rows);
  const remarked = rows.some((row) => remarksOf(row) !== '');
  const align = [...columns.map((column) => column.align), ...(remarked ? (['left'] as const) : [])];
  const head = [...columns.map(({ title }) => escaped(title)), ...(remarked ? ['notes'] : [])];
  const cells = (row: Row) => [...row.cells.map((cell) => inline(cell.text)), ...(remarked ? [remarksOf(row)] : [])];
  const tables = groups.flatMap(({ title, rows: own }) => [
    ...(title === undefined ? [] : [heading(title, depth)]),
    gfmTable([head, ...own.map(cells)], align),
  ]);
  return [
    ...tables,
    ...commandParts(
      'again:',
      rows.flatMap(({ command }) => command ?? []),
    ),
  ];
}

function remarksOf({ flags = [], details = [] }: Row): string {
  return [...(flags.length > 0 ? [escaped(flags.join(', '))] : []), ...details.map(inline)].join('; ');
}

function gfmTable(rows: readonly (readonly string[])[], align: readonly ('left' | 'right')[]): string {
  // No padding, because a wider cell would change every row.
  return markdownTable(rows, {
    align: align.map((side) => (side === 'right' ? 'right' : null)),
    alignDelimiters: false,
  });
}

function inline(content: Inline): string {
  return spans(content)
    .map(({ text, tone, code, href }) => {
      // Backticks and backslashes cannot be escaped within code; most ids and commands have neither.
      const shown = code && !/[`\\]/.test(text) ? `\`${oneLine(text).replaceAll('|', '\\|')}\`` : escaped(text);
      const linked = href === undefined ? shown : `[${shown}](${href})`;
      return tone === 'strong' ? `**${linked}**` : linked;
    })
    .join('');
}

/** Escaped text on one line. */
function escaped(content: string): string {
  return oneLine(content).replace(/[\\`*_|<>[\]]|~(?=~)/g, '\\$&');
}

function oneLine(content: string): string {
  return content.replace(/\s*\n\s*/g, ' ');
}
