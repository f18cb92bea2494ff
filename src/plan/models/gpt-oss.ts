import type { ModelSpec } from '../model.ts';

/**
 * gpt-oss: 64 heads of 64 over a hidden size of 2880, biases in attention, router and experts but not in lm_head. Only the
 * experts are MXFP4. Layers with an even index slide over 128 keys. Attention sinks add a logit to the softmax, no matmul.
 */
function gptOss(name: string, layers: number, experts: number): ModelSpec {
  return {
    name,
    title: name,
    source: 'openai/gpt-oss@7b583341 gpt_oss/torch/model.py, weights.py',
    hidden: 2880,
    layers,
    heads: 64,
    kv_heads: 8,
    head_dim: 64,
    d_ff: 2880,
    experts: { total: experts, active: 4 },
    window: { size: 128, layers: layers / 2 },
    vocab: 201_088,
    bias: true,
    weights: { default: 'bf16', experts: 'mxfp4' },
    max_position: 131_072,
  };
}

export const gptOssModels: readonly ModelSpec[] = [gptOss('gpt-oss-120b', 36, 128), gptOss('gpt-oss-20b', 24, 32)];
