/**
 * Where the sizes of each config here were read. `whole`: every field that makes a size or a kind of layer; `sizes`: dimensions only, and
 * the rest is as the class has it. Fields that change no matmul (token ids, dropout) are of the same kind in all of them.
 */
export const SOURCES: Readonly<Record<string, string>> = {
  'meta-llama/Llama-3.2-1B':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), Lightning-AI/litgpt@26857050 litgpt/config.py',
  'meta-llama/Llama-3.2-3B':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), Lightning-AI/litgpt@26857050 litgpt/config.py',
  'mistralai/Mistral-7B-v0.3':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), Lightning-AI/litgpt@26857050 litgpt/config.py',
  'mistralai/Mistral-Small-24B-Base-2501':
    'sizes in tests of two public inference engines, which quote the config of Mistral Small; its parameters',
  'mistralai/Mixtral-8x7B-v0.1':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), Lightning-AI/litgpt@26857050 litgpt/config.py',
  'Qwen/Qwen2.5-0.5B':
    'Lightning-AI/litgpt@26857050 litgpt/config.py (sizes), THUDM/slime@624b824a scripts/models/qwen2.5-0.5B.sh',
  'Qwen/Qwen2.5-1.5B':
    'Lightning-AI/litgpt@26857050 litgpt/config.py (sizes), THUDM/slime@624b824a scripts/models/qwen2.5-1.5B.sh',
  'Qwen/Qwen2.5-3B':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), Lightning-AI/litgpt@26857050 litgpt/config.py',
  'Qwen/Qwen2.5-7B':
    'Lightning-AI/litgpt@26857050 litgpt/config.py (sizes), THUDM/slime@624b824a scripts/models/qwen2.5-7B.sh',
  'Qwen/Qwen1.5-MoE-A2.7B':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (the chat model: whole), huggingface/transformers src/transformers/models/qwen2_moe/configuration_qwen2_moe.py',
  'Qwen/Qwen3-0.6B':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), Lightning-AI/litgpt@26857050 litgpt/config.py',
  'Qwen/Qwen3-1.7B':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), Lightning-AI/litgpt@26857050 litgpt/config.py',
  'Qwen/Qwen3-4B':
    'Lightning-AI/litgpt@26857050 litgpt/config.py (sizes), THUDM/slime@624b824a scripts/models/qwen3-4B.sh',
  'Qwen/Qwen3-30B-A3B':
    'Lightning-AI/litgpt@26857050 litgpt/config.py (sizes), THUDM/slime@624b824a scripts/models/qwen3-30B-A3B.sh',
  'google/gemma-2b':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), Lightning-AI/litgpt@26857050 litgpt/config.py',
  'google/gemma-2-2b':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), Lightning-AI/litgpt@26857050 litgpt/config.py',
  'google/gemma-3-270m': 'huggingface/transformers src/transformers/models/gemma3/convert_gemma3_weights.py (sizes)',
  'google/gemma-3-1b-pt':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), huggingface/transformers src/transformers/models/gemma3/convert_gemma3_weights.py',
  'google/gemma-3-4b-it':
    'huggingface/transformers src/transformers/models/gemma3/convert_gemma3_weights.py: the converter adds 64 rows to the 262144 of the vocabulary, and configuration_gemma3.py has 262208; the parameters have them too',
  'microsoft/Phi-4-mini-instruct':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), Lightning-AI/litgpt@26857050 litgpt/config.py',
  'microsoft/phi-4': 'Lightning-AI/litgpt@26857050 litgpt/config.py (sizes)',
  'openai/gpt-oss-20b':
    'openai/gpt-oss@7b583341 gpt_oss/torch/model.py, huggingface/transformers src/transformers/models/gpt_oss/configuration_gpt_oss.py',
  'deepseek-ai/DeepSeek-V2-Lite':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole, but for q_lora_rank: null)',
  'deepseek-ai/DeepSeek-V3': 'deepseek-ai/DeepSeek-V3@9b4e9788 inference/configs/config_671B.json (sizes)',
  'moonshotai/Kimi-K2-Instruct': 'THUDM/slime@624b824a scripts/models/kimi-k2.sh (sizes)',
  'meta-llama/Llama-4-Scout-17B-16E':
    'huggingface/transformers src/transformers/models/llama4/configuration_llama4.py, whose defaults are its sizes',
  'meta-llama/Llama-4-Maverick-17B-128E': 'NVIDIA/TensorRT-LLM tests, which quote its config with fewer layers',
  'zai-org/GLM-4-9B-0414':
    'THUDM/slime@624b824a scripts/models/glm4-9B.sh (sizes; --add-qkv-bias), huggingface/transformers src/transformers/models/glm4/configuration_glm4.py (attention_bias true)',
  'zai-org/GLM-4.5-Air': 'THUDM/slime@624b824a scripts/models/glm4.5-106B-A12B.sh (sizes; --add-qkv-bias)',
  'zai-org/GLM-4.6':
    'THUDM/slime@624b824a scripts/models/glm4.5-355B-A32B.sh (sizes of GLM-4.5, which GLM-4.6 has; --add-qkv-bias, --qk-layernorm)',
  'zai-org/GLM-4.7-Flash':
    'THUDM/slime@624b824a scripts/models/glm4.7-30B-A3B.sh (sizes), huggingface/transformers src/transformers/models/glm4_moe_lite/configuration_glm4_moe_lite.py',
  'allenai/OLMo-2-0425-1B':
    'sizes in the notes of a public experiment, which quote the config of the instruct model; its parameters',
  'allenai/OLMo-2-1124-7B':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), Lightning-AI/litgpt@26857050 litgpt/config.py',
  'HuggingFaceTB/SmolLM3-3B':
    'huggingface/transformers src/transformers/models/smollm3/configuration_smollm3.py, whose defaults are its sizes; tests that quote its config',
  'HuggingFaceTB/SmolLM2-135M':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), Lightning-AI/litgpt@26857050 litgpt/config.py',
  'HuggingFaceTB/SmolLM2-360M':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), Lightning-AI/litgpt@26857050 litgpt/config.py',
  'HuggingFaceTB/SmolLM2-1.7B': 'Lightning-AI/litgpt@26857050 litgpt/config.py (sizes)',
  'MiniMaxAI/MiniMax-M2':
    'THUDM/slime@624b824a scripts/models/minimax-m2.sh, huggingface/transformers src/transformers/models/minimax_m2/configuration_minimax_m2.py (sizes); tests that quote its config with quantization_config',
  'baidu/ERNIE-4.5-0.3B-PT':
    'huggingface/transformers src/transformers/models/ernie4_5/configuration_ernie4_5.py, whose defaults are its sizes',
  'baidu/ERNIE-4.5-21B-A3B-PT':
    'huggingface/transformers src/transformers/models/ernie4_5_moe/configuration_ernie4_5_moe.py, whose defaults are its sizes; tests that quote its config',
  'tencent/Hunyuan-7B-Instruct':
    'the config of HunyuanImage-2.1 reprompt and Hy-MT2-7B, which have its sizes, as public scripts quote them',
  'tencent/Hunyuan-A13B-Instruct':
    'huggingface/transformers src/transformers/models/hunyuan_v1_moe (fields); its sizes are from memory: no copy of the config was found',
  'ibm-granite/granite-3.3-2b-base': 'tests of two public inference engines, which quote the config; its parameters',
  'ibm-granite/granite-3.1-1b-a400m-base':
    'a test that counts its parameters; its sizes are from memory, and count to the same',
  'ByteDance-Seed/Seed-OSS-36B-Base':
    'a public snapshot of its config, huggingface/transformers src/transformers/models/seed_oss/configuration_seed_oss.py',
  'google-bert/bert-base-uncased': 'google-research/bert@04f9e5d1 README (L-12_H-768_A-12)',
  'sentence-transformers/all-MiniLM-L6-v2': 'sizes are from memory, and count to the parameters that the hub has',
  'openai-community/gpt2':
    'mlc-ai/mlc-llm@79d603f0 python/mlc_llm/model/model_preset.py (whole), openai/gpt-2@122c55a5 src/model.py',
};
