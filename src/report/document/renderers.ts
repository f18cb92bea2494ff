/** The forms that any document takes, by the names that `--format` has for them; a terminal's (text.ts) and JSON come besides. */
import type { Document } from './document.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';

export const RENDERERS: Readonly<Record<string, (document: Document) => string>> = {
  markdown: (document) => renderMarkdown(document),
  html: renderHtml,
};
