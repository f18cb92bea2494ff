/** HTML and SVG, whose text is always escaped: only `element` makes markup. */

export interface Markup {
  readonly markup: string;
}

/** Undefined and false are nothing, so that a part can be left out where it stands. */
export type Child = string | Markup | readonly Child[] | undefined | false;
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Elements of HTML that have no end tag, and those of SVG that are empty here. */
const VOID_HTML = new Set(['meta', 'link', 'input', 'br', 'wbr']);
const VOID_SVG = new Set(['circle', 'line', 'rect', 'path', 'use']);

/** An element. Attributes that are undefined are left out; numbers are rounded to a tenth. */
export function element(name: string, attributes: Attributes, ...children: readonly Child[]): Markup {
  const shown = Object.entries(attributes).map(([key, value]) => {
    if (value === undefined) return '';
    return ` ${key}="${escaped(typeof value === 'number' ? String(Number(value.toFixed(1))) : value)}"`;
  });
  const inner = children.map(markupOf).join('');
  const start = `<${name}${shown.join('')}`;
  if (inner === '' && VOID_HTML.has(name)) return { markup: `${start}>` };
  if (inner === '' && VOID_SVG.has(name)) return { markup: `${start}/>` };
  return { markup: `${start}>${inner}</${name}>` };
}

/** Trusted markup. */
export function verbatim(markup: string): Markup {
  return { markup };
}

function markupOf(child: Child): string {
  if (child === undefined || child === false) return '';
  if (typeof child === 'string') return escaped(child);
  return 'markup' in child ? child.markup : child.map(markupOf).join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
