/** Receptive field of attention with sliding windows, and the size of its cache. */

export interface AttentionStack {
  readonly layers: number;
  /** Layers whose queries see only the last `window` keys, their own included. */
  readonly slidingLayers: number;
  readonly window: number;
  /** Longest sequence. */
  readonly context: number;
}

/**
 * Positions that can influence one token's output, its own included. Each sliding layer reaches window − 1 further back; one
 * full layer anywhere reaches the whole context.
 */
export function receptiveField({ layers, slidingLayers, window, context }: AttentionStack): number {
  if (layers > slidingLayers) return context;
  return Math.min(context, slidingLayers * (window - 1) + 1);
}

/** Bytes of keys and values cached for one sequence of `context` tokens. */
export function cacheBytes(
  stack: AttentionStack,
  heads: { readonly kvHeads: number; readonly headDim: number; readonly bytesPerElement: number },
): number {
  const perKey = 2 * heads.kvHeads * heads.headDim * heads.bytesPerElement;
  const full = stack.layers - stack.slidingLayers;
  return perKey * (full * stack.context + stack.slidingLayers * Math.min(stack.context, stack.window));
}
