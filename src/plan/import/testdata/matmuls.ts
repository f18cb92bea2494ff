/** The matmuls of every published config in configs.json, as its model's code multiplies them. */

/** One matmul of a forward pass: times in it, matrices that the checkpoint has of it, and of those how many one token uses. */
export type Matmul = readonly [name: string, n: number, k: number, times: number, matrices?: number, active?: number];

const attention = (layers: number, hidden: number, heads: number, kv: number, dim: number): Matmul[] => [
  ['qkv_proj', (heads + kv + kv) * dim, hidden, layers],
  ['o_proj', hidden, heads * dim, layers],
];
const latent = (
  layers: number,
  hidden: number,
  heads: number,
  rank: number | null,
  value = 128,
  nope = 128,
): Matmul[] => [
  ...(rank === null
    ? ([['q_proj', heads * (nope + 64), hidden, layers]] as const)
    : ([
        ['q_a_proj', rank, hidden, layers],
        ['q_b_proj', heads * (nope + 64), rank, layers],
      ] as const)),
  ['kv_a_proj_with_mqa', 512 + 64, hidden, layers],
  ['kv_b_proj', heads * (nope + value), 512, layers],
  ['o_proj', hidden, heads * value, layers],
];
const gated = (layers: number, hidden: number, width: number, up = 'gate_up_proj', down = 'down_proj'): Matmul[] => [
  [up, 2 * width, hidden, layers],
  [down, hidden, width, layers],
];
const plain = (layers: number, hidden: number, width: number): Matmul[] => [
  ['fc_in', width, hidden, layers],
  ['fc_out', hidden, width, layers],
];
const dense = (layers: number, hidden: number, width: number) =>
  gated(layers, hidden, width, 'dense_gate_up', 'dense_down');
const shared = (layers: number, hidden: number, width: number) =>
  gated(layers, hidden, width, 'shared_gate_up', 'shared_down');
const mixture = (layers: number, hidden: number, width: number, total: number, active: number): Matmul[] => [
  ['router', total, hidden, layers],
  ['expert_gate_up', 2 * width, hidden, layers, total, active],
  ['expert_down', hidden, width, layers, total, active],
];
const head = (vocab: number, hidden: number): Matmul => ['lm_head', vocab, hidden, 1];

/**
 * Parameters of the checkpoint as the hub counts its safetensors; of what is no matmul, only what `rest` says. Left out where no count
 * could be read.
 */
export interface Expected {
  readonly matmuls: readonly Matmul[];
  readonly tied?: true;
  readonly published?: number;
  /** Biases, norms, and tables that are no matmul. */
  readonly rest?: number;
}

