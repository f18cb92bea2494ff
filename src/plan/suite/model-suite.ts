import type { Model } from '../model/model.ts';
import { parseSuite, type Suite } from './parse.ts';

const BATCHES = [1, 16];
const SEQUENCE = 512;

/** The phases of a model for which none are given: a short prefill, and decoding unless it is an encoder. */
export function usualPhases({
  causal = true,
  max_position: longest = SEQUENCE,
}: {
  readonly causal?: boolean | undefined;
  readonly max_position?: number | undefined;
}) {
  return {
    ...(causal && { decode: { batch: BATCHES } }),
    prefill: { batch: 1, sequence: Math.min(SEQUENCE, longest) },
  };
}

/** The suite that a model's name stands for. */
export function suiteOfModel(model: Model): Suite {
  const { name, title } = model;
  const suite = { name, description: `Every matmul of ${title ?? name}.`, models: [name], phases: usualPhases(model) };
  return parseSuite(JSON.stringify(suite), `model ${name}`, () => new Map([[name, model]]));
}
