/**
 * Minimum dimension of an attention head that distinguishes N things, after Jianlin Su's minimum-entropy argument (kexue.fm 7695
 * for word vectors, 8711 for the analogy to attention): d > 2/0.24 · ln N, natural logarithm.
 *
 * 0.24 is ½ ln φ with φ = (1+√5)/2, rounded; 2/0.24 is usually printed as 8.33. The derivation is about a vocabulary of N words;
 * putting a sequence length in its place is an analogy, not a proof.
 */

export const HEAD_DIM_COEFFICIENTS = {
  /** As it is usually printed. */
  printed: 8.33,
  fraction: 2 / 0.24,
  /** 4 / ln φ = 8.3123, nothing rounded. */
  unrounded: 4 / Math.log((1 + Math.sqrt(5)) / 2),
} as const;

export interface HeadDimRule {
  readonly coefficient?: number;
  /** The bound's own logarithm is natural; `log2` reproduces a widespread misreading. */
  readonly logarithm?: 'ln' | 'log2';
}

/** The least head dimension for N = `distinguish`. @throws RangeError below 1 */
export function headDimBound(distinguish: number, rule: HeadDimRule = {}): number {
  if (!(distinguish >= 1)) throw new RangeError(`expected at least one thing to distinguish, got ${distinguish}`);
  const { coefficient = HEAD_DIM_COEFFICIENTS.printed, logarithm = 'ln' } = rule;
  return coefficient * (logarithm === 'ln' ? Math.log(distinguish) : Math.log2(distinguish));
}

/** The largest N that a head of this dimension satisfies the bound for: its inverse. */
export function longestFor(headDim: number, rule: HeadDimRule = {}): number {
  const { coefficient = HEAD_DIM_COEFFICIENTS.printed, logarithm = 'ln' } = rule;
  return (logarithm === 'ln' ? Math.E : 2) ** (headDim / coefficient);
}
