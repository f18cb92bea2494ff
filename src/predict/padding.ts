/** Padding rows of a grouped GEMM: no tile spans two experts. */

/** Useful rows over computed rows, if every expert's rows are rounded up to whole tiles; 1 without rows. */
export function usefulFraction(rows: readonly number[], tileM: number): number {
  const useful = rows.reduce((sum, count) => sum + count, 0);
  const computed = rows.reduce((sum, count) => sum + Math.ceil(count / tileM) * tileM, 0);
  return computed === 0 ? 1 : useful / computed;
}

/** Tokens that each choose `topK` different experts of `experts`, all equally likely. */
export interface RandomRouting {
  readonly experts: number;
  readonly topK: number;
  readonly tokens: number;
}

/**
 * Useful fraction expected when routing is random: an expert's rows are binomial (tokens, topK / experts), and each expert's
 * are rounded up to whole tiles. Exact for the ratio of expectations, which is what many layers average to.
 */
export function expectedUsefulFraction({ experts, topK, tokens }: RandomRouting, tileM: number): number {
  const p = topK / experts;
  let computed = 0;
  binomial(tokens, p, (rows, probability) => {
    computed += Math.ceil(rows / tileM) * tileM * probability;
  });
  return (tokens * p) / computed;
}

/** Different experts that a batch touches on average: E·(1 − (1 − topK/E)^tokens). */
export function expectedTouched({ experts, topK, tokens }: RandomRouting): number {
  return experts * (1 - (1 - topK / experts) ** tokens);
}

/** Visits every outcome of Bin(n, p) with its probability; in logarithms, so that (1 − p)^n may be smaller than any double. */
function binomial(n: number, p: number, visit: (successes: number, probability: number) => void): void {
  if (p >= 1) {
    visit(n, 1);
    return;
  }
  const odds = Math.log(p) - Math.log1p(-p);
  let log = n * Math.log1p(-p);
  for (let successes = 0; successes <= n; successes += 1) {
    visit(successes, Math.exp(log));
    log += Math.log((n - successes) / (successes + 1)) + odds;
  }
}
