/**
 * The document model: plain data that renderers turn into terminal text, markdown, HTML or CSV. Content is defined here, its
 * presentation in the renderers.
 */
import type { Column, Row } from './table.ts';

/** Emphasis. The text must not depend on it, since a renderer may have no colour. */
export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'strong';

export interface Span {
  readonly text: string;
  readonly tone?: Tone | undefined;
  /** An identifier or a command, set as code where a medium can. */
  readonly code?: boolean;
  readonly href?: string;
}

export type Inline = string | readonly (string | Span)[];

/** A picture: SVG for media that draw, characters for those that do not. */
export interface Figure {
  readonly svg: string;
  readonly characters?: readonly Inline[];
  /** The same SVG as a file, for media that link pictures, and what it shows. */
  readonly file?: { readonly path: string; readonly title: string };
}

export interface Table {
  readonly kind: 'table';
  readonly columns: readonly Column[];
  /** Rows under headings of their own; the columns are aligned across them. */
  readonly groups: readonly { readonly title?: string | undefined; readonly rows: readonly Row[] }[];
}

export type Block =
  /** Prose, wrapped where lines have an end. */
  | { readonly kind: 'text'; readonly text: Inline; readonly tone?: Tone | undefined }
  /** Lines that stay lines. */
  | { readonly kind: 'lines'; readonly items: readonly Inline[]; readonly tone?: Tone | undefined }
  /** Name and value, one a line. */
  | { readonly kind: 'facts'; readonly items: readonly (readonly [name: string, value: string])[] }
  /** A question or claim, and the answer. */
  | { readonly kind: 'answer'; readonly question: string; readonly answer: string }
  /** Commands to copy. */
  | { readonly kind: 'commands'; readonly title: string; readonly items: readonly string[] }
  | ({ readonly kind: 'figure' } & Figure)
  | Table;

export interface Section {
  readonly title?: string | undefined;
  readonly blocks: readonly Block[];
  readonly sections?: readonly Section[];
  /** Collapsed by default on a page. */
  readonly folded?: boolean;
}

export interface Document {
  readonly title?: string;
  /** One or two sentences under the title. */
  readonly lead?: string;
  /** The outcome in one line: last in a terminal, first on a page. */
  readonly summary?: string;
  readonly sections: readonly Section[];
}

export const text = (content: Inline, tone?: Tone): Block => ({ kind: 'text', text: content, tone });
export const lines = (items: readonly Inline[], tone?: Tone): Block => ({ kind: 'lines', items, tone });
export const facts = (...items: readonly (readonly [string, string])[]): Block => ({ kind: 'facts', items });
export const answer = (question: string, content: string): Block => ({ kind: 'answer', question, answer: content });
export const commands = (title: string, items: readonly string[]): Block => ({ kind: 'commands', title, items });

/** A section of the non-empty blocks; none if all are empty. */
export function section(title: string | undefined, ...blocks: readonly Block[]): Section[] {
  const shown = blocks.filter(hasContent);
  return shown.length > 0 ? [{ title, blocks: shown }] : [];
}

function hasContent(block: Block): boolean {
  if (block.kind === 'table') return block.groups.some(({ rows }) => rows.length > 0);
  return !('items' in block) || block.items.length > 0;
}

export function spans(content: Inline): readonly Span[] {
  if (typeof content === 'string') return [{ text: content }];
  return content.map((part) => (typeof part === 'string' ? { text: part } : part));
}

/** Text between backticks becomes code. */
export function withCode(content: string): Inline {
  return content.split('`').map((part, i) => (i % 2 === 0 ? part : { text: part, code: true }));
}

/** The words alone. */
export function plain(content: Inline): string {
  return spans(content)
    .map((span) => span.text)
    .join('');
}
