/** Fields that mean another thing than their name, and those that are refused. */
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../spec/spec-error.ts';
import { parseSuite } from '../../suite/parse.ts';
import { importText } from '../import.ts';
import type { ImportOptions } from '../options.ts';
import { configs } from '../testdata/configs.ts';
import { toYaml } from '../to-suite.ts';

const CONFIGS = configs();
type Config = Readonly<Record<string, unknown>>;

/** A published config with some fields changed; undefined takes one out. */
function changed(name: string, fields: Config): Config {
  return { ...CONFIGS.get(name), ...fields };
}

function imported(config: Config, options?: ImportOptions) {
  const found = importText({ file: 'org/some-model/config.json', text: JSON.stringify(config, null, 1) }, options);
  if (found === undefined) throw new Error('not seen to be a config.json');
  return found;
}

function modelOf(config: Config, options?: ImportOptions) {
  const model = parseSuite(toYaml(imported(config, options)), 'x').models[0]?.model;
  if (model === undefined) throw new Error('no model');
  return model;
}

function refusal(config: Config, options?: ImportOptions): string {
  try {
    imported(config, options);
  } catch (error) {
    if (error instanceof SpecError) return error.message.replace(/^org\/some-model\/config\.json:\d+:\d+: /, '');
    throw error;
  }
  throw new Error('not refused');
}

const LLAMA = 'meta-llama/Llama-3.2-1B';

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

/** Qwen3-Next as published: three of four layers have linear attention. */
const QWEN3_NEXT = {
  ...changed('Qwen/Qwen3-30B-A3B', { max_window_layers: undefined }),
  ...{ architectures: ['Qwen3NextForCausalLM'], model_type: 'qwen3_next', full_attention_interval: 4, head_dim: 256 },
  ...{ linear_conv_kernel_dim: 4, linear_num_key_heads: 16, linear_num_value_heads: 32, num_experts: 512 },
  ...{
    num_experts_per_tok: 10,
    moe_intermediate_size: 512,
    shared_expert_intermediate_size: 512,
    intermediate_size: 5120,
  },
};

