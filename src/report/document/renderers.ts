/** Renderers by `--format` name; text and JSON are separate. */
import type { Document } from './document.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';

export const RENDERERS: Readonly<Record<string, (document: Document) => string>> = {
  markdown: (document) => renderMarkdown(document),
  html: renderHtml,
};
