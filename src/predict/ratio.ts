/** Width of a model's MLP, and storage of its weights. */

import { storedBitsOf } from '../gemm/formats/scale.ts';
import type { WeightFormat } from '../gemm/problem.ts';
import { sharedWidth } from '../plan/model/linear.ts';
import { checkpointFormatOf, type Model } from '../plan/model/model.ts';
import { storedLinears } from '../plan/model/parameters.ts';

/** Width of the MLP that one token passes through: all its experts, shared ones included. */
export function activeWidth(model: Model): number {
  const { experts, d_ff } = model;
  if (experts === undefined) return d_ff;
  const width = experts.d_ff ?? d_ff;
  return experts.active * width + sharedWidth(experts, width);
}

/** Active MLP width over hidden size: 4·2880/2880 = 4 for gpt-oss. */
export function mlpRatio(model: Model): number {
  return activeWidth(model) / model.hidden;
}

/**
 * MLP parameters a token passes through, relative to an ungated MLP four times as wide as the hidden size. A gated MLP has
 * three matrices for two: it equals that at a ratio of 8/3, and costs 1.5 times as much at 4.
 */
export function mlpParameterRatio(model: Model): number {
  return (mlpRatio(model) * (model.gated ? 3 : 2)) / 8;
}

export interface WeightBytes {
  readonly format: WeightFormat;
  /** Bytes of all weights stored so, all experts included. */
  readonly stored: number;
  /** Bytes read to multiply one token: the active experts' only. */
  readonly perToken: number;
}

/** Bytes of matmul weights by the format they are stored in, largest first. */
export function weightBytes(model: Model): WeightBytes[] {
  const byFormat = new Map<WeightFormat, { stored: number; perToken: number }>();
  for (const entry of storedLinears(model)) {
    const format = checkpointFormatOf(model, entry.part, entry.name);
    const one = (entry.n * entry.k * entry.count * storedBitsOf(format)) / 8;
    const routed = entry.rows === 'routed' && model.experts !== undefined ? model.experts : { total: 1, active: 1 };
    const sum = byFormat.get(format) ?? { stored: 0, perToken: 0 };
    byFormat.set(format, { stored: sum.stored + one * routed.total, perToken: sum.perToken + one * routed.active });
  }
  return [...byFormat].map(([format, sum]) => ({ format, ...sum })).sort((one, other) => other.stored - one.stored);
}
