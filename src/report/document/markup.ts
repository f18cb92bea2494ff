/** HTML and SVG, whose text is always escaped: only `element` makes markup. */

export interface Markup {
  readonly markup: string;
}

export type Child = string | Markup | readonly Child[];
type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Elements that have no end tag in HTML; SVG accepts the short form for all. */
const VOID = new Set(['meta', 'circle', 'line', 'rect', 'path']);

/** An element. Attributes that are undefined are left out; numbers are rounded to a tenth. */
export function element(name: string, attributes: Attributes, ...children: readonly Child[]): Markup {
  const shown = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(typeof value === 'number' ? rounded(value) : value)}"`],
  );
  const inner = children.map(markupOf).join('');
  if (inner === '' && VOID.has(name)) return { markup: `<${name}${shown.join('')}${name === 'meta' ? '>' : '/>'}` };
  return { markup: `<${name}${shown.join('')}>${inner}</${name}>` };
}

/** Markup that was written as such. */
export function verbatim(markup: string): Markup {
  return { markup };
}

function markupOf(child: Child): string {
  if (typeof child === 'string') return escaped(child);
  return 'markup' in child ? child.markup : child.map(markupOf).join('');
}

function rounded(value: number): string {
  return String(Number(value.toFixed(1)));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
