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
import { type Row, withoutEmptyColumns } from './table.ts';

export interface TextOptions {
  readonly style?: Style;
  /** Columns that prose is wrapped at, and rows stay within where their cells allow it. */
  readonly width?: number;
}

const INDENT = '  ';
const GAP = '  ';
/** What is said below a row stands clear of it. */
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
    const own = blocks.length > 0 || title !== undefined ? ['', ...heading, ...shown] : [];
    return [...own, ...sections.flatMap((inner) => this.section(inner))];
  }

  wrapped(content: string, indent: string): string[] {
    return wrapAnsi(content, Math.max(1, this.width - indent.length))
      .split('\n')
      .map((line) => `${indent}${line}`.trimEnd());
  }

  private block(block: Block, indent: string): string[] {
    switch (block.kind) {
      case 'text':
        return this.wrapped(plain(block.text), indent).map((line) => this.tone(line, block.tone));
      case 'lines':
        return block.lines.map((line) => indent + this.inline(line, block.tone));
      case 'facts':
        return this.facts(block.facts, indent);
      case 'answer':
        return [
          ...this.wrapped(block.question, indent).map((line) => this.style.bold(line)),
          ...this.wrapped(block.answer, indent + INDENT),
        ];
      case 'commands':
        return [`${indent}${block.title}`, ...block.commands.map((command) => indent + INDENT + command)];
      case 'figure':
        return (block.characters ?? []).map((line) => this.inline(line));
      case 'table':
        return this.table(block, indent);
    }
  }

  /** Values that are too long go on below themselves. */
  private facts(entries: readonly (readonly [name: string, value: string])[], indent: string): string[] {
    const column = Math.max(...entries.map(([name]) => stringWidth(name))) + GAP.length;
    const hang = indent + ' '.repeat(column);
    return entries.flatMap(([name, value]) => {
      const [first = '', ...rest] = this.wrapped(value, hang);
      return [`${indent}${this.style.dim(padded(name, column, 'left'))}${first.slice(hang.length)}`, ...rest];
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
    // A single column is named by what stands above it.
    const header = columns.length > 1 ? [this.style.dim(line(columns.map(({ title }) => title)))] : [];
    const body = groups.flatMap(({ title, rows: own }) => [
      ...(title === undefined ? [] : ['', this.style.bold(title)]),
      ...own.flatMap((row) => this.row(row, line(row.cells.map((cell) => cell.text)), inset)),
    ]);
    return [...header, ...body];
  }

  private row({ tone, flags = [], details = [], command }: Row, line: string, inset: string): string[] {
    const words = flags.join(', ');
    const fits = stringWidth(line) + GAP.length + stringWidth(words) <= this.width;
    const shown = this.tone(line, tone);
    const first =
      words === '' ? [shown] : fits ? [shown + GAP + this.style.warn(words)] : [shown, BELOW + this.style.warn(words)];
    const below = inset + BELOW.slice(inset.length);
    return [
      ...first,
      ...details.flatMap((detail) => this.inline(detail).split(/\s*\n\s*/)).map((part) => below + part),
      ...(command === undefined ? [] : [below + this.style.dim(`again: ${command}`)]),
    ];
  }

  private cell(content: Inline, width: number, align: 'left' | 'right'): string {
    const space = ' '.repeat(Math.max(0, width - stringWidth(plain(content))));
    return align === 'right' ? space + this.inline(content) : this.inline(content) + space;
  }

  private inline(content: Inline, tone?: Tone): string {
    return this.tone(
      spans(content)
        .map((span) => this.tone(span.text, span.tone))
        .join(''),
      tone,
    );
  }

  private tone(content: string, tone: Tone | undefined): string {
    const { bold, dim, good, warn, bad } = this.style;
    return tone === undefined ? content : { good, warn, bad, quiet: dim, strong: bold }[tone](content);
  }
}

/** A paragraph introduces the table or the facts below it; everything else has air between. */
function isApart(before: Block, block: Block): boolean {
  return before.kind !== 'text' || block.kind === 'text' || block.kind === 'answer';
}

function padded(content: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(content)));
  return align === 'right' ? space + content : content + space;
}
