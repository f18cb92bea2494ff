import { hash, keysOf } from './generator.ts';

export const ROUTINGS = ['uniform', 'skewed'] as const;
export type Routing = (typeof ROUTINGS)[number];

/** How tokens choose experts: every token goes to `topK` different experts out of `experts`. */
export interface RoutingRequest {
  readonly experts: number;
  readonly tokens: number;
  readonly topK: number;
  readonly routing: Routing;
  /** Used by `skewed` only. */
  readonly seed: number;
}

/**
 * Rows per expert of a mixture-of-experts GEMM; the sum is always tokens·topK, and no expert has more rows than tokens.
 *
 * - `uniform` is the balanced load without luck: counts differ by at most one, and the experts with one row more are evenly
 *   spaced over the range. With fewer rows than experts (decode) exactly tokens·topK experts
 *   have one row each.
 * - `skewed` is a seeded draw: expert popularity falls as 1/rank (Zipf) in a seeded order of experts, and each token draws
 *   `topK` different experts with those weights.
 *
 * @throws RangeError when a count is not a positive integer or topK exceeds experts.
 */
export function routeRows(request: RoutingRequest): number[] {
  const { experts, tokens, topK, routing } = request;
  for (const [name, value] of Object.entries({ experts, tokens, topK })) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(`${name} must be a positive integer, got ${value}`);
  }
  if (topK > experts) throw new RangeError(`topK ${topK} exceeds the ${experts} experts a token can choose from`);
  return routing === 'uniform' ? spread(tokens * topK, experts) : draw(request);
}

/** `total` over `parts` counts that differ by at most one, the larger ones evenly spaced. */
function spread(total: number, parts: number): number[] {
  return Array.from(
    { length: parts },
    (_, part) => Math.floor(((part + 1) * total) / parts) - Math.floor((part * total) / parts),
  );
}

/** Draws with rejection of repeated experts. Only additions and comparisons of f64: the same counts on every machine. */
function draw({ experts, tokens, topK, seed }: RoutingRequest): number[] {
  const keys = keysOf(seed, ROUTING_STREAM);
  let counter = 0;
  const random = () => hash(keys, counter++) / 2 ** 32;
  const order = shuffled(experts, random);
  const cumulative = new Float64Array(experts);
  let total = 0;
  for (let rank = 0; rank < experts; rank += 1) {
    total += 1 / (rank + 1);
    cumulative[rank] = total;
  }
  const rows = new Array<number>(experts).fill(0);
  const chosenBy = new Int32Array(experts).fill(-1);
  for (let token = 0; token < tokens; token += 1) {
    for (let chosen = 0; chosen < topK; ) {
      const expert = order[rankOf(random() * total, cumulative)] ?? 0;
      if (chosenBy[expert] === token) continue;
      chosenBy[expert] = token;
      rows[expert] = (rows[expert] ?? 0) + 1;
      chosen += 1;
    }
  }
  return rows;
}

/** Keeps routing away from the streams that fill operands. */
const ROUTING_STREAM = 16;

/** First rank whose cumulative weight exceeds the target. */
function rankOf(target: number, cumulative: Float64Array): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cumulative[middle] ?? 0) > target) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A seeded permutation of 0…length − 1 (Fisher–Yates). */
function shuffled(length: number, random: () => number): number[] {
  const items = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j] ?? 0, items[i] ?? 0];
  }
  return items;
}
