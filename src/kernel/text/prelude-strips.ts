/**
 * WGSL for kernels that take 64 codes of a column at once, a strip, where k is a multiple of 64: their scales, as one load gives them,
 * and codes decoded where they stand. A scale that is NaN marks a column for a whole loop instead of being worked into each factor.
 */
import type { ScaledFormat } from '../../gemm/formats/format.ts';
import type { BlockScale } from '../../gemm/problem.ts';
import type { Fragment } from './prelude.ts';
import { WORD } from './prelude-decoders.ts';
import type { ScaledOperand } from './prelude-scaled.ts';

interface StripScales {
  readonly type: string;
  /** Type and expression of what is worked out of `spot` once, before a loop: the word, and how it is turned if that depends on it. */
  readonly spotType?: string;
  readonly spot?: string;
  /** Expression: what is stored `ahead` of such a spot. */
  readonly at: string;
  /** Expression: a `strip` of what is `stored` there, if that is to be turned for what follows. Turned late, no load is waited for. */
  readonly turned?: string;
  /** Expression: the vec4<f32> of the scales of each 16 codes of a `strip`. */
  readonly factors: string;
  /** Powers of two by which those are too small for `finish`. */
  readonly power: number;
  /** Expressions: `mark` after a strip, and whether any that it passed holds NaN. */
  readonly mark?: string;
  readonly marked?: string;
  /** Expression: the vec4<f32> of the zero points of each 16 codes of a `strip`, in formats that have them. */
  readonly zeros?: string;
  /** Whether NaN is infinity among the factors. */
  readonly shows?: boolean;
}

/** As compilers know a rotation again where `by` is no constant. */
const ROTATED_RIGHT = `fn rotated_right(word: u32, by: u32) -> u32 {
  return (word >> by) | (word << (32u - by));
}`;

export function strips(scales: string, { format, scale }: ScaledOperand): Fragment[] {
  const { wgsl } = format;
  const { eight, plus, times = 1, odd = 1 } = wgsl.inPlace ?? wgsl.affine ?? { eight: wgsl.eight, plus: 0 };
  const { type, at, factors, power, ...rest } = scalesOf(scales, wgsl, scale);
  const {
    spotType = 'u32',
    spot = 'spot',
    turned = 'stored',
    mark = 'mark',
    marked = 'false',
    shows = false,
    zeros,
  } = rest;
  const remaining = power - Math.log2(times);
  return [
    { name: 'STRIP_RAISED', code: `const STRIP_RAISED = ${plus !== 0 || zeros !== undefined};` },
    {
      name: 'strip_plus',
      code: `fn strip_plus(strip: Strip) -> vec4<f32> {\n  return 0x1p${Math.log2(times)}f * (${plus / times}.0f + ${zeros ?? 'vec4<f32>()'});\n}`,
    },
    { name: 'STRIP_ODD', code: `const STRIP_ODD = ${odd}.0f;` },
    { name: 'STRIP_REMAINING', code: `const STRIP_REMAINING = 0x1p${remaining}f;` },
    {
      name: 'decode8_strip',
      code: `fn decode8_strip(codes: Codes, i: u32) -> Eight {\n  return ${eight}(${WORD[format.bits]});\n}`,
    },
    { name: 'rotated_right', code: ROTATED_RIGHT },
    { name: 'Strip', code: `alias Strip = ${type};` },
    { name: 'StripSpot', code: `alias StripSpot = ${spotType};` },
    { name: 'strip_spot', code: `fn strip_spot(spot: u32) -> StripSpot {\n  return ${spot};\n}` },
    { name: 'strip_at', code: `fn strip_at(spot: StripSpot, ahead: u32) -> Strip {\n  return ${at};\n}` },
    {
      name: 'strip_scales',
      code: `fn strip_scales(stored: Strip, spot: StripSpot) -> vec4<f32> {\n  let strip = ${turned};\n  return ${factors};\n}`,
    },
    { name: 'STRIP_NAN_SHOWS', code: `const STRIP_NAN_SHOWS = ${shows};` },
    {
      name: 'strip_mark',
      code: `fn strip_mark(mark: u32, stored: Strip, spot: StripSpot) -> u32 {\n  let strip = ${turned};\n  return ${mark};\n}`,
    },
    { name: 'strip_marked', code: `fn strip_marked(mark: u32) -> bool {\n  return ${marked};\n}` },
  ];
}

function scalesOf(scales: string, { headroom }: ScaledFormat['wgsl'], { format, block }: BlockScale): StripScales {
  const second = `${scales}[spot + ahead${block === 'k' || block >= 64 ? '' : ' + 1u'}]`;
  switch (format) {
    case 'e8m0': {
      const exponents = ['(strip << 8u)', 'strip'].map((bits) => `(${bits} & 0x7f800000u)`);
      const [first, second] = exponents.map((bits) => `bitcast<f32>(${bits})`);
      // Turned so that the second of two bytes is where an f32 has its exponent: one instruction of GPUs, as nothing else is there.
      return {
        type: 'u32',
        spotType: 'vec2<u32>',
        spot: 'vec2<u32>(spot >> 2u, ((spot << 3u) + 17u) & 31u)',
        at: `${scales}[spot.x + (ahead >> 2u)]`,
        turned: 'rotated_right(stored, spot.y)',
        factors: `vec2<f32>(${first}, ${second}).xxyy`,
        power: -headroom,
        mark: `max(mark, max(${exponents.join(', ')}))`,
        marked: 'mark == 0x7f800000u',
        shows: true,
      };
    }
    case 'e4m3':
      // Four in a word. Where their exponents and fractions are those of an f16, that is 2^-8 as large.
      return {
        type: 'u32',
        spot: 'spot >> 2u',
        at: `${scales}[spot + (ahead >> 2u)]`,
        factors:
          'vec4<f32>(unpack2x16float((strip << 7u) & 0x3f803f80u), unpack2x16float((strip >> 1u) & 0x3f803f80u)).xzyw',
        power: 8,
        mark: 'mark | (strip + 0x01010101u)',
        marked: '(mark & 0x80808080u) != 0u',
      };
    case 'f16-zero':
      return {
        type: 'vec2<u32>',
        at: `vec2<u32>(${scales}[spot + ahead], ${second})`,
        factors: 'vec2<f32>(unpack2x16float(strip.x).x, unpack2x16float(strip.y).x).xxyy',
        power: 0,
        zeros: 'vec2<f32>(strip >> vec2<u32>(16u)).xxyy',
      };
    default:
      return {
        type: 'vec2<f32>',
        at: `vec2<f32>(${scales}[spot + ahead], ${second})`,
        factors: 'strip.xxyy',
        power: 0,
      };
  }
}
