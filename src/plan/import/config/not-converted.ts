import type { MatmulModules } from './modules.ts';

/** Lists of modules in `quantization_config`, in the three ways that programs match them. */

/**
 * - `components`: a name covers every module whose path holds it as whole components (`self_attn`, `model.layers.0.mlp.gate`)
 * - `patterns`: a whole name, or a regular expression after `re:`
 * - `globs`: shell patterns on the whole name
 */
export type Names = 'components' | 'patterns' | 'globs';

/** What stands before `layers.0…` and `lm_head` in checkpoints. */
const PREFIXES = ['', 'model.', 'language_model.', 'language_model.model.', 'model.language_model.', 'transformer.'];

/** Modules of checkpoints that are no matmul here. */
const ELSEWHERE =
  /embed|norm|vision|visual|vit|audio|projector|mtp|eh_proj|shared_head|rotary|score_correction|moe_statics|patch|shared_expert_gate|conv/;

/** Whether a list names a module. Names of the list that fit nothing known are refused. */
export function nameList(
  list: readonly unknown[],
  kind: Names,
  matmuls: readonly MatmulModules[],
  refuse: (reason: string, index: number) => void,
): (module: string) => boolean {
  const known = matmuls.flatMap(({ modules }) => modules);
  const layers = layerCount(known);
  const matchers = list.map((entry, i) => {
    const matches = matcher(String(entry), kind);
    const isKnown = matmuls.length === 0 || known.some(matches) || isElsewhere(String(entry), layers);
    if (!isKnown) refuse(`"${String(entry)}" names no module that is known here`, i);
    return matches;
  });
  return (module) => matchers.some((matches) => matches(module));
}

function matcher(entry: string, kind: Names): (module: string) => boolean {
  const regex = regexOf(entry, kind);
  return (module) => PREFIXES.some((prefix) => regex.test(prefix + module));
}

function regexOf(entry: string, kind: Names): RegExp {
  if (kind === 'patterns' && entry.startsWith('re:')) return new RegExp(`^(?:${entry.slice(3)})`);
  const literal = entry
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(kind === 'components' ? `(^|\\.)${literal}(\\.|$)` : `^${literal}$`);
}

function layerCount(modules: readonly string[]): number {
  return 1 + Math.max(-1, ...modules.map((module) => Number(/^layers\.(\d+)\./.exec(module)?.[1] ?? -1)));
}

/** Embeddings, norms, towers of other inputs, and layers beyond the last: those that predict further tokens. */
function isElsewhere(entry: string, layers: number): boolean {
  const layer = /layers\.(\d+)\b/.exec(entry)?.[1];
  return ELSEWHERE.test(entry) || (layer !== undefined && Number(layer) >= layers);
}
