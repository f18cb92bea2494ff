/** What checkpoints say of their storage, in the ways of the programs that wrote them. */
import { describe, expect, it } from 'vitest';
import { importText } from '../import.ts';
import { configs } from '../testdata/configs.ts';

const CONFIGS = configs();
type Config = Readonly<Record<string, unknown>>;

/** The weights of a published model with such a quantization_config. */
function weights(name: string, quantization_config: Config, fields: Config = {}): unknown {
  const text = JSON.stringify({ ...CONFIGS.get(name), quantization_config, ...fields });
  const [entry] = importText({ file: 'x/config.json', text })?.suite.models ?? [];
  return typeof entry === 'object' && typeof entry.model === 'object' ? entry.model.weights : undefined;
}

const LLAMA = 'meta-llama/Llama-3.2-1B';
const QWEN_MOE = 'Qwen/Qwen3-30B-A3B';
const V3 = 'deepseek-ai/DeepSeek-V3';
const square = { quant_method: 'fp8', weight_block_size: [128, 128] };

describe('quantization_config', () => {
  it.each<[string, string, Config, unknown]>([
    ['blocks of 128 × 128', V3, square, { default: 'fp8', router: 'bf16', lm_head: 'bf16' }],
    [
      'one scale for each tensor',
      LLAMA,
      { quant_method: 'fp8', activation_scheme: 'static' },
      { default: 'fp8-tensor', lm_head: 'bf16' },
    ],
    [
      'modules by their components',
      LLAMA,
      { ...square, modules_to_not_convert: ['lm_head', 'self_attn'] },
      { default: 'bf16', mlp: 'fp8' },
    ],
    [
      'modules by their whole names',
      QWEN_MOE,
      { ...square, ignored_layers: Array.from({ length: 48 }, (_, i) => `model.layers.${i}.self_attn.o_proj`) },
      { default: 'bf16', qkv_proj: 'fp8', experts: 'fp8' },
    ],
    [
      'what is no matmul here',
      QWEN_MOE,
      { ...square, modules_to_not_convert: ['model.norm', 'model.embed_tokens', 'lm_head'] },
      { default: 'fp8', router: 'bf16', lm_head: 'bf16' },
    ],
    [
      'experts of gpt-oss',
      'openai/gpt-oss-20b',
      CONFIGS.get('openai/gpt-oss-20b')?.quantization_config as Config,
      { default: 'bf16', experts: 'mxfp4' },
    ],
    [
      'each channel',
      LLAMA,
      { quant_method: 'fbgemm_fp8', modules_to_not_convert: ['lm_head'] },
      { default: 'fp8-channel', lm_head: 'bf16' },
    ],
    [
      'NVFP4 with globs',
      LLAMA,
      { quant_method: 'modelopt', quant_algo: 'NVFP4', exclude_modules: ['lm_head', 'model.layers.*.self_attn*'] },
      { default: 'bf16', mlp: 'nvfp4' },
    ],
    [
      'int4 of routed experts alone',
      V3,
      {
        quant_method: 'compressed-tensors',
        config_groups: {
          group_0: {
            targets: ['Linear'],
            weights: { num_bits: 4, type: 'int', group_size: 32, strategy: 'group', symmetric: true },
          },
        },
        ignore: ['lm_head', 're:.*self_attn.*', 're:.*shared_experts.*', 're:.*mlp\\.(gate|up|gate_up|down)_proj.*'],
      },
      { default: 'bf16', experts: 'int4' },
    ],
    [
      'groups by pattern before all linear layers',
      LLAMA,
      {
        quant_method: 'compressed-tensors',
        config_groups: {
          group_0: { targets: ['Linear'], weights: { num_bits: 8, type: 'float', strategy: 'channel' } },
          group_1: {
            targets: ['re:.*down_proj$', 're:.*gate_proj$', 're:.*up_proj$'],
            weights: { num_bits: 4, type: 'float', strategy: 'tensor_group', group_size: 16 },
          },
        },
        ignore: ['lm_head'],
      },
      { default: 'fp8-channel', mlp: 'nvfp4', lm_head: 'bf16' },
    ],
  ])('%s', (_, name, config, expected) => {
    expect(weights(name, config)).toEqual(expected);
  });

  it('stores weights in the format the model computes in where there is none', () => {
    expect(weights(LLAMA, {}, { quantization_config: undefined, torch_dtype: 'float16' })).toBe('f16');
    expect(weights(LLAMA, {}, { quantization_config: undefined, torch_dtype: undefined, dtype: 'torch.float32' })).toBe(
      'f32',
    );
  });

  const group = (extra: Config) => ({
    quant_method: 'compressed-tensors',
    config_groups: { group_0: { targets: ['Linear'], weights: extra } },
    ignore: ['lm_head'],
  });
  it.each<[string, string, Config, RegExp]>([
    [
      'a method nobody reads',
      LLAMA,
      { quant_method: 'bitsandbytes', load_in_4bit: true },
      /quantization_config\.quant_method: "bitsandbytes" is not read/,
    ],
    [
      'codes without a format',
      LLAMA,
      group({ num_bits: 3, group_size: 64 }),
      /config_groups\.group_0\.weights: 3-bit integers, one scale for 64 along k: no format here is that/,
    ],
    [
      'blocks of another size',
      LLAMA,
      { quant_method: 'fp8', weight_block_size: [64, 64] },
      /weight_block_size: 8-bit floats, one scale for 64 × 64: no format/,
    ],
    [
      'a module nobody knows',
      LLAMA,
      { ...square, modules_to_not_convert: ['hyper_proj'] },
      /modules_to_not_convert\[0\]: "hyper_proj" names no module that is known here/,
    ],
    [
      'part of a fused matmul',
      LLAMA,
      { ...square, modules_to_not_convert: ['q_proj'] },
      /quantization_config: stores qkv_proj in bf16 and fp8, by layer or matrix/,
    ],
    [
      'some layers',
      LLAMA,
      { ...square, modules_to_not_convert: ['model.layers.0'] },
      /stores qkv_proj in bf16 and fp8/,
    ],
    [
      'patterns that convert otherwise',
      LLAMA,
      { quant_method: 'gptq', bits: 4, group_size: 32, sym: true, dynamic: { '+:.*down_proj': { bits: 8 } } },
      /dynamic: \+:\.\*down_proj converts some modules otherwise/,
    ],
    [
      'modules of MLX by name',
      LLAMA,
      { group_size: 64, bits: 4, 'model.layers.0.mlp.gate': { bits: 8 } },
      /model\.layers\.0\.mlp\.gate: \{"bits":8\} converts a module otherwise/,
    ],
  ])('refuses %s', (_, name, config, message) => {
    expect(() => weights(name, config)).toThrow(message);
  });

  it('takes symmetric GPTQ of blocks of 32, and leaves out what a dynamic pattern does', () => {
    const gptq = { quant_method: 'gptq', bits: 4, group_size: 32, sym: true };
    expect(weights(LLAMA, gptq)).toEqual({ default: 'int4', lm_head: 'bf16' });
    expect(weights(LLAMA, { ...gptq, dynamic: { '-:.*self_attn.*': {} } })).toEqual({ default: 'bf16', mlp: 'int4' });
    expect(weights(LLAMA, { ...gptq, lm_head: true })).toEqual('int4');
  });

  it.each<[string, Config, string]>([
    ['AWQ', { quant_method: 'awq', bits: 4, group_size: 128, zero_point: true, version: 'gemm' }, 'int4-128-zp'],
    [
      'AWQ as its own tool writes it',
      { quant_method: 'awq', w_bit: 4, q_group_size: 64, zero_point: true },
      'int4-64-zp',
    ],
    ['GPTQ', { quant_method: 'gptq', bits: 4, group_size: 128, sym: true, desc_act: false }, 'int4-128'],
    ['GPTQ with zero points', { quant_method: 'gptq', bits: 4, group_size: 32, sym: false }, 'int4-zp'],
    ['ModelOpt MXFP8', { quant_method: 'modelopt', quant_algo: 'MXFP8', ignore: ['lm_head'] }, 'mxfp8'],
  ])('takes blocks and zero points: %s', (_, given, format) => {
    expect(weights(LLAMA, given)).toEqual({ default: format, lm_head: 'bf16' });
  });

  it.each<[string, Config, string]>([
    ['fmt', { quant_method: 'fp8', fmt: 'e5m2' }, 'fmt: "e5m2"'],
    ['another field', { quant_method: 'fp8', weight_dtype: 'float8_e5m2' }, 'weight_dtype: "float8_e5m2"'],
    ['an algorithm', { quant_method: 'modelopt', quant_algo: 'FP8_E5M2' }, 'quant_algo: "FP8_E5M2"'],
    [
      'a scheme',
      group({ num_bits: 8, type: 'float', strategy: 'tensor', dtype: 'F8_E5M2' }),
      'config_groups.group_0.weights.dtype: "F8_E5M2"',
    ],
  ])('refuses FP8 E5M2 by its name in %s', (_, config, place) => {
    expect(() => weights(LLAMA, config)).toThrow(
      `quantization_config.${place} is FP8 E5M2, which is no format here: all 8-bit floats here are E4M3`,
    );
    const cache = { kv_cache_dtype: 'fp8_e5m2', kv_cache_scheme: { dtype: 'float8_e5m2' } };
    expect(weights(LLAMA, { ...square, ...cache })).toEqual({ default: 'fp8', lm_head: 'bf16' });
  });

  it('refuses fp8 of another kind, sparse weights, and groups without a size', () => {
    const e4m2 = { quant_method: 'fp8', fmt: 'e4m2' };
    expect(() => weights(LLAMA, e4m2)).toThrow(/quantization_config\.fmt: "?e4m2"?: no format here is that/);
    const sparse = {
      quant_method: 'compressed-tensors',
      config_groups: {},
      sparsity_config: { format: 'sparse-24-bitmask' },
    };
    expect(() => weights(LLAMA, sparse)).toThrow(/sparsity_config\.format: "?sparse-24-bitmask"?: sparse weights/);
    const sizeless = {
      quant_method: 'compressed-tensors',
      config_groups: { group_0: { targets: ['Linear'], weights: { num_bits: 4, type: 'int', strategy: 'group' } } },
    };
    expect(() => weights(LLAMA, sizeless)).toThrow(/group_size: .* is no size of a block/);
  });
});