describe('what cannot be modelled', () => {
  it('is refused by the name and the value of its field', () => {
    expect(refusal(QWEN3_NEXT)).toMatch(
      /^full_attention_interval: 4 is of linear attention, which no GEMM here stands for; linear_conv_kernel_dim: 4 is of/,
    );
  });

  it('is left out on request, and the rest is as it is', () => {
    const model = modelOf(QWEN3_NEXT, { partial: true });
    expect(model).toMatchObject({ without: ['attention'], d_ff: 512, vocab: 151936 });
    expect(model.experts).toMatchObject({ total: 512, active: 10, shared: 1, shared_d_ff: 512, shared_gate: true });
    expect(imported(QWEN3_NEXT, { partial: true }).left).toEqual([
      'attention, for full_attention_interval: 4 is of linear attention, which no GEMM here stands for',
      'attention, for linear_conv_kernel_dim: 4 is of linear attention, which no GEMM here stands for',
      'attention, for linear_num_key_heads: 16 is of linear attention, which no GEMM here stands for',
      'attention, for linear_num_value_heads: 32 is of linear attention, which no GEMM here stands for',
    ]);
  });

  const v3 = 'deepseek-ai/DeepSeek-V3';
  it.each<[string, Config, RegExp]>([
    [
      'an indexer',
      changed(v3, { index_n_heads: 64, index_topk: 2048 }),
      /^index_n_heads: 64 is of an indexer that chooses keys/,
    ],
    [
      'an indexer by its type',
      changed(v3, { model_type: 'deepseek_v32', architectures: ['DeepseekV32ForCausalLM'], index_topk: 2048 }),
      /^index_topk: 2048 is of an indexer/,
    ],
    [
      'state-space layers',
      changed(LLAMA, { model_type: 'nemotron_h', hybrid_override_pattern: 'M-M*', mamba_num_heads: 64 }),
      /model_type: "nemotron_h" is an architecture that is not read/,
    ],
    [
      'linear attention in a layer',
      changed('Qwen/Qwen3-4B', { layer_types: ['linear_attention', ...Array(35).fill('full_attention')] }),
      /^layer_types\[0\]: "linear_attention" is no attention/,
    ],
    [
      'layers that share keys',
      changed('tencent/Hunyuan-A13B-Instruct', { use_cla: true }),
      /^use_cla: true makes other matmuls than those of HunYuanMoEV1/,
    ],
    [
      'lightning attention',
      changed('MiniMaxAI/MiniMax-M2', { attn_type_list: [0, ...Array(61).fill(1)] }),
      /^attn_type_list: \[0,1.* makes other matmuls/,
    ],
    [
      'a shared expert where there is none',
      changed('MiniMaxAI/MiniMax-M2', { shared_intermediate_size: 1536 }),
      /^shared_intermediate_size: 1536 makes other/,
    ],
    ['biases of latent attention', changed(v3, { attention_bias: true }), /^attention_bias: true makes other matmuls/],
    [
      'a decoder of BERT',
      changed('google-bert/bert-base-uncased', { is_decoder: true }),
      /^is_decoder: true makes other/,
    ],
    [
      'cross-attention',
      changed('openai-community/gpt2', { add_cross_attention: true }),
      /^add_cross_attention: true is of cross-attention/,
    ],
    [
      'another head',
      changed(LLAMA, { architectures: ['LlamaForSequenceClassification'] }),
      /^architectures: \["LlamaForSequenceClassification"\] is not the class/,
    ],
    [
      'a class of another model',
      changed(LLAMA, { architectures: ['LlamaMoEForCausalLM'] }),
      /^architectures: \["LlamaMoEForCausalLM"\] is not the class/,
    ],
    [
      'a width that is no number',
      changed(LLAMA, { intermediate_size: '8192' }),
      /^intermediate_size: "8192" is no size/,
    ],
    ['a size that is missing', changed(LLAMA, { hidden_size: undefined }), /^hidden_size: is missing$/],
    [
      'heads that cannot be shared',
      changed(LLAMA, { num_key_value_heads: 5 }),
      /^num_key_value_heads: 5 does not divide 32 query heads/,
    ],
    [
      'more experts than there are',
      changed('openai/gpt-oss-20b', { num_experts_per_tok: 64, experts_per_token: 64 }),
      /^num_experts_per_tok: 64 are more experts than the 32/,
    ],
    [
      'a field nobody knows',
      changed(LLAMA, { ffn_groups: 4 }),
      /^ffn_groups: 4 is not known to leave the matmuls as they are/,
    ],
    ['experts of a dense model', changed(LLAMA, { num_local_experts: 8 }), /^num_local_experts: 8 is not known/],
    ['a window of a model without', changed(LLAMA, { sliding_window: 4096 }), /^sliding_window: 4096 is not known/],
    [
      'an architecture nobody knows',
      { model_type: 'llamb', hidden_size: 8 },
      /^model_type: "llamb" is an architecture that is not read; did you mean "llama"\?$/,
    ],
    [
      'a whole that is not known',
      { model_type: 'mllama', text_config: { model_type: 'llama' } },
      /^model_type: "mllama" is not read; of models with a text_config/,
    ],
  ])('is refused: %s', (_, config, message) => {
    expect(refusal(config)).toMatch(message);
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'is refused where it has the name of a property of all objects: %s',
    (name) => {
      const config = {
        model_type: 'llama',
        architectures: ['LlamaForCausalLM'],
        hidden_size: 64,
        num_hidden_layers: 2,
      };
      expect(refusal({ ...config, torch_dtype: name })).toContain(name);
      expect(refusal({ ...config, quantization_config: { quant_method: name } })).toContain(name);
      expect(() => importText({ file: 'shapes.csv', text: `M,N,K,dtype\n4,64,32,${name}\n` })).toThrow(name);
    },
  );

  it('is refused at its line', () => {
    const text =
      '{\n "model_type": "llama",\n "architectures": ["LlamaForCausalLM"],\n "hidden_size": 64,\n "num_hidden_layers": "two"\n}';
    expect(() => importText({ file: 'config.json', text })).toThrow(
      /^config\.json:5:23: num_hidden_layers: "two" is no size/,
    );
    expect(() => importText({ file: 'config.json', text: text.replace('"two"', '2800000000') })).toThrow(
      /^config\.json:5:23: num_hidden_layers: 2800000000 is more than 65536, which no model has/,
    );
  });

  it('is not ignored even on request where nothing would be left', () => {
    expect(refusal({ model_type: 'mamba', state_size: 16, hidden_size: 768 }, { partial: true })).toMatch(
      /^model_type: "mamba" is an architecture that is not read; .*; state_size: 16 is of state-space or convolution layers$/,
    );
  });

  it('leaves the head, the formats or one field to the reader of the list', () => {
    const left = (config: Config) => imported(config, { partial: true }).left;
    expect(left(changed(LLAMA, { architectures: ['LlamaForSequenceClassification'] }))).toEqual([
      'lm_head, for architectures: ["LlamaForSequenceClassification"] is not the class of a language model that is read',
    ]);
    expect(left(changed(LLAMA, { ffn_groups: 4 }))).toEqual([
      'ffn_groups: 4 is not known to leave the matmuls as they are',
    ]);
    expect(left(changed(LLAMA, { intermediate_size: [1, 2] }))).toEqual([
      'MLPs, for intermediate_size: [1,2] differs from layer to layer',
    ]);
    expect(modelOf(changed(LLAMA, { intermediate_size: [1, 2] }), { partial: true })).toMatchObject({
      without: ['mlp'],
      d_ff: 0,
    });
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
