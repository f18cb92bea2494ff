/** One quantized block: a stored scale and one code per element, unpacked. */
export interface QuantizedBlock {
  readonly scale: number;
  readonly codes: Uint8Array;
}

/** Largest magnitude; NaN as soon as one element is NaN. */
export function largestMagnitude(values: ArrayLike<number>): number {
  let amax = 0;
  for (let i = 0; i < values.length; i += 1) amax = Math.max(amax, Math.abs(values[i] ?? 0));
  return amax;
}

/** The block of which `code` gives the code of each value. */
export function blockOf(scale: number, values: ArrayLike<number>, code: (value: number) => number): QuantizedBlock {
  return { scale, codes: Uint8Array.from({ length: values.length }, (_, i) => code(values[i] ?? 0)) };
}
