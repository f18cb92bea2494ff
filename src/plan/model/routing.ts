import { digest } from '../../gemm/digest.ts';
import { type RoutingRequest, routeRows } from '../../gemm/groups.ts';
import type { GroupSpec } from './pass.ts';

/** Groups of a mixture of experts and their label in a case id. */

/** Maximum number of tokens for skewed routing, which draws each token; even routing has no limit. */
export const MAX_SKEWED_TOKENS = 1_000_000;

/** Why these tokens cannot be routed, or null. */
export function routingRefusal(routing: 'uniform' | 'skewed', tokens: number): string | undefined {
  if (routing === 'uniform' || tokens <= MAX_SKEWED_TOKENS) return undefined;
  return `skewed routing draws for at most ${MAX_SKEWED_TOKENS} tokens, not ${tokens}; use uniform`;
}

/**
 * Routed groups. Label `128x4t32`: 128 experts, 4 for each of 32 tokens, spread evenly; `-skewed7` when a seeded Zipf-like
 * draw (seed 7) decided instead. Even routing has no seed, so none is written.
 */
export function routedGroups(routing: RoutingRequest): GroupSpec {
  const { experts, topK, tokens, seed } = routing;
  const suffix = routing.routing === 'skewed' ? `-skewed${seed}` : '';
  return { groups: { experts, rows: routeRows(routing) }, label: `${experts}x${topK}t${tokens}${suffix}` };
}

/** Groups with explicit rows. Label `4r` and the start of the SHA-256 of the rows, which no routed label can equal. */
export function explicitGroups(rows: readonly number[]): GroupSpec {
  return { groups: { experts: rows.length, rows }, label: `${rows.length}r${digest(rows.join(',')).slice(0, 12)}` };
}
