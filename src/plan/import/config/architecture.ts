import type { Values } from './fields.ts';

/** What a config.json of one architecture means: which fields hold what, and what its code does that no field says. */

/** Decided by the architecture, or by a field of a config, with what it is where the field is absent, if anybody knows. */
export type Flag = boolean | { readonly field: string; readonly usual?: boolean };

/**
 * Which layers attend to a window of keys only.
 * - `never`; `every` one where `sliding_window` is a number
 * - `types`: as `layer_types` says, and none without it
 * - `even`: those of even index; `pattern`: all but every n-th (`sliding_window_pattern`)
 * - `after`: those from `max_window_layers` on, where `use_sliding_window` is true
 * - `chunked`: those with positions, in chunks (Llama 4)
 */
export type WindowRule = 'never' | 'every' | 'types' | 'even' | 'pattern' | 'after' | 'chunked';

/**
 * Which layers have experts.
 * - `all` of them
 * - `first`: all but the first `first_k_dense_replace`
 * - `step`: every `decoder_sparse_step`-th that is not among `mlp_only_layers`
 * - `interleaved`: `moe_layers`, or every `interleave_moe_layer_step`-th
 * - `range`: from `moe_layer_start_index` to `moe_layer_end_index`, at `moe_layer_interval`
 */
export type SparseRule = 'all' | 'first' | 'step' | 'interleaved' | 'range';

export interface ExpertFields {
  readonly total: string;
  /** The first of these that the config has. */
  readonly active: readonly string[];
  /** The width of one expert. Without such a field in the config it is `or`, where that is named. */
  readonly width: string;
  readonly or?: string;
  readonly sparse: SparseRule;
  /** How many experts every token uses: a field, or a number that the code fixes. */
  readonly shared?: { readonly field: string; readonly usual?: number } | number;
  /** Field with the width of the MLP that shared experts make, where it is no multiple of an expert's. */
  readonly sharedWidth?: string;
  readonly sharedGate?: true;
}

/** Matrices of a layer by what they are, as `quantization_config` names them: those of one expert stand for all. */
export type Modules = Readonly<Record<'qkv_proj' | 'mlp' | 'experts' | 'shared' | 'router', readonly string[]>>;

export interface Architecture {
  /** What the names of its classes begin with: `Llama` for `LlamaForCausalLM`. */
  readonly classes: readonly string[];
  /** Its names of common fields, where they are others. */
  readonly names?: Readonly<Record<string, string>>;
  readonly attention: 'grouped' | 'latent' | 'other';
  /** Head dimension where the config does not say it; else hidden / heads. */
  readonly headDim?: number;
  /** Whether a config without `num_key_value_heads` has one for each query head. */
  readonly keyPerQuery?: true;
  readonly bias: {
    readonly qkv: Flag;
    readonly o: Flag;
    readonly mlp: Flag;
    readonly router?: Flag;
    readonly lm_head?: Flag;
  };
  readonly tied: boolean;
  readonly window: WindowRule;
  /** Kinds of `layer_types` that are full attention by another name. */
  readonly full?: readonly string[];
  readonly gated?: false;
  readonly causal?: false;
  readonly experts?: ExpertFields;
  /** Whether it is a dense model where it has no experts. */
  readonly expertsOptional?: true;
  /** Field with the width of layers without experts, where it is not `intermediate_size`. */
  readonly denseWidth?: string;
  /** Its modules where they are called otherwise than Llama's and Qwen's. */
  readonly modules?: Partial<Modules>;
  /** What its class has where a config does not write a field. */
  readonly absent?: Values;
  /** Likewise, in a config that is part of another one: such a part holds differences from the class only. */
  readonly absentInPart?: Values;
  /**
   * Fields that make other matmuls unless they, or all in their list, have one of these values. They may be off too, unless they
   * must be true.
   */
  readonly must?: Readonly<Record<string, readonly unknown[]>>;
  /** Fields that its code does not read, or that repeat others. */
  readonly unread?: readonly string[];
}
