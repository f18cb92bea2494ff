import type { ElementFormat } from '../../../gemm/problem.ts';
import type { Architecture } from './architecture.ts';
import type { Fields } from './fields.ts';
import { matmulModules } from './modules.ts';
import type { ModelText } from './parts.ts';
import { storageOf } from './quantization.ts';

/** What the checkpoint stores each part of a model in. */

interface Layers {
  readonly layers: number;
  readonly sparse: readonly boolean[];
}

/** @param own the format that the model computes in */
export function weightsOf(
  fields: Fields,
  architecture: Architecture,
  { layers, sparse, experts, mla, vocab }: Pick<ModelText, 'experts' | 'mla' | 'vocab'> & Layers,
  own: ElementFormat,
): ModelText['weights'] {
  const name = fields.has('quantization_config') ? 'quantization_config' : 'quantization';
  const config = fields.take(name);
  fields.take('quantization');
  if (config === undefined) return own;
  const matmuls = matmulModules(architecture, {
    layers,
    sparse: sparse.flatMap((isSparse, layer) => (isSparse ? [layer] : [])),
    hasSharedExperts: (experts?.shared ?? 0) > 0,
    hasLowRankQueries: typeof mla?.q_lora_rank === 'number',
  }).filter(({ key }) => key !== 'lm_head' || vocab !== undefined);
  const storage = storageOf(fields, name, config, matmuls);
  if (storage === undefined) return own;
  const stored = matmuls.map(({ key, modules }) => {
    const formats = [...new Set(modules.map((module) => storage.formatOf(module) ?? own))];
    if (formats.length > 1)
      fields.refuse(name, 'weights', `stores ${key} in ${formats.join(' and ')}, by layer or matrix`);
    return [key, formats[0] ?? own] as const;
  });
  return compact(stored, own);
}

/** The most common format as the default, the others by part. */
function compact(
  stored: readonly (readonly [key: string, format: string])[],
  own: ElementFormat,
): ModelText['weights'] {
  const formats = stored.map(([, format]) => format);
  const counts = (format: string) => formats.filter((one) => one === format).length;
  const usual = [...new Set([own, ...formats])].sort((one, other) => counts(other) - counts(one))[0] ?? own;
  const others = Object.fromEntries(stored.filter(([, format]) => format !== usual));
  const named = Object.keys(others).length > 0 ? { default: usual, ...others } : usual;
  return named as ModelText['weights'];
}
