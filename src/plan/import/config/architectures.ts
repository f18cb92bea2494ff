import { DEEPSEEK } from './families/deepseek.ts';
import { GEMMA } from './families/gemma.ts';
import { GRANITE } from './families/granite.ts';
import { HUNYUAN } from './families/hunyuan.ts';
import { LLAMA } from './families/llama.ts';
import { MISTRAL } from './families/mistral.ts';
import { OTHERS } from './families/others.ts';
import { QWEN } from './families/qwen.ts';
import type { Family } from './families/shared.ts';

/**
 * The architectures that can be read, by `model_type`. What each has was read in huggingface/transformers, in
 * src/transformers/models/<model_type>: the configuration (fields and their defaults) and the modeling (biases, which layer is what).
 */
export const ARCHITECTURES: Family = {
  ...{ ...LLAMA, ...MISTRAL, ...QWEN, ...GEMMA, ...DEEPSEEK },
  ...{ ...GRANITE, ...HUNYUAN, ...OTHERS },
};

/** Models of several kinds of input: the `model_type` of the whole, whose `text_config` is one of the above. */
export const WHOLES: readonly string[] = [
  ...['gemma3', 'gemma3n', 'llama4', 'mistral3', 'kimi_k25', 'llava', 'llava_next', 'qwen3_5', 'qwen3_5_moe'],
];
