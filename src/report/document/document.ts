/**
 * What people read, before any layout: plain data that each renderer turns into a terminal's text, markdown, HTML or CSV.
 * What a document says is said once; how a medium shows it is said in its renderer.
 */
import type { Column, Row } from './table.ts';

/** How something is meant. Words say it too: a renderer without colour loses nothing. */
export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'strong';

export interface Span {
  readonly text: string;
  readonly tone?: Tone;
  /** An identifier or a command, set as code where a medium can. */
  readonly code?: boolean;
  readonly href?: string;
}

export type Inline = string | readonly (string | Span)[];

/** A picture: SVG for media that draw, characters for those that do not. */
export interface Figure {
  readonly svg?: string;
  readonly characters?: readonly Inline[];
}

export interface Group {
  readonly title?: string;
  readonly rows: readonly Row[];
}

export interface Table {
  readonly kind: 'table';
  readonly columns: readonly Column[];
  /** Rows under headings of their own; the columns are aligned across them. */
  readonly groups: readonly Group[];
}

export type Block =
  /** Prose, wrapped where lines have an end. */
  | { readonly kind: 'text'; readonly text: Inline; readonly tone?: Tone }
  /** Lines that stay lines. */
  | { readonly kind: 'lines'; readonly lines: readonly Inline[]; readonly tone?: Tone }
  /** Name and value, one a line. */
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  /** What is asked or claimed, and what is true. */
  | { readonly kind: 'answer'; readonly question: string; readonly answer: string }
  /** Commands to copy. */
  | { readonly kind: 'commands'; readonly title: string; readonly commands: readonly string[] }
  | ({ readonly kind: 'figure' } & Figure)
  | Table;

export interface Section {
  readonly title?: string;
  readonly blocks: readonly Block[];
  readonly sections?: readonly Section[];
  /** Of less interest than the rest: a page shows its title and opens it on request. */
  readonly folded?: boolean;
}

export interface Document {
  readonly title?: string;
  /** One or two sentences under the title. */
  readonly lead?: string;
  /** The outcome in one line: last in a terminal, where the prompt is; first on a page. */
  readonly summary?: string;
  readonly sections: readonly Section[];
}

export const text = (content: Inline, tone?: Tone): Block => ({ kind: 'text', text: content, ...(tone && { tone }) });
export const lines = (content: readonly Inline[], tone?: Tone): Block => ({
  kind: 'lines',
  lines: content,
  ...(tone && { tone }),
});
export const facts = (...entries: readonly (readonly [string, string])[]): Block => ({ kind: 'facts', facts: entries });
export const answer = (question: string, content: string): Block => ({ kind: 'answer', question, answer: content });
export const commands = (title: string, list: readonly string[]): Block => ({
  kind: 'commands',
  title,
  commands: list,
});

/** A section, unless it has nothing to show. */
export function section(title: string | undefined, ...blocks: readonly Block[]): Section[] {
  const shown = blocks.filter(hasContent);
  return shown.length > 0 ? [{ ...(title !== undefined && { title }), blocks: shown }] : [];
}

function hasContent(block: Block): boolean {
  switch (block.kind) {
    case 'lines':
      return block.lines.length > 0;
    case 'facts':
      return block.facts.length > 0;
    case 'commands':
      return block.commands.length > 0;
    case 'table':
      return block.groups.some(({ rows }) => rows.length > 0);
    case 'figure':
      return block.svg !== undefined || block.characters !== undefined;
    default:
      return true;
  }
}

export function spans(content: Inline): readonly Span[] {
  if (typeof content === 'string') return [{ text: content }];
  return content.map((part) => (typeof part === 'string' ? { text: part } : part));
}

/** What stands between backticks is code. */
export function withCode(content: string): Inline {
  return content.split('`').map((part, i) => (i % 2 === 0 ? part : { text: part, code: true }));
}

/** The words alone. */
export function plain(content: Inline): string {
  return spans(content)
    .map((span) => span.text)
    .join('');
}
