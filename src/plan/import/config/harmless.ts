/** Fields of config.json that change no matmul: positions, norms, scales, tokens, training, and what tools leave behind. */

const NAMES = new Set(
  [
    // The file and who made it.
    '_name_or_path name_or_path transformers_version auto_map tokenizer_class model_name finetuning_task revision',
    '_commit_hash is_llama_config _attn_implementation attn_implementation _attn_implementation_autoset _experts_implementation',
    'use_flash_attn use_flash_attention fuse_rms_norm fuse_swiglu use_fused_rope for_llm_compressor',
    // Tokens, outputs, generation.
    'use_cache return_dict return_dict_in_generate is_encoder_decoder output_attentions output_hidden_states',
    'output_router_logits num_logits_to_keep id2label label2id num_labels problem_type task_specific_params',
    'use_return_dict torchscript max_length min_length do_sample early_stopping num_beams temperature top_k top_p',
    'typical_p repetition_penalty length_penalty no_repeat_ngram_size encoder_no_repeat_ngram_size num_return_sequences',
    'num_beam_groups diversity_penalty remove_invalid_values suppress_tokens begin_suppress_tokens bad_words_ids',
    'forced_bos_token_id forced_eos_token_id prefix use_bfloat16 tf_legacy_loss keys_to_ignore_at_inference',
    // Positions, and how long a sequence may be.
    'max_sequence_length max_model_len model_max_length max_seq_len seq_length n_ctx initial_context_length',
    'no_rope_layers no_rope_layer_interval attn_temperature_tuning floor_scale attn_scale original_max_position_embeddings',
    'position_embedding_type partial_rotary_factor type_vocab_size interpolate_factor use_rotary_pos_emb',
    'scale_attn_weights scale_attn_by_inverse_layer_idx reorder_and_upcast_attn compression_ratio freq_allocation',
    // Activations, norms, scales of values.
    'hidden_act hidden_activation activation_function afn layer_norm_type norm_type qk_norm use_qk_norm qk_norm_type',
    'attn_logit_softcapping final_logit_softcapping query_pre_attn_scalar attention_multiplier embedding_multiplier',
    'qk_layernorm logits_scaling residual_multiplier residual_dropout swiglu_limit mscale cache_implementation normalization_function',
    'use_swiglu normalize_input use_dual_chunk_attention attention_scale',
    // Which experts a token gets, not how many.
    'norm_topk_prob topk_method scoring_func score_function n_group topk_group routed_scaling_factor moe_norm_min',
    'router_aux_loss_coef router_z_loss_coef router_jitter_noise aux_loss_alpha seq_aux ep_size expert_parallel',
    'moe_use_aux_free moe_gate moe_gate_act moe_aux_loss_lambda moe_capacity moe_dropout_prob moe_drop_tokens',
    'moe_random_routing_dropped_token moe_orthogonal_loss_lambda moe_group moe_layer_feed_fake_token capacity_factor',
    'use_routing_bias moe_router_enable_expert_bias moe_use_hard_gate global_aux_loss moe_z_loss_lambda moe_all_to_all_dropout',
    'moe_multimodal_dispatch_use_allgather moe_with_send_router_loss moe_reverse_token_drop sinkhorn_2gate sinkhorn_temp',
    // Training.
    'pretraining_tp pretraining_sequence_length gradient_checkpointing initializer_factor seed loss_subbatch_seqlen',
    'use_recompute sequence_parallel use_sparse_head_and_loss_fn fuse_linear fuse_ffn fuse_attn_ffn weight_share_add_bias',
  ].flatMap((line) => line.split(' ')),
);

const PATTERNS = [
  /_token_(id|index|ids)$/,
  /^(bos|eos|pad|unk|sep|cls|mask)_token$/,
  /^(rope|rotary|yarn)_/,
  /_(dropout|pdrop|dropout_prob|dropout_rate)$/,
  /^(dropout|classifier_dropout|embd_pdrop)/,
  /(^|_)(eps|epsilon)$/,
  /^(initializer|init)_(range|std|method|cutoff_factor)/,
  /^layernorm_\w+_(alpha|beta)$/,
  /^(summary|unsloth)_/,
  /^transformers\.js_config$/,
];

export function isHarmless(name: string): boolean {
  return NAMES.has(name) || PATTERNS.some((pattern) => pattern.test(name));
}

/** What fields of a name are about, so that a refusal says more than that nobody knows them. */
const KINDS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [
    /^linear_(num|key|value|conv|attn)|^full_attention_interval$|^(kda|gdn|lightning)_|^attn_type_list$/,
    'linear attention',
  ],
  [
    /^(mamba|ssm|time_step)_|^(state_size|conv_kernel|conv_L_cache|d_conv|d_state)$|^hybrid_/,
    'state-space or convolution layers',
  ],
  [/^index_/, 'an indexer that chooses keys'],
  [/^(altup|laurel)_|_per_layer_input$|^num_kv_shared_layers$/, 'per-layer inputs and shared keys'],
  [/^(cross_attention|add_cross_attention|encoder_)/, 'cross-attention'],
  [/^(use_cla|cla_)/, 'layers that share keys'],
];

export function kindOf(name: string): string | undefined {
  return KINDS.find(([pattern]) => pattern.test(name))?.[1];
}
