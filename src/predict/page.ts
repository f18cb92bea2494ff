/** A page of findings before any layout: text pages and markdown are both made from it. */

export interface Column {
  readonly title: string;
  /** Numbers are set flush right. */
  readonly numeric?: boolean;
}

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'table'; readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }
  /** Name and value, one a line. */
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  /** What is asked or claimed, and what is true. */
  | { readonly kind: 'answer'; readonly question: string; readonly answer: string };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface Page {
  readonly title: string;
  /** One or two sentences under the title. */
  readonly lead: string;
  readonly sections: readonly Section[];
}

export const text = (content: string): Block => ({ kind: 'text', text: content });
export const facts = (...entries: readonly (readonly [string, string])[]): Block => ({ kind: 'facts', facts: entries });
export const answer = (question: string, content: string): Block => ({ kind: 'answer', question, answer: content });

/** Columns by title; a leading `>` sets a column flush right. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): Block {
  const columns = titles.map(
    (title): Column => (title.startsWith('>') ? { title: title.slice(1), numeric: true } : { title }),
  );
  return { kind: 'table', columns, rows };
}
