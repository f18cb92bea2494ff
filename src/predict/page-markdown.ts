/** A page as GitHub-flavoured markdown, for docs/. */
import type { Block, Page } from './page.ts';

export function renderMarkdownPage(page: Page): string {
  const sections = page.sections.flatMap(({ title, blocks }) => ['', `## ${escaped(title)}`, ...blocks.flatMap(lines)]);
  return `${[`# ${escaped(page.title)}`, '', escaped(page.lead), ...sections].join('\n')}\n`;
}

function lines(block: Block): string[] {
  switch (block.kind) {
    case 'text':
      return ['', escaped(block.text)];
    case 'facts':
      return [
        '',
        row(['', '']),
        row(['--', '--']),
        ...block.facts.map(([name, value]) => row([escaped(name), escaped(value)])),
      ];
    case 'answer':
      return ['', `**${escaped(block.question)}**`, '', escaped(block.answer)];
    case 'table':
      return [
        '',
        row(block.columns.map(({ title }) => escaped(title))),
        row(block.columns.map(({ numeric }) => (numeric ? '--:' : '--'))),
        ...block.rows.map((cells) => row(cells.map(escaped))),
      ];
  }
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Text that markdown shows as it is. */
function escaped(content: string): string {
  return content.replace(/[\\`*_|<>[\]]/g, '\\$&');
}
