/** WGSL that walks along the codes and the scales of a column of B, so that a loop works out no index again. */
import { scaleBytes } from '../../gemm/formats/scale.ts';
import type { Fragment } from './prelude.ts';
import { readerOf } from './prelude-elements.ts';
import type { ScaledOperand } from './prelude-scaled.ts';
import type { Side } from './prelude-sides.ts';

/** Spots of codes count 16 bytes, those of scales count scales. */
export function walkedCodes(side: Side, operand: ScaledOperand, evenRows: boolean): Fragment[] {
  const { format, scale, bound } = operand;
  const reader = readerOf(side.variable, 'u32', bound);
  const held = 128 / format.bits; // codes in 16 bytes
  const times = 32 / held;
  const codes =
    times === 1
      ? `  return ${reader.at('spot')};`
      : `  let first = ${reader.at('spot')};
  let second = ${reader.at('(spot + 1u)')};
  return Codes(first.xy, first.zw, second.xy, second.zw);`;
  return [
    {
      name: 'spot_b',
      code: `fn spot_b(${side.parameters}) -> u32 {
  return (${side.row} * ((problem.k + 31u) / 32u) + k / 32u) * ${times}u;
}`,
    },
    { name: 'ahead_b', code: `fn ahead_b(steps: u32) -> u32 {\n  return steps / ${held}u;\n}` },
    { name: 'codes_at_b', code: `fn codes_at_b(spot: u32) -> Codes {\n${codes}\n}` },
    {
      name: 'ahead_scale',
      code: `fn ahead_scale(steps: u32) -> u32 {\n  return ${scale.block === 'k' ? '0u' : `steps / ${side.block}`};\n}`,
    },
    ...walkedScales(side, operand, evenRows),
  ];
}

interface Walked {
  readonly type: string;
  readonly load: string;
  readonly value: string;
  /** What a zero point adds to AFFINE_PLUS. */
  readonly zero?: string;
}

/**
 * Scales that go with `decode8_affine`: as they are stored, of SCALE_STEP elements and of the next, from an even spot on where those
 * have scales of their own; the second of a row's last is undefined. What is stored takes fewer registers than what it stands for.
 */
function walkedScales({ scales }: Side, { format, scale }: ScaledOperand, evenRows: boolean): Fragment[] {
  const { factor = undone } = format.wgsl.affine ?? {};
  const shared = scale.block === 'k' || scale.block >= 32;
  const {
    type,
    load,
    value,
    zero = '',
  } = format.zeroPoints ? withZeros() : scaleBytes(scale) === 1 ? ofBytes() : ofWords();
  return [
    { name: 'Stored', code: `alias Stored = ${type};` },
    { name: 'stored_at', code: `fn stored_at(spot: u32) -> Stored {\n${load}\n}` },
    { name: 'scales_of', code: `fn scales_of(stored: Stored) -> vec2<f32> {\n  return ${value};\n}` },
    { name: 'affine_plus', code: `fn affine_plus(stored: Stored) -> f32 {\n  return AFFINE_PLUS${zero};\n}` },
  ];

  function undone(stored: string): string {
    const { headroom, affine } = format.wgsl;
    const power = Math.log2(affine?.times ?? 1);
    const plain = format.wgsl.factor(stored, headroom === 0 ? '1.0' : `0x1p-${headroom}f`);
    return power === 0 ? plain : `0x1p${-power}f * ${plain}`;
  }

  /** Of blocks of 32 and more: the scale and the zero point of one take one register. */
  function withZeros(): Walked {
    const value = `vec2<f32>(${factor('stored')})`;
    return { type: 'u32', load: `  return ${scales}[spot];`, value, zero: ' + f32(stored >> 16u)' };
  }

  function ofWords(): Walked {
    const word = (spot: string) => factor(`${scales}[${spot}]`);
    const load = shared
      ? `  return vec2<f32>(${word('spot')});`
      : `  return vec2<f32>(${word('spot')}, ${word('spot + 1u')});`;
    return { type: 'vec2<f32>', load, value: 'stored' };
  }

  function ofBytes(): Walked {
    const bytes = `${scales}[spot >> 2u] >> (8u * (spot & 3u))`;
    const byte = (at: number) => factor(`(stored >> ${at}u) & 0xffu`);
    if (shared) return { type: 'u32', load: `  return (${bytes}) & 0xffu;`, value: `vec2<f32>(${factor('stored')})` };
    const across = `  if ((spot & 3u) == 3u) { return (${bytes}) | (${scales}[(spot + 1u) >> 2u] << 8u); }\n`;
    const load = `${evenRows ? '' : across}  return ${bytes};`;
    return { type: 'u32', load, value: `vec2<f32>(${byte(0)}, ${byte(8)})` };
  }
}
