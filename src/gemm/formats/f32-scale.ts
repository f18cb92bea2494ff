/** Codes whose blocks have an f32 scale: what the largest magnitude is of the largest code. */
import type { Range } from '../generator.ts';
import { blockOf, largestMagnitude, type QuantizedBlock } from './block.ts';
import type { BlockQuantizer, BlockScale, ScaledFormat } from './format.ts';
import { largest } from './staircase.ts';

interface Codes {
  /** Value of the largest code, by which scales are divided: rounded once. */
  readonly most: number;
  /** The code nearest to a value from −most to most. */
  encode(value: number): number;
  decode(code: number): number;
}

/**
 * Quantizers of a format: value ≈ scale · decode(code). The code is the nearest to most·value/amax by the exact ratio and not by the
 * rounded scale, so that integer arithmetic gives the same codes. A zero block, or one so small that its scale rounds to zero, has
 * scale 0 and the code of zero. NaN or infinity makes the scale NaN.
 */
export function byF32Scale({ most, encode, decode }: Codes) {
  return {
    quantize(values: ArrayLike<number>): QuantizedBlock {
      const amax = largestMagnitude(values);
      const scale = Number.isFinite(amax) ? Math.fround(amax / most) : Number.NaN;
      // Products with `most` are exact in f64, and a tie is exactly representable, so the division cannot invent or lose one.
      return blockOf(scale, values, (value) => encode(scale > 0 ? (most * value) / amax : 0));
    },
    /** Values of one block, exact in f64. */
    dequantize({ scale, codes }: QuantizedBlock): Float64Array {
      return Float64Array.from(codes, (code) => scale * decode(code));
    },
    quantizer(scale: BlockScale, { exponent }: Range): BlockQuantizer {
      const word = new Uint32Array(1);
      const float = new Float32Array(word.buffer);
      return {
        scale,
        tensorScale: 1,
        quantize(block, length, codes, amax = largest(block, length)) {
          for (let i = 0; i < length; i += 1) codes[i] = encode(amax === 0 ? 0 : (most * (block[i] ?? 0)) / amax);
          float[0] = (amax * 2 ** exponent) / most;
          return word[0] ?? 0;
        },
        value: (code, stored) => {
          word[0] = stored;
          return (float[0] ?? 0) * decode(code);
        },
      };
    },
  } as const satisfies Pick<ScaledFormat, 'quantize' | 'dequantize' | 'quantizer'>;
}
