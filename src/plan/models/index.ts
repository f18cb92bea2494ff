import { type Model, type ModelSpec, modelSchema } from '../model.ts';
import { bert } from './bert.ts';
import { deepseek } from './deepseek.ts';
import { gemma } from './gemma.ts';
import { gptOssModels } from './gpt-oss.ts';
import { gpt2 } from './gpt2.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { phi } from './phi.ts';
import { qwen } from './qwen.ts';

const specs: readonly ModelSpec[] = [
  ...llama,
  ...qwen,
  ...mistral,
  ...gemma,
  ...phi,
  ...gptOssModels,
  ...deepseek,
  ...gpt2,
  ...bert,
];

/** Every model known by name, defaults filled in. */
export const MODELS: ReadonlyMap<string, Model> = new Map(specs.map((spec) => [spec.name, modelSchema.parse(spec)]));
