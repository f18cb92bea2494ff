import type { ModelGemm } from './pass.ts';

/**
 * The two GEMMs of a backward pass. Forward y[m,n] = x[m,k]·B:
 * - dgrad dx[m,k] = dy[m,n]·Bᵀ: B is read the other way round, so nt becomes nn and nn becomes nt;
 * - wgrad dB = dyᵀ·x (B stored [n,k]) or xᵀ·dy (B stored [k,n]): layout tn, reduced over the rows.
 * When B is no weight (attention), its gradient is named wgrad all the same.
 */
export function gradients(forward: ModelGemm): readonly [ModelGemm, ModelGemm] {
  return [inputGradient(forward), weightGradient(forward)];
}

function inputGradient(forward: ModelGemm): ModelGemm {
  const { kSharded: _, nSharded: __, ...rest } = forward;
  const layout = forward.layout === 'nn' ? 'nt' : 'nn';
  return { ...rest, name: derived(forward.name, 'dgrad'), n: forward.k, k: forward.n, layout, bias: false };
}

function weightGradient(forward: ModelGemm): ModelGemm {
  const { group, kSharded: _, nSharded: __, ...rest } = forward;
  const touched = group?.groups.rows.filter((rows) => rows > 0).length ?? 0;
  const [m, n] = forward.layout === 'nn' ? [forward.k, forward.n] : [forward.n, forward.k];
  const gradient = { ...rest, name: derived(forward.name, 'wgrad'), part: 'activations', m, n, layout: 'tn' } as const;
  if (group === undefined) return { ...gradient, k: forward.m, bias: false };
  // A reduction whose length differs by expert has no uniform shape: every expert gets the mean, rounded up.
  const k = Math.ceil(forward.m / touched);
  const note = `weight gradients of the ${touched} experts with tokens, each over their mean of ${k} rows`;
  return { ...gradient, batch: touched, k, bias: false, note };
}

/** `qkv_proj@tp4` → `qkv_proj.dgrad@tp4`. */
function derived(name: string, suffix: string): string {
  const [base, ...rank] = name.split('@');
  return [`${base}.${suffix}`, ...rank].join('@');
}
