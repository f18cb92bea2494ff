import { type Linear, linears } from './linear.ts';
import type { Model } from './model.ts';

/** How many parameters a model has, by its sizes. */

export interface ParameterCount {
  /** Weights of every matmul, each expert's included. */
  readonly weights: number;
  /** Weights that one token is multiplied with. */
  readonly activeWeights: number;
  /** Biases of those matmuls. */
  readonly biases: number;
  readonly activeBiases: number;
  /** Share of `weights` held by routed experts, 0…1. */
  readonly expertShare: number;
  /** Rows × columns of the token embedding where it is a table of its own: 0 when lm_head is it. Not a matmul. */
  readonly embedding: number;
}

/** Parameters from the shapes alone; norms (0.0002 % of gpt-oss) are not counted. */
export function parameterCount(model: Model): ParameterCount {
  const total = model.experts?.total ?? 1;
  const active = model.experts?.active ?? 1;
  const stored = storedLinears(model);
  const sum = (of: (entry: Linear) => number) => stored.reduce((all, entry) => all + of(entry) * entry.count, 0);
  const copies = (entry: Linear, each: number) => (entry.rows === 'routed' ? each : 1);
  const weights = sum((entry) => entry.n * entry.k * copies(entry, total));
  return {
    weights,
    activeWeights: sum((entry) => entry.n * entry.k * copies(entry, active)),
    biases: sum((entry) => (entry.bias ? entry.n * copies(entry, total) : 0)),
    activeBiases: sum((entry) => (entry.bias ? entry.n * copies(entry, active) : 0)),
    expertShare: sum((entry) => (entry.rows === 'routed' ? entry.n * entry.k * total : 0)) / weights,
    embedding: model.tied_embeddings ? 0 : (model.vocab ?? 0) * model.hidden,
  };
}

/** Matmul weights as a checkpoint stores them: the absorbed projections are kv_b_proj once more, not weights of their own. */
export function storedLinears(model: Model): readonly Linear[] {
  return linears(model, 'fused').filter((entry) => entry.only !== 'absorbed');
}

/** Tolerance for uncounted parameters: norms, sinks, routing corrections. Even models of 0.1 B have less. */
const UNCOUNTED = 0.002;

/** Why the sizes contradict the stated `parameters`, or null. */
export function parameterRefusal(model: Model): string | undefined {
  if (model.parameters === undefined) return undefined;
  const { weights, biases, embedding } = parameterCount(model);
  const counted = weights + biases + embedding;
  const short = model.parameters - counted;
  if (short >= 0 && short <= UNCOUNTED * model.parameters) return undefined;
  return `the sizes make ${counted} parameters, so one of them is wrong (norms may add ${UNCOUNTED * 100} %)`;
}
