/** Memory of a shape or a model. */
import { bitsOf } from '../gemm/formats/scale.ts';
import type { Problem } from '../gemm/problem.ts';
import { type OperandBytes, operandBytes } from '../gemm/shape.ts';
import type { Model } from '../plan/model/model.ts';
import { parameterCount } from '../plan/model/parameters.ts';
import { cacheBytes } from './attention.ts';
import { weightBytes } from './ratio.ts';

export interface Footprint extends OperandBytes {
  readonly total: number;
  /** The largest buffer, which has to fit one storage binding. */
  readonly largest: number;
}

/** WebGPU guarantees this much in one storage binding; most GPUs allow more when asked. */
export const GUARANTEED_BINDING_BYTES = 128 * 2 ** 20;

/** Bytes of the buffers of one operand set, as the kernel ABI lays them out. */
export function footprint(problem: Problem): Footprint {
  const sizes = operandBytes(problem);
  const all = Object.values(sizes);
  return { ...sizes, total: all.reduce((sum, size) => sum + size, 0), largest: Math.max(...all) };
}

export interface ModelMemory {
  /** Matmul weights, biases and the embedding table (both 16-bit), as stored; norms not counted. */
  readonly checkpointBytes: number;
  /** Weight bytes read to decode one token of one sequence. */
  readonly weightBytesPerToken: number;
  /** Keys and values of one sequence of `context` tokens in the activations' format. */
  readonly cacheBytes: number;
  readonly context: number;
}

/** Memory of a whole model. `context` defaults to the longest the model was made for, or 4096. */
export function modelMemory(model: Model, context = model.max_position ?? 4096): ModelMemory {
  const formats = weightBytes(model);
  const { biases, embedding } = parameterCount(model);
  const { layers, window, mla, kv_heads, head_dim } = model;
  const stack = { layers, slidingLayers: window?.layers ?? 0, window: window?.size ?? context, context };
  const bytesPerElement = bitsOf(model.activations) / 8;
  return {
    checkpointBytes: formats.reduce((sum, { stored }) => sum + stored, 0) + 2 * (biases + embedding),
    weightBytesPerToken: formats.reduce((sum, { perToken }) => sum + perToken, 0),
    // Latent attention caches one vector for keys and values together.
    cacheBytes: mla
      ? layers * context * (mla.kv_lora_rank + mla.qk_rope_head_dim) * bytesPerElement
      : cacheBytes(stack, { kvHeads: kv_heads, headDim: head_dim, bytesPerElement }),
    context,
  };
}
