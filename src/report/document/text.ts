/** A document as text for a terminal: prose wrapped, tables aligned, nothing cut off. */
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { PLAIN, type Style } from '../style.ts';
import {
  type Block,
  type Document,
  type Inline,
  plain,
  type Section,
  spans,
  type Table,
  type Tone,
} from './document.ts';
import { type Align, type Row, withoutEmptyColumns } from './table.ts';

export interface TextOptions {
  readonly style?: Style;
  /** Columns that prose is wrapped at, and rows stay within where their cells allow it. */
  readonly width?: number;
}

const INDENT = '  ';
const GAP = '  ';
/** Indentation of text below a row. */
const BELOW = '      ';

export function renderText(document: Document, { style = PLAIN, width = 100 }: TextOptions = {}): string {
  const { title, lead, summary, sections } = document;
  const renderer = new TextRenderer(style, width);
  const head = [
    ...(title === undefined ? [] : [style.bold(title)]),
    ...(lead === undefined ? [] : renderer.wrapped(lead, '')),
  ];
  const body = sections.flatMap((section) => renderer.section(section));
  const all = head.length > 0 ? [...head, ...body] : body.slice(1);
  return `${[...all, ...(summary === undefined ? [] : [summary])].join('\n')}\n`;
}

class TextRenderer {
  constructor(
    private readonly style: Style,
    private readonly width: number,
  ) {}

  /** Starts with an empty line. */
  section({ title, blocks, sections = [] }: Section): string[] {
    const indent = title === undefined ? '' : INDENT;
    const shown = blocks.flatMap((block, i) => {
      const before = blocks[i - 1];
      return [...(before && isApart(before, block) ? [''] : []), ...this.block(block, indent)];
    });
    const heading = title === undefined ? [] : [this.style.bold(title)];
    const own = shown.length + heading.length > 0 ? ['', ...heading, ...shown] : [];
    return [...own, ...sections.flatMap((inner) => this.section(inner))];
  }

  wrapped(content: string, indent: string): string[] {
    const lines = wrapAnsi(content, Math.max(1, this.width - indent.length)).split('\n');
    return lines.map((line) => `${indent}${line}`.trimEnd());
  }

  private block(block: Block, indent: string): string[] {
    switch (block.kind) {
      case 'text':
        return this.wrapped(plain(block.text), indent).map((line) => this.tone(line, block.tone));
      case 'lines':
        return block.items.map((line) => indent + this.inline(line, block.tone));
      case 'facts':
        return this.facts(block.items, indent);
      case 'answer':
        return [
          ...this.wrapped(block.question, indent).map(this.style.bold),
          ...this.wrapped(block.answer, indent + INDENT),
        ];
      case 'commands':
        return [`${indent}${block.title}`, ...block.items.map((command) => indent + INDENT + command)];
      case 'figure':
        return (block.characters ?? []).map((line) => this.inline(line).trimEnd());
      case 'table':
        return this.table(block, indent);
    }
  }

  /** Long values are wrapped. */
  private facts(entries: readonly (readonly [name: string, value: string])[], indent: string): string[] {
    const column = Math.max(...entries.map(([name]) => stringWidth(name)));
    const hang = indent + ' '.repeat(column) + GAP;
    return entries.flatMap(([name, value]) => {
      const [first = '', ...rest] = this.wrapped(value, hang);
      return [indent + this.cell([{ text: name, tone: 'quiet' }], column) + GAP + first.slice(hang.length), ...rest];
    });
  }

  private table(whole: Table, indent: string): string[] {
    const { columns, groups } = withoutEmptyColumns(whole);
    const rows = groups.flatMap((group) => group.rows);
    const widths = columns.map(({ title }, i) =>
      Math.max(stringWidth(title), ...rows.map(({ cells }) => stringWidth(plain(cells[i]?.text ?? '')))),
    );
    const inset = groups.some(({ title }) => title !== undefined) ? INDENT : indent;
    const line = (cells: readonly Inline[]) =>
      `${inset}${columns.map(({ align }, i) => this.cell(cells[i] ?? '', widths[i] ?? 0, align)).join(GAP)}`.trimEnd();
    // A single column needs no title.
    const header = columns.length > 1 ? [this.style.dim(line(columns.map(({ title }) => title)))] : [];
    const body = groups.flatMap(({ title, rows: own }) => [
      ...(title === undefined ? [] : ['', this.style.bold(title)]),
      ...own.flatMap((row) => this.row(row, line(row.cells.map((cell) => cell.text)))),
    ]);
    return [...header, ...body];
  }

  private row({ tone, flags = [], details = [], command }: Row, line: string): string[] {
    const words = flags.join(', ');
    const fits = stringWidth(line) + GAP.length + stringWidth(words) <= this.width;
    const shown = this.tone(line, tone);
    return [
      ...(words === ''
        ? [shown]
        : fits
          ? [shown + GAP + this.style.warn(words)]
          : [shown, BELOW + this.style.warn(words)]),
      ...details.flatMap((detail) => this.inline(detail).split(/\s*\n\s*/)).map((part) => BELOW + part),
      ...(command === undefined ? [] : [BELOW + this.style.dim(`again: ${command}`)]),
    ];
  }

  private cell(content: Inline, width: number, align: Align = 'left'): string {
    const space = ' '.repeat(Math.max(0, width - stringWidth(plain(content))));
    return align === 'right' ? space + this.inline(content) : this.inline(content) + space;
  }

  private inline(content: Inline, tone?: Tone): string {
    const parts = spans(content).map((span) => this.tone(span.text, span.tone));
    return this.tone(parts.join(''), tone);
  }

  private tone(content: string, tone: Tone | undefined): string {
    const { bold, dim, good, warn, bad } = this.style;
    return tone === undefined ? content : { good, warn, bad, quiet: dim, strong: bold }[tone](content);
  }
}

/** No blank line between a paragraph and the table or facts that it introduces. */
function isApart(before: Block, block: Block): boolean {
  return before.kind !== 'text' || block.kind === 'text' || block.kind === 'answer';
}
