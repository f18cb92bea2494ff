/** WGSL expressions that read elements of an operand of 16 or 32 bits by flat index. */
import type { ElementFormat } from '../../gemm/formats/format.ts';
import type { Fragment } from './prelude.ts';

/** Elements that the widest load of a kernel takes. */
export type Width = 1 | 4 | 8;

export interface Elements {
  /** WGSL type of the variable. */
  readonly type: string;
  /** Functions that the expressions call. */
  readonly functions: readonly Fragment[];
  /** Expression: element `e` as `In`; `e` is the name of a WGSL value. */
  one(e: string): string;
  /** Expression: elements e…e+3 as `vec4<In>`, `e` a multiple of 4; only for vector buffers. */
  four(e: string): string;
  /** Expression: vector `v` of four elements, `v` the text of a WGSL expression; only for vector buffers. */
  vector(v: string): string;
  /** Statements: return elements 8v…8v+7 as an `Eight`, `v` the name of a WGSL value; only for vector buffers of width 8. */
  pair(v: string): string;
  /** Statements: return elements e…e+7 as an `Eight`, `e` a multiple of 8; only for vector buffers of width 8. */
  eight(e: string): string;
  /** Expression: the u32 that holds packed element `e`. */
  word(e: string): string;
  /** Expression: packed elements e…e+7 as `vec4<u32>`, `e` a multiple of 8; only for 16-bit vector buffers of width 8. */
  eightWords(e: string): string;
}

/** How an operand is bound: a storage buffer, or a texture of this many texels a row, a power of two. */
export type Bound = 'buffer' | { readonly columns: number };

/** Declaration and access of variable `name` of this format; `width` is 1 if rows do not start on vector boundaries. */
export function elements(
  name: string,
  format: ElementFormat,
  width: Width,
  native: boolean,
  bound: Bound = 'buffer',
): Elements {
  const single = format.bits === 32;
  const reader = readerOf(name, single ? 'f32' : 'u32', bound);
  // A texel is 16 bytes of the buffer it was filled from, whether or not rows start on its boundaries.
  if (bound !== 'buffer') return single ? whole(reader, 'f32', 4) : packed(reader, format, 8);
  return single || native ? whole(reader, native ? 'f16' : 'f32', width) : packed(reader, format, width);
}

/** How elements of a variable are reached: of an array, or texels of a texture that was filled row by row. */
export interface Reader {
  type(element: string): string;
  at(index: string): string;
  readonly functions: readonly Fragment[];
}

export function readerOf(name: string, scalar: 'f32' | 'u32', bound: Bound): Reader {
  if (bound === 'buffer') {
    return { type: (element) => `array<${element}>`, at: (index) => `${name}[${index}]`, functions: [] };
  }
  const texel = `${name.toLowerCase()}_texel`;
  const at = `vec2<u32>(index & ${bound.columns - 1}u, index >> ${Math.log2(bound.columns)}u)`;
  const code = `fn ${texel}(index: u32) -> vec4<${scalar}> {
  return textureLoad(${name}, ${at}, 0);
}`;
  return {
    type: () => `texture_2d<${scalar}>`,
    at: (index) => `${texel}(${index})`,
    functions: [{ name: texel, code }],
  };
}

function unsupported(what: string): never {
  throw new Error(`prelude: ${what}`);
}

/** One element per f32 or f16 component. */
function whole({ type, at, functions }: Reader, scalar: 'f32' | 'f16', width: Width): Elements {
  const vector = width > 1;
  return {
    type: type(vector ? `vec4<${scalar}>` : scalar),
    functions,
    one: (e) => (vector ? `${at(`${e} >> 2u`)}[${e} & 3u]` : at(e)),
    four: (e) => (vector ? at(`${e} >> 2u`) : unsupported('a vector load of a scalar buffer')),
    vector: (v) => (vector ? at(v) : unsupported('a vector load of a scalar buffer')),
    pair: (v) => `return Eight(${at(`2u * ${v}`)}, ${at(`2u * ${v} + 1u`)});`,
    eight: (e) => `return Eight(${at(`${e} >> 2u`)}, ${at(`(${e} >> 2u) + 1u`)});`,
    word: () => unsupported('a packed word of a format that is not packed'),
    eightWords: () => unsupported('packed words of a format that is not packed'),
  };
}

