import type { Architecture } from '../architecture.ts';
import { attentionBias, type Family, threeOf } from './shared.ts';

const hunyuan: Architecture = {
  classes: ['HunYuanDenseV1'],
  attention: 'grouped',
  keyPerQuery: true,
  bias: { qkv: attentionBias, o: attentionBias, mlp: false },
  tied: false,
  window: 'never',
  must: { mlp_bias: [], use_mla: [], use_cla: [], add_classification_head: [], sliding_window: [] },
  // Of classification heads, latent attention, shared keys and image towers that these models have not.
  unread: [
    ...[
      'attention_head_dim',
      'cla_share_factor',
      'class_num',
      'pool_type',
      'mask_init_id',
      'num_media_embeds',
      'dense_list',
    ],
    ...['org_vocab_size', 'q_lora_rank', 'kv_lora_rank', 'qk_rope_head_dim', 'qk_nope_head_dim', 'v_head_dim'],
    ...['im_start_id', 'im_end_id', 'im_newline_id', 'text_start_id', 'text_end_id', 'enable_lm_head_fp32'],
    ...[
      'vit_type',
      'vit_path',
      'anyres_pooling_size',
      'anyres_vit_max_image_size',
      'anyres_vit_two_views',
      'skip_cls_token',
    ],
    ...[
      'vit_add_patchemb_bias',
      'vit_input_resolution',
      'vit_mapping_type',
      'vit_norm_type',
      'vit_patch',
      'tie_embeddings',
    ],
    ...['vit_remove_prenorm', 'vit_token', 'vit_used_rms_norm', 'xattn_cls_token', 'position_embedding_xdrope'],
  ],
};

export const HUNYUAN: Family = {
  hunyuan_v1_dense: hunyuan,
  hunyuan_v1_moe: {
    ...hunyuan,
    classes: ['HunYuanMoEV1'],
    must: { ...hunyuan.must, moe_layer_num_skipped: [], use_mixed_mlp_moe: [true] },
    experts: {
      total: 'num_experts',
      active: ['moe_topk'],
      width: 'moe_intermediate_size',
      or: 'intermediate_size',
      shared: { field: 'num_shared_expert', usual: 1 },
      sparse: 'all',
    },
    modules: { shared: threeOf('mlp.shared_mlp'), router: ['mlp.gate.wg'] },
  },
};