export const EXPECTED: Readonly<Record<string, Expected>> = {
  'meta-llama/Llama-3.2-1B': {
    matmuls: [...attention(16, 2048, 32, 8, 64), ...gated(16, 2048, 8192), head(128256, 2048)],
    ...{ tied: true, published: 1_235_814_400, rest: 33 * 2048 },
  },
  'meta-llama/Llama-3.2-3B': {
    matmuls: [...attention(28, 3072, 24, 8, 128), ...gated(28, 3072, 8192), head(128256, 3072)],
    ...{ tied: true, published: 3_212_749_824, rest: 57 * 3072 },
  },
  'HuggingFaceTB/SmolLM2-135M': {
    matmuls: [...attention(30, 576, 9, 3, 64), ...gated(30, 576, 1536), head(49152, 576)],
    ...{ tied: true, published: 134_515_008, rest: 61 * 576 },
  },
  'HuggingFaceTB/SmolLM2-360M': {
    matmuls: [...attention(32, 960, 15, 5, 64), ...gated(32, 960, 2560), head(49152, 960)],
    ...{ tied: true, published: 361_821_120, rest: 65 * 960 },
  },
  'HuggingFaceTB/SmolLM2-1.7B': {
    matmuls: [...attention(24, 2048, 32, 32, 64), ...gated(24, 2048, 8192), head(49152, 2048)],
    ...{ tied: true, published: 1_711_376_384, rest: 49 * 2048 },
  },
  'mistralai/Mistral-7B-v0.3': {
    matmuls: [...attention(32, 4096, 32, 8, 128), ...gated(32, 4096, 14336), head(32768, 4096)],
    ...{ published: 7_248_023_552, rest: 65 * 4096 },
  },
  'mistralai/Mistral-Small-24B-Base-2501': {
    matmuls: [...attention(40, 5120, 32, 8, 128), ...gated(40, 5120, 32768), head(131072, 5120)],
    ...{ published: 23_572_403_200, rest: 81 * 5120 },
  },
  'mistralai/Mixtral-8x7B-v0.1': {
    matmuls: [...attention(32, 4096, 32, 8, 128), ...mixture(32, 4096, 14336, 8, 2), head(32000, 4096)],
    ...{ published: 46_702_792_704, rest: 65 * 4096 },
  },
  'Qwen/Qwen2.5-0.5B': {
    matmuls: [...attention(24, 896, 14, 2, 64), ...gated(24, 896, 4864), head(151936, 896)],
    ...{ tied: true, published: 494_032_768, rest: 49 * 896 + 24 * (14 + 2 + 2) * 64 },
  },
  'Qwen/Qwen2.5-1.5B': {
    matmuls: [...attention(28, 1536, 12, 2, 128), ...gated(28, 1536, 8960), head(151936, 1536)],
    ...{ tied: true, published: 1_543_714_304, rest: 57 * 1536 + 28 * (12 + 2 + 2) * 128 },
  },
  'Qwen/Qwen2.5-3B': {
    matmuls: [...attention(36, 2048, 16, 2, 128), ...gated(36, 2048, 11008), head(151936, 2048)],
    ...{ tied: true, published: 3_085_938_688, rest: 73 * 2048 + 36 * (16 + 2 + 2) * 128 },
  },
  'Qwen/Qwen2.5-7B': {
    matmuls: [...attention(28, 3584, 28, 4, 128), ...gated(28, 3584, 18944), head(152064, 3584)],
    ...{ published: 7_615_616_512, rest: 57 * 3584 + 28 * (28 + 4 + 4) * 128 },
  },
  'Qwen/Qwen1.5-MoE-A2.7B': {
    matmuls: [
      ...attention(24, 2048, 16, 16, 128),
      ...mixture(24, 2048, 1408, 60, 4),
      ...shared(24, 2048, 5632),
      ['shared_expert_gate', 1, 2048, 24],
      head(151936, 2048),
    ],
    ...{ published: 14_315_784_192, rest: 49 * 2048 + 24 * 3 * 2048 },
  },
  'Qwen/Qwen3-0.6B': {
    matmuls: [...attention(28, 1024, 16, 8, 128), ...gated(28, 1024, 3072), head(151936, 1024)],
    ...{ tied: true, published: 596_049_920, rest: 57 * 1024 + 28 * 2 * 128 },
  },
  'Qwen/Qwen3-1.7B': {
    matmuls: [...attention(28, 2048, 16, 8, 128), ...gated(28, 2048, 6144), head(151936, 2048)],
    ...{ tied: true, published: 1_720_574_976, rest: 57 * 2048 + 28 * 2 * 128 },
  },
  'Qwen/Qwen3-4B': {
    matmuls: [...attention(36, 2560, 32, 8, 128), ...gated(36, 2560, 9728), head(151936, 2560)],
    ...{ tied: true, published: 4_022_468_096, rest: 73 * 2560 + 36 * 2 * 128 },
  },
  'Qwen/Qwen3-30B-A3B': {
    matmuls: [...attention(48, 2048, 32, 4, 128), ...mixture(48, 2048, 768, 128, 8), head(151936, 2048)],
    ...{ published: 30_532_122_624, rest: 97 * 2048 + 48 * 2 * 128 },
  },
  'google/gemma-2b': {
    matmuls: [...attention(18, 2048, 8, 1, 256), ...gated(18, 2048, 16384), head(256000, 2048)],
    ...{ tied: true, published: 2_506_172_416, rest: 37 * 2048 },
  },
  'google/gemma-2-2b': {
    matmuls: [...attention(26, 2304, 8, 4, 256), ...gated(26, 2304, 9216), head(256000, 2304)],
    ...{ tied: true, published: 2_614_341_888, rest: (4 * 26 + 1) * 2304 },
  },
  'google/gemma-3-270m': {
    matmuls: [...attention(18, 640, 4, 1, 256), ...gated(18, 640, 2048), head(262144, 640)],
    ...{ tied: true, published: 268_098_176, rest: (4 * 18 + 1) * 640 + 18 * 2 * 256 },
  },
  'google/gemma-3-1b-pt': {
    matmuls: [...attention(26, 1152, 4, 1, 256), ...gated(26, 1152, 6912), head(262144, 1152)],
    ...{ tied: true, published: 999_885_952, rest: (4 * 26 + 1) * 1152 + 26 * 2 * 256 },
  },
  // The text model; its config writes out only what differs from the class.
  'google/gemma-3-4b-it': {
    matmuls: [...attention(34, 2560, 8, 4, 256), ...gated(34, 2560, 10240), head(262208, 2560)],
    // Of the whole, less the image tower (SigLIP: 27 layers of 1152) and what projects its 1152 to 2560.
    ...{
      tied: true,
      published:
        4_300_079_472 -
        27 * (4 * (1152 ** 2 + 1152) + 2 * 1152 * 4304 + 4304 + 1152 + 4 * 1152) -
        (14 * 14 * 3 * 1152 + 1152 + 4096 * 1152 + 2 * 1152) -
        (1152 * 2560 + 1152),
      rest: (4 * 34 + 1) * 2560 + 34 * 2 * 256,
    },
  },
  'microsoft/Phi-4-mini-instruct': {
    matmuls: [...attention(32, 3072, 24, 8, 128), ...gated(32, 3072, 8192), head(200064, 3072)],
    ...{ tied: true, published: 3_836_021_760, rest: 65 * 3072 },
  },
  'microsoft/phi-4': {
    matmuls: [...attention(40, 5120, 40, 10, 128), ...gated(40, 5120, 17920), head(100352, 5120)],
    ...{ published: 14_659_507_200, rest: 81 * 5120 },
  },
  'openai/gpt-oss-20b': {
    matmuls: [...attention(24, 2880, 64, 8, 64), ...mixture(24, 2880, 2880, 32, 4), head(201088, 2880)],
    // Norms, a logit for each head, and biases of attention, router and both matrices of every expert.
    ...{ published: 20_914_757_184, rest: 49 * 2880 + 24 * (64 + 5120 + 2880 + 32 + 32 * (5760 + 2880)) },
  },
  'deepseek-ai/DeepSeek-V2-Lite': {
    matmuls: [
      ...latent(27, 2048, 16, null),
      ...mixture(26, 2048, 1408, 64, 6),
      ...shared(26, 2048, 2 * 1408),
      ...dense(1, 2048, 10944),
      head(102400, 2048),
    ],
    ...{ published: 15_706_484_224, rest: 55 * 2048 + 27 * 512 },
  },
  'deepseek-ai/DeepSeek-V3': {
    matmuls: [
      ...latent(61, 7168, 128, 1536),
      ...mixture(58, 7168, 2048, 256, 8),
      ...shared(58, 7168, 2048),
      ...dense(3, 7168, 18432),
      head(129280, 7168),
    ],
    ...{ published: 671_026_419_200, rest: 123 * 7168 + 61 * (512 + 1536) + 58 * 256 },
  },
  'moonshotai/Kimi-K2-Instruct': {
    matmuls: [
      ...latent(61, 7168, 64, 1536),
      ...mixture(60, 7168, 2048, 384, 8),
      ...shared(60, 7168, 2048),
      ...dense(1, 7168, 18432),
      head(163840, 7168),
    ],
    ...{ published: 1_026_408_232_448, rest: 123 * 7168 + 61 * (512 + 1536) + 60 * 384 },
  },
  'meta-llama/Llama-4-Scout-17B-16E': {
    matmuls: [
      ...attention(48, 5120, 40, 8, 128),
      ...mixture(48, 5120, 8192, 16, 1),
      ...shared(48, 5120, 8192),
      head(202048, 5120),
    ],
    // Less 871 932 416 of the image tower and the projector.
    ...{ published: 108_641_793_536 - 871_932_416, rest: 97 * 5120 },
  },
  'meta-llama/Llama-4-Maverick-17B-128E': {
    matmuls: [
      ...attention(48, 5120, 40, 8, 128),
      ...mixture(24, 5120, 8192, 128, 1),
      ...shared(24, 5120, 8192),
      ...dense(24, 5120, 16384),
      head(202048, 5120),
    ],
    ...{ published: 400_711_848_960, rest: 97 * 5120 },
  },
  'zai-org/GLM-4-9B-0414': {
    matmuls: [...attention(40, 4096, 32, 2, 128), ...gated(40, 4096, 13696), head(151552, 4096)],
    ...{ published: 9_400_279_040, rest: (4 * 40 + 1) * 4096 + 40 * (32 + 2 + 2) * 128 },
  },
  'zai-org/GLM-4.5-Air': {
    matmuls: [
      ...attention(46, 4096, 96, 8, 128),
      ...mixture(45, 4096, 1408, 128, 8),
      ...shared(45, 4096, 1408),
      ...dense(1, 4096, 10944),
      head(151552, 4096),
    ],
    // Of PrimeIntellect/INTELLECT-3, which is this one without the layer that predicts a further token.
    ...{ published: 106_852_251_264, rest: 93 * 4096 + 46 * (96 + 8 + 8) * 128 + 45 * 128 },
  },
  'zai-org/GLM-4.6': {
    matmuls: [
      ...attention(92, 5120, 96, 8, 128),
      ...mixture(89, 5120, 1536, 160, 8),
      ...shared(89, 5120, 1536),
      ...dense(3, 5120, 12288),
      head(151552, 5120),
    ],
    // Without the layer that predicts a further token: attention, experts, and what joins two tokens.
    ...{
      published:
        356_785_898_816 -
        (((96 + 16) * 128 + 96 * 128) * 5120 + (160 + 161 * 3 * 1536) * 5120 + 2 * 5120 ** 2) -
        ((96 + 16) * 128 + 160 + 2 * 128 + 5 * 5120),
      rest: 185 * 5120 + 92 * ((96 + 8 + 8) * 128 + 2 * 128) + 89 * 160,
    },
  },
  'zai-org/GLM-4.7-Flash': {
    matmuls: [
      ...latent(47, 2048, 20, 768, 256, 192),
      ...mixture(46, 2048, 1536, 64, 4),
      ...shared(46, 2048, 1536),
      ...dense(1, 2048, 10240),
      head(154880, 2048),
    ],
  },
  'allenai/OLMo-2-0425-1B': {
    matmuls: [...attention(16, 2048, 16, 16, 128), ...gated(16, 2048, 8192), head(100352, 2048)],
    ...{ published: 1_484_916_736, rest: (4 * 16 + 1) * 2048 },
  },
  'allenai/OLMo-2-1124-7B': {
    matmuls: [...attention(32, 4096, 32, 32, 128), ...gated(32, 4096, 11008), head(100352, 4096)],
    ...{ published: 7_298_617_344, rest: (4 * 32 + 1) * 4096 },
  },
  'HuggingFaceTB/SmolLM3-3B': {
    matmuls: [...attention(36, 2048, 16, 4, 128), ...gated(36, 2048, 11008), head(128256, 2048)],
    ...{ tied: true, published: 3_075_098_624, rest: 73 * 2048 },
  },
  'MiniMaxAI/MiniMax-M2': {
    matmuls: [...attention(62, 3072, 48, 8, 128), ...mixture(62, 3072, 1536, 256, 8), head(200064, 3072)],
    ...{ published: 228_689_764_864, rest: 125 * 3072 + 62 * (56 * 128 + 256) },
  },
  'baidu/ERNIE-4.5-0.3B-PT': {
    matmuls: [...attention(18, 1024, 16, 2, 128), ...gated(18, 1024, 3072), head(103424, 1024)],
    ...{ tied: true, published: 360_748_032, rest: 37 * 1024 },
  },
  'baidu/ERNIE-4.5-21B-A3B-PT': {
    matmuls: [
      ...attention(28, 2560, 20, 4, 128),
      ...mixture(27, 2560, 1536, 64, 6),
      ...shared(27, 2560, 2 * 1536),
      ...dense(1, 2560, 12288),
      head(103424, 2560),
    ],
    tied: true,
  },
  'tencent/Hunyuan-7B-Instruct': {
    matmuls: [...attention(32, 4096, 32, 8, 128), ...gated(32, 4096, 14336), head(128167, 4096)],
    ...{ tied: true },
  },
  'tencent/Hunyuan-A13B-Instruct': {
    matmuls: [
      ...attention(32, 4096, 32, 8, 128),
      ...mixture(32, 4096, 3072, 64, 8),
      ...shared(32, 4096, 3072),
      head(128167, 4096),
    ],
    tied: true,
  },
  'ibm-granite/granite-3.3-2b-base': {
    matmuls: [...attention(40, 2048, 32, 8, 64), ...gated(40, 2048, 8192), head(49159, 2048)],
    ...{ tied: true, published: 2_533_539_840, rest: 81 * 2048 },
  },
  'ibm-granite/granite-3.1-1b-a400m-base': {
    matmuls: [...attention(24, 1024, 16, 8, 64), ...mixture(24, 1024, 512, 32, 8), head(49152, 1024)],
    ...{ tied: true, published: 1_334_628_352, rest: 49 * 1024 },
  },
  'ByteDance-Seed/Seed-OSS-36B-Base': {
    matmuls: [...attention(64, 5120, 80, 8, 128), ...gated(64, 5120, 27648), head(155136, 5120)],
    ...{ published: 36_151_104_512, rest: 129 * 5120 + 64 * (80 + 8 + 8) * 128 },
  },
  'google-bert/bert-base-uncased': {
    matmuls: [
      ...attention(12, 768, 12, 12, 64),
      ...plain(12, 768, 3072),
      ['head_dense', 768, 768, 1],
      head(30522, 768),
    ],
    // The encoder without its pooler, and the masked-word head: biases, norms, positions and the two segments.
    ...{
      tied: true,
      published: 109_514_298,
      rest: 12 * (4 * 768 + 3072 + 768 + 4 * 768) + (512 + 2 + 2) * 768 + 3 * 768 + 30522,
    },
  },
  'sentence-transformers/all-MiniLM-L6-v2': {
    matmuls: [...attention(6, 384, 12, 12, 32), ...plain(6, 384, 1536)],
    // Words, positions and segments are tables alone; the pooler (384² and a bias) is left out.
    ...{
      published: 22_713_216 - 384 * 385,
      rest: (30522 + 512 + 2 + 2) * 384 + 6 * (4 * 384 + 1536 + 384 + 4 * 384),
    },
  },
  'openai-community/gpt2': {
    matmuls: [...attention(12, 768, 12, 12, 64), ...plain(12, 768, 3072), head(50257, 768)],
    ...{ tied: true, published: 124_439_808, rest: 12 * (4 * 768 + 3072 + 768 + 4 * 768) + (1024 + 2) * 768 },
  },
};