/** Two elements per u32, even ones low. */
function packed({ type, at, functions }: Reader, { name: format }: ElementFormat, width: Width): Elements {
  const types = { 1: 'u32', 4: 'vec2<u32>', 8: 'vec4<u32>' } as const;
  const word = (e: string): string => {
    if (width === 1) return at(`${e} >> 1u`);
    return width === 4 ? `${at(`${e} >> 2u`)}[(${e} >> 1u) & 1u]` : `${at(`${e} >> 3u`)}[(${e} >> 1u) & 3u]`;
  };
  const pairs = (e: string): string => {
    if (width === 1) return unsupported('a vector load of a scalar buffer');
    if (width === 4) return at(`${e} >> 2u`);
    return `select(${at(`${e} >> 3u`)}.xy, ${at(`${e} >> 3u`)}.zw, (${e} & 4u) != 0u)`;
  };
  const pair = (v: string): string => `let words = ${at(v)};
  return Eight(${format}_four(words.xy), ${format}_four(words.zw));`;
  return {
    type: type(types[width]),
    functions,
    one: (e) => `${format}_half(${word(e)}, ${e} & 1u)`,
    four: (e) => `${format}_four(${pairs(e)})`,
    vector: (v) => (width === 4 ? `${format}_four(${at(v)})` : `${format}_four(${pairs(`(4u * (${v}))`)})`),
    pair,
    eight: (e) => pair(`${e} >> 3u`),
    word,
    eightWords: (e) => (width === 8 ? at(`${e} >> 3u`) : unsupported('an eight-wide load')),
  };
}

/** A function that reads elements e…e+3, at once where rows start on vector boundaries. */
export function fourOf(name: string, buffer: Elements, width: Width): Fragment {
  const each = ['e', 'e1', 'e2', 'e3'].map((e) => buffer.one(e)).join(', ');
  const apart = `let e1 = e + 1u;
  let e2 = e + 2u;
  let e3 = e + 3u;
  return vec4<In>(${each});`;
  return {
    name,
    code: `fn ${name}(e: u32) -> vec4<In> {
  ${width > 1 ? `return ${buffer.four('e')};` : apart}
}`,
  };
}

/** How patches of 4 × 4 lie, for a loop along k that walks from one to the next without working out an index anew. */
export interface Walk {
  readonly parameters: string;
  /** Expression, in terms of the parameters: the element that the first of a patch's four vectors begins with. */
  readonly first: string;
  /** Whether vectors run along k. */
  readonly along: boolean;
  /** Elements from a vector to the next: expression of the problem. */
  readonly stride: string;
}

/** In vectors where rows start on vector boundaries, so that no index is shifted in the loop; else in elements. */
export function walked(side: 'a' | 'b', buffer: Elements, width: Width, walk: Walk): Fragment[] {
  const { parameters, first, along, stride } = walk;
  const unit = width > 1 ? ' / 4u' : '';
  const four = ['', ' + stride', ' + 2u * stride', ' + 3u * stride'];
  const patch = `mat4x4<In>(${four.map((further) => `vector_at_${side}(spot${further})`).join(', ')})`;
  return [
    {
      name: `spot_${side}`,
      code: `fn spot_${side}(${parameters}) -> u32 {
  return ${first}${unit};
}`,
    },
    {
      name: `ahead_${side}`,
      code: `fn ahead_${side}(steps: u32) -> u32 {
  return steps${along ? '' : ` * ${stride}`}${unit};
}`,
    },
    {
      name: `vector_at_${side}`,
      code: `fn vector_at_${side}(spot: u32) -> vec4<In> {
  return ${width > 1 ? buffer.vector('spot') : `four_${side}(spot)`};
}`,
    },
    {
      name: `patch_at_${side}`,
      code: `fn patch_at_${side}(spot: u32) -> mat4x4<In> {
  let stride = ${stride}${unit};
  return ${along === (side === 'a') ? patch : `transpose(${patch})`};
}`,
    },
  ];
}
