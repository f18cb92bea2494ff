/** WGSL expressions that read elements of an operand of 16 or 32 bits by flat index. */
import type { ActivationFormat } from '../gemm/problem.ts';

/** Elements that the widest load of a kernel takes. */
export type Width = 1 | 4 | 8;

export interface Elements {
  /** WGSL element type of the buffer. */
  readonly type: string;
  /** Expression: element `e` as `In`; `e` is the name of a WGSL value. */
  one(e: string): string;
  /** Expression: elements e…e+3 as `vec4<In>`, `e` a multiple of 4; only for vector buffers. */
  four(e: string): string;
  /** Statements: return elements e…e+7 as an `Eight`, `e` a multiple of 8; only for vector buffers of width 8. */
  eight(e: string): string;
  /** Expression: the u32 that holds packed element `e`. */
  word(e: string): string;
  /** Expression: packed elements e…e+7 as `vec4<u32>`, `e` a multiple of 8; only for 16-bit vector buffers of width 8. */
  eightWords(e: string): string;
}

/** How buffer `name` of this format is declared and read; `width` 1 when rows do not start on vector boundaries. */
export function elements(name: string, format: ActivationFormat, width: Width, native: boolean): Elements {
  if (format === 'f32' || native) return whole(name, native ? 'f16' : 'f32', width);
  return packed(name, format, width);
}

function unsupported(what: string): never {
  throw new Error(`prelude: ${what}`);
}

/** One element per f32 or f16 component. */
function whole(name: string, scalar: 'f32' | 'f16', width: Width): Elements {
  const vector = width > 1;
  return {
    type: vector ? `vec4<${scalar}>` : scalar,
    one: (e) => (vector ? `${name}[${e} >> 2u][${e} & 3u]` : `${name}[${e}]`),
    four: (e) => (vector ? `${name}[${e} >> 2u]` : unsupported('a vector load of a scalar buffer')),
    eight: (e) => `return Eight(${name}[${e} >> 2u], ${name}[(${e} >> 2u) + 1u]);`,
    word: () => unsupported('a packed word of a format that is not packed'),
    eightWords: () => unsupported('packed words of a format that is not packed'),
  };
}

/** Two elements per u32, even ones low. */
function packed(name: string, format: 'f16' | 'bf16', width: Width): Elements {
  const types = { 1: 'u32', 4: 'vec2<u32>', 8: 'vec4<u32>' } as const;
  const word = (e: string): string => {
    if (width === 1) return `${name}[${e} >> 1u]`;
    return width === 4 ? `${name}[${e} >> 2u][(${e} >> 1u) & 1u]` : `${name}[${e} >> 3u][(${e} >> 1u) & 3u]`;
  };
  const pairs = (e: string): string => {
    if (width === 1) return unsupported('a vector load of a scalar buffer');
    if (width === 4) return `${name}[${e} >> 2u]`;
    return `select(${name}[${e} >> 3u].xy, ${name}[${e} >> 3u].zw, (${e} & 4u) != 0u)`;
  };
  return {
    type: types[width],
    one: (e) => `${format}_half(${word(e)}, ${e} & 1u)`,
    four: (e) => `${format}_four(${pairs(e)})`,
    eight: (e) => `let words = ${name}[${e} >> 3u];
  return Eight(${format}_four(words.xy), ${format}_four(words.zw));`,
    word,
    eightWords: (e) => (width === 8 ? `${name}[${e} >> 3u]` : unsupported('an eight-wide load')),
  };
}
