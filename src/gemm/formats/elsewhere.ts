/** What formats are called in other programs' files, and how those describe codes that share scales. */
import { type FormatName, WEIGHT_FORMATS, type WeightFormat } from './registry.ts';

/** Names in other files of elements that stand for themselves, and of codes whose name says how they are scaled. */
const NAMES: Readonly<Record<string, FormatName>> = {
  ...{ float32: 'f32', fp32: 'f32', float: 'f32', single: 'f32', s: 'f32' },
  ...{ float16: 'f16', fp16: 'f16', half: 'f16', h: 'f16' },
  ...{ bfloat16: 'bf16', b: 'bf16' },
  // ggml's blocks of 32 with one f16 scale, which is an f32 here.
  ...{ q4_0: 'int4', q8_0: 'int8' },
};

/** A format by its own name or another program's (`torch.bfloat16`, `f16_r`, `half`); undefined where nothing here is it. */
export function formatCalled(text: string): FormatName | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/^(torch|jnp|np|tl|ml_dtypes|cutlass|ggml_type)[._]/, '')
    .replace(/_r$/, '');
  return WEIGHT_FORMATS.find((known) => known === name) ?? (Object.hasOwn(NAMES, name) ? NAMES[name] : undefined);
}

/** What a name means that is well known and none of the formats here; undefined for any other. */
export function absentFormat(text: string): string | undefined {
  return /e5m2|^bf8(_r)?$/i.test(text.trim())
    ? `"${text}" is FP8 E5M2, which is no format here: all 8-bit floats here are E4M3`
    : undefined;
}

/** How a file describes codes: not by a name, but by their kind, their bits, and what shares a scale. */
export interface Codes {
  readonly kind: 'int' | 'float';
  readonly bits: number;
  /** Elements along k that share a scale; `k`: all of them. */
  readonly block: number | 'k';
  /** Columns that share it. */
  readonly lines: number | 'all';
  /** Whether codes are counted from a zero point of their block. */
  readonly zeroPoints: boolean;
}

const SCALED: Readonly<Record<string, string>> = {
  'float 8 128x128': 'fp8',
  'float 8 kx1': 'fp8-channel',
  'float 8 kxall': 'fp8-tensor',
  'float 8 32x1': 'mxfp8',
  'float 4 32x1': 'mxfp4',
  'float 4 16x1': 'nvfp4',
  'int 8 32x1': 'int8',
  'int 8 64x1': 'int8-64',
  'int 8 128x1': 'int8-128',
  'int 8 kx1': 'int8-channel',
  'int 4 32x1': 'int4',
  'int 4 64x1': 'int4-64',
  'int 4 128x1': 'int4-128',
  'int 4 32x1 zero': 'int4-zp',
  'int 4 64x1 zero': 'int4-64-zp',
  'int 4 128x1 zero': 'int4-128-zp',
};

/** The weight format of codes so described; undefined where nothing here is it. */
export function formatOfCodes({ kind, bits, block, lines, zeroPoints }: Codes): WeightFormat | undefined {
  const name = SCALED[`${kind} ${bits} ${block}x${lines}${zeroPoints ? ' zero' : ''}`];
  return WEIGHT_FORMATS.find((known) => known === name);
}

/** In words, for a message about codes that are none of the formats. */
export function codesText({ kind, bits, block, lines, zeroPoints }: Codes): string {
  const shared = lines === 'all' ? 'the whole tensor' : lines === 1 ? `${block} along k` : `${block} × ${lines}`;
  return `${bits}-bit ${kind === 'int' ? 'integers' : 'floats'}, one scale for ${shared}${zeroPoints ? ', with zero points' : ''}`;
}
