/** Fields of models that no GEMMs stand for. */
import { describe, expect, it } from 'vitest';
import { importText } from '../import.ts';
import { type Config, changed, imported, LLAMA, modelOf, refusal } from '../testdata/changed-config.ts';

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
