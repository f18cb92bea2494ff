/** Fields that mean another thing than their name. */
import { describe, expect, it } from 'vitest';
import { importText } from '../import.ts';
import { CONFIGS, type Config, changed, imported, LLAMA, modelOf, refusal } from '../testdata/changed-config.ts';

describe('fields of a config.json', () => {
  it('have the head dimension where it is said, and hidden / heads where it is not', () => {
    expect(modelOf(changed('Qwen/Qwen3-0.6B', {})).head_dim).toBe(128);
    expect(modelOf(changed(LLAMA, { head_dim: undefined })).head_dim).toBe(64);
    expect(modelOf(changed(LLAMA, { head_dim: null })).head_dim).toBe(64);
    expect(refusal(changed(LLAMA, { head_dim: undefined, num_attention_heads: 24 }))).toBe(
      'head_dim: is missing, and 2048 cannot be divided among 24 heads; `shapemark import --partial` takes the GEMMs that are understood and lists the rest',
    );
  });

  it('have one key head for each query head where the class says so, and are asked for elsewhere', () => {
    expect(modelOf(changed(LLAMA, { num_key_value_heads: undefined })).kv_heads).toBe(32);
    expect(refusal(changed('Qwen/Qwen2.5-7B', { num_key_value_heads: undefined }))).toMatch(
      /^num_key_value_heads: is missing;/,
    );
  });

  it.each([
    ['Qwen/Qwen2.5-7B', { qkv: true, o: false }],
    ['zai-org/GLM-4.5-Air', { qkv: true, o: false }],
    ['ByteDance-Seed/Seed-OSS-36B-Base', { qkv: true, o: false }],
    ['Qwen/Qwen1.5-MoE-A2.7B', { qkv: true, o: false }],
    ['openai/gpt-oss-20b', { attention: true, mlp: true, router: true }],
    ['google-bert/bert-base-uncased', { attention: true, mlp: true, lm_head: true }],
  ])('tell which projections of %s have a bias', (name, bias) => {
    expect(modelOf(changed(name, {})).bias).toMatchObject(bias);
  });

  it('have no bias where every one is off', () => {
    for (const name of [LLAMA, 'Qwen/Qwen3-4B', 'microsoft/phi-4', 'deepseek-ai/DeepSeek-V3']) {
      expect(modelOf(changed(name, {})).bias, name).toBe(false);
    }
    expect(modelOf(changed(LLAMA, { attention_bias: true, mlp_bias: true })).bias).toMatchObject({
      attention: true,
      mlp: true,
    });
  });

  it('count the layers that slide', () => {
    const of = (name: string, fields: Config = {}) => modelOf(changed(name, fields)).window;
    expect(of('openai/gpt-oss-20b')).toEqual({ size: 128, layers: 12 });
    expect(of('openai/gpt-oss-20b', { layer_types: undefined })).toEqual({ size: 128, layers: 12 });
    expect(of('google/gemma-2-2b')).toEqual({ size: 4096, layers: 13 });
    expect(of('google/gemma-3-1b-pt')).toEqual({ size: 512, layers: 22 });
    expect(of('google/gemma-3-1b-pt', { sliding_window: null })).toBeUndefined();
    expect(of('google/gemma-3-4b-it')).toEqual({ size: 1024, layers: 29 });
    expect(of('mistralai/Mistral-7B-v0.3')).toBeUndefined();
    expect(of('mistralai/Mistral-7B-v0.3', { sliding_window: 4096 })).toEqual({ size: 4096, layers: 32 });
    expect(of('mistralai/Mistral-7B-v0.3', { sliding_window: undefined })).toEqual({ size: 4096, layers: 32 });
    expect(of('microsoft/Phi-4-mini-instruct')).toBeUndefined();
    expect(of('meta-llama/Llama-4-Scout-17B-16E')).toEqual({ size: 8192, layers: 36 });
    const sliding = { use_sliding_window: true, sliding_window: 4096, max_window_layers: 20 };
    expect(of('Qwen/Qwen2.5-7B', sliding)).toEqual({ size: 4096, layers: 8 });
    expect(refusal(changed('Qwen/Qwen3-30B-A3B', sliding))).toMatch(/^use_sliding_window: true without layer_types/);
  });

  it('count the layers without experts, by every rule there is for it', () => {
    const dense = (name: string, fields: Config = {}) => modelOf(changed(name, fields)).experts?.dense_layers;
    expect(dense('deepseek-ai/DeepSeek-V3')).toBe(3);
    expect(refusal(changed('deepseek-ai/DeepSeek-V3', { moe_layer_freq: 2 }))).toMatch(/^moe_layer_freq: 2 is read by/);
    expect(dense('zai-org/GLM-4.7-Flash', { mlp_layer_types: ['dense', 'dense', ...Array(45).fill('sparse')] })).toBe(
      2,
    );
    expect(dense('Qwen/Qwen3-30B-A3B', { mlp_only_layers: [0, 3] })).toBe(2);
    expect(dense('Qwen/Qwen3-30B-A3B', { decoder_sparse_step: 2 })).toBe(24);
    expect(dense('baidu/ERNIE-4.5-21B-A3B-PT', { moe_layer_end_index: 20 })).toBe(1 + 7);
    expect(dense('meta-llama/Llama-4-Maverick-17B-128E')).toBe(24);
    const scout = CONFIGS.get('meta-llama/Llama-4-Scout-17B-16E')?.text_config as Config;
    expect(dense('meta-llama/Llama-4-Scout-17B-16E', { text_config: { ...scout, moe_layers: [0, 1] } })).toBe(46);
  });

  it.each([
    // Absent, these differ between the class of transformers and the code beside the checkpoints.
    ['deepseek-ai/DeepSeek-V3', 'first_k_dense_replace'],
    ['deepseek-ai/DeepSeek-V3', 'n_shared_experts'],
    ['deepseek-ai/DeepSeek-V3', 'q_lora_rank'],
    ['baidu/ERNIE-4.5-21B-A3B-PT', 'moe_num_shared_experts'],
    ['baidu/ERNIE-4.5-21B-A3B-PT', 'moe_layer_start_index'],
    ['zai-org/GLM-4-9B-0414', 'attention_bias'],
  ])('are asked for where programs differ in what an absent one means: %s %s', (name, field) => {
    expect(refusal(changed(name, { [field]: undefined }))).toMatch(new RegExp(`^${field}: is missing`));
  });

  it.each<[string, Config, object]>([
    ['HuggingFaceTB/SmolLM3-3B', { num_key_value_heads: undefined }, { kv_heads: 4 }],
    ['HuggingFaceTB/SmolLM3-3B', { num_key_value_heads: null }, { kv_heads: 16 }],
    ['ByteDance-Seed/Seed-OSS-36B-Base', { num_key_value_heads: undefined }, { kv_heads: 8 }],
    ['mistralai/Mistral-7B-v0.3', { num_key_value_heads: undefined }, { kv_heads: 8 }],
    // 2048 / 32: its class has no head dimension of its own, that of Qwen3 has 128.
    ['Qwen/Qwen3-30B-A3B', { head_dim: undefined }, { head_dim: 64 }],
    ['Qwen/Qwen3-0.6B', { head_dim: undefined }, { head_dim: 128 }],
    ['Qwen/Qwen3-0.6B', { head_dim: null }, { head_dim: 64 }],
    // Null is false, absent is what the class has.
    ['google/gemma-3-1b-pt', { tie_word_embeddings: undefined }, { tied_embeddings: true }],
    ['google/gemma-3-1b-pt', { tie_word_embeddings: null }, { tied_embeddings: false }],
    [
      'Qwen/Qwen2.5-7B',
      { use_sliding_window: true, sliding_window: 8192, num_hidden_layers: 32, max_window_layers: undefined },
      { window: { size: 8192, layers: 4 } },
    ],
  ])('are what the class has where they are absent: %s %o', (name, fields, expected) => {
    expect(modelOf(changed(name, fields))).toMatchObject(expected);
  });

  it('have experts that every token uses where the class has them', () => {
    const qwen = changed('Qwen/Qwen1.5-MoE-A2.7B', { shared_expert_intermediate_size: undefined });
    expect(modelOf(qwen).experts?.shared_d_ff).toBe(5632);
    const hunyuan = changed('tencent/Hunyuan-A13B-Instruct', { use_mixed_mlp_moe: undefined });
    expect(refusal(hunyuan)).toMatch(/^use_mixed_mlp_moe/);
  });

  it('have the width of an expert, whatever the field is called', () => {
    expect(modelOf(changed('mistralai/Mixtral-8x7B-v0.1', {})).d_ff).toBe(14336);
    expect(modelOf(changed('Qwen/Qwen3-30B-A3B', {})).d_ff).toBe(768);
    expect(modelOf(changed('Qwen/Qwen3-30B-A3B', { mlp_only_layers: [0] }))).toMatchObject({
      d_ff: 6144,
      experts: { d_ff: 768 },
    });
    expect(modelOf(changed('openai/gpt-oss-20b', { experts_per_token: undefined })).experts?.active).toBe(4);
    expect(refusal(changed('openai/gpt-oss-20b', { experts_per_token: 2 }))).toMatch(
      /^experts_per_token: 2 is not what num_experts_per_tok says/,
    );
  });

  it('take a list of one width repeated for every layer, and no other', () => {
    const lists = (widths: unknown[]) => changed(LLAMA, { intermediate_size: widths });
    expect(modelOf(lists(Array(16).fill(8192))).d_ff).toBe(8192);
    expect(refusal(lists([8192, ...Array(15).fill(4096)]))).toMatch(
      /^intermediate_size: \[8192,4096.* differs from layer to layer;/,
    );
    expect(refusal(lists([8192, 8192]))).toMatch(/^intermediate_size: \[8192,8192\] differs/);
  });

  it('read GPT-2’s null as four times the hidden size', () => {
    expect(modelOf(changed('openai-community/gpt2', { n_inner: null })).d_ff).toBe(3072);
    expect(modelOf(changed('openai-community/gpt2', { n_inner: 1000 })).d_ff).toBe(1000);
  });

  it('leave out lm_head where the class has none', () => {
    expect(modelOf(changed(LLAMA, { architectures: ['LlamaModel'] })).vocab).toBeUndefined();
    expect(imported(changed(LLAMA, { architectures: ['LlamaModel'] })).notes).toEqual([
      'architectures: ["LlamaModel"] has no lm_head',
    ]);
  });

  it('take hybrids of Granite that are none', () => {
    const hybrid = {
      ...CONFIGS.get('ibm-granite/granite-3.3-2b-base'),
      ...{ architectures: ['GraniteMoeHybridForCausalLM'], model_type: 'granitemoehybrid', num_local_experts: 0 },
      ...{
        num_experts_per_tok: 0,
        shared_intermediate_size: 8192,
        mamba_d_state: 128,
        layer_types: Array(40).fill('attention'),
      },
    };
    expect(modelOf(hybrid)).toMatchObject({ d_ff: 8192, layers: 40 });
    expect(modelOf(hybrid).experts).toBeUndefined();
    const mixed = { ...hybrid, layer_types: [...Array(36).fill('mamba'), ...Array(4).fill('attention')] };
    expect(refusal(mixed)).toMatch(/^mamba_d_state: 128 is of state-space.*layer_types\[0\]: "mamba" is no attention/);
    expect(modelOf(mixed, { partial: true })).toMatchObject({ d_ff: 8192, without: ['attention'] });
  });
});

describe('the name of an imported model', () => {
  const nameAt = (file: string, config: Config = changed(LLAMA, {})) =>
    importText({ file, text: JSON.stringify(config) })?.suite.name;
  it.each([
    ['Qwen3-8B/config.json', 'qwen3-8b'],
    ['config-kimi-k2.6.json', 'kimi-k2.6'],
    ['hub/models--google--gemma-3-1b-it/snapshots/0123abcd/config.json', 'gemma-3-1b-it'],
    ['config.json', 'llama'],
  ])('of %s is %s', (file, name) => {
    expect(nameAt(file)).toBe(name);
  });

  it('is what the config says it is, before the folder it lies in', () => {
    const config = changed(LLAMA, { _name_or_path: 'meta-llama/Llama-3.2-1B' });
    expect(nameAt('downloads/config.json', config)).toBe('llama-3.2-1b');
    const [entry] = imported(config).suite.models ?? [];
    expect(entry).toMatchObject({ model: { from: 'meta-llama/Llama-3.2-1B config.json' } });
  });
});
