import { headSizes, layersByReach } from './attention.ts';
import { linears } from './linear.ts';
import type { Model } from './model.ts';
import { latentForm, type Pass, passLogits, passTokens } from './pass.ts';

/** FLOP of whole passes in closed form: without the masked scores that a GEMM computes. */

/** FLOP for one token. */
export interface FlopPerToken {
  /** Every weight matmul once, lm_head included: 2 · active parameters. Three times that in training. */
  readonly linear: number;
  /** Scores and values for one attended key, over all layers that can see it. */
  readonly attentionPerKey: number;
}

/** FLOP of one pass over all its tokens. */
export interface PassFlop {
  readonly batch: number;
  /** Decode: keys each token attends to, its own included. */
  readonly context?: number;
  /** Prefill and training: tokens of each sequence. */
  readonly sequence?: number;
  readonly tokens: number;
  /** lm_head counts only the rows whose logits are wanted. */
  readonly linear: number;
  /** Only pairs within the causal mask and the sliding window. */
  readonly attention: number;
}

/** Backward costs twice the forward pass: input gradients and weight gradients. */
function backwardFactor(pass: Pass): number {
  return pass.phase === 'train' ? 3 : 1;
}

export function flopPerToken(model: Model, pass: Pass): FlopPerToken {
  const factor = backwardFactor(pass);
  const perKey = attentionPerKeyAndLayer(model, pass) * model.layers;
  return { linear: factor * linearFlop(model, pass, 1, 1), attentionPerKey: factor * perKey };
}

export function passFlop(model: Model, pass: Pass): PassFlop {
  const factor = backwardFactor(pass);
  const tokens = passTokens(pass);
  const context = pass.phase === 'decode' ? pass.context : pass.sequence;
  let pairs = 0;
  for (const [reach, layers] of layersByReach(model, context)) pairs += layers * attendedPairs(model, pass, reach);
  const size = pass.phase === 'decode' ? { context } : { sequence: context };
  return {
    batch: pass.batch,
    ...size,
    tokens,
    linear: factor * linearFlop(model, pass, tokens, passLogits(pass)),
    attention: factor * pass.batch * pairs * attentionPerKeyAndLayer(model, pass),
  };
}

function linearFlop(model: Model, pass: Pass, tokens: number, logits: number): number {
  const rows = { tokens, logits, routed: tokens * (model.experts?.active ?? 1) };
  return linears(model, 'fused')
    .filter((entry) => entry.only === undefined || entry.only === latentForm(pass))
    .reduce((sum, entry) => sum + 2 * entry.batch * entry.n * entry.k * entry.count * rows[entry.rows], 0);
}

function attentionPerKeyAndLayer(model: Model, pass: Pass): number {
  if (model.without.includes('attention')) return 0;
  const { heads, keyDim, valueDim } = headSizes(model, latentForm(pass));
  return 2 * heads * (keyDim + valueDim);
}

/**
 * Query-key pairs of one sequence in one layer. Decoding: one query, all keys within reach. A causal sequence of s tokens:
 * s(s+1)/2, or w·s − w(w−1)/2 when only w < s keys are within reach. Without a causal mask every query sees all.
 */
export function attendedPairs(model: Pick<Model, 'causal'>, pass: Pass, reach: number): number {
  if (pass.phase === 'decode') return reach;
  const s = pass.sequence;
  if (!model.causal) return s * reach;
  return reach * s - (reach * (reach - 1)) / 2;
}
