/** A page as text for a terminal: wrapped at a width, tables aligned. */
import { PLAIN, type Style } from '../report/style.ts';
import type { Block, Page } from './page.ts';

export interface PageOptions {
  readonly style?: Style;
  /** Columns that prose is wrapped at; tables are as wide as their cells. */
  readonly width?: number;
}

const INDENT = '  ';

export function renderPage(page: Page, { style = PLAIN, width = 100 }: PageOptions = {}): string {
  const sections = page.sections.flatMap(({ title, blocks }) => [
    '',
    style.bold(title),
    ...blocks.flatMap((block, i) => [
      ...(i > 0 && separate(blocks[i - 1], block) ? [''] : []),
      ...lines(block, style, width),
    ]),
  ]);
  return `${[style.bold(page.title), ...wrap(page.lead, width, ''), ...sections].join('\n')}\n`;
}

/** Prose that follows prose or a table gets air; a table that its heading introduces does not. */
function separate(before: Block | undefined, block: Block): boolean {
  return before?.kind !== 'text' || block.kind === 'text' || block.kind === 'answer';
}

function lines(block: Block, style: Style, width: number): string[] {
  switch (block.kind) {
    case 'text':
      return wrap(block.text, width, INDENT);
    case 'facts': {
      const column = Math.max(...block.facts.map(([name]) => name.length)) + 2;
      return block.facts.flatMap(([name, value]) => {
        const [first = '', ...rest] = wrap(value, width - INDENT.length - column, '');
        const hang = ' '.repeat(INDENT.length + column);
        return [`${INDENT}${style.dim(name.padEnd(column))}${first}`, ...rest.map((line) => hang + line)];
      });
    }
    case 'answer':
      return [...wrap(block.question, width, INDENT).map(style.bold), ...wrap(block.answer, width, INDENT + INDENT)];
    case 'table':
      return tableLines(block, style);
  }
}

function tableLines({ columns, rows }: Extract<Block, { kind: 'table' }>, style: Style): string[] {
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]) =>
    INDENT +
    columns
      .map(({ numeric }, i) =>
        numeric ? (cells[i] ?? '').padStart(widths[i] ?? 0) : (cells[i] ?? '').padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [style.dim(line(columns.map(({ title }) => title))), ...rows.map(line)];
}

/** Words on lines of at most `width` characters; a longer word has a line of its own. */
function wrap(content: string, width: number, indent: string): string[] {
  const result: string[] = [];
  let current = indent;
  for (const word of content.split(' ')) {
    const longer = current === indent ? current + word : `${current} ${word}`;
    if (longer.length > width && current !== indent) {
      result.push(current);
      current = indent + word;
    } else current = longer;
  }
  return [...result, current];
}
