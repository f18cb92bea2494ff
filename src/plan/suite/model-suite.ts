import type { Model } from '../model/model.ts';
import { parseSuite, type Suite } from './parse.ts';

const BATCHES = [1, 16];
const SEQUENCE = 512;

/** The suite of a model name: a short prefill, and decoding unless it is an encoder. */
export function suiteOfModel(model: Model): Suite {
  const { name, title, causal, max_position: longest = SEQUENCE } = model;
  const phases = {
    ...(causal && { decode: { batch: BATCHES } }),
    prefill: { batch: 1, sequence: Math.min(SEQUENCE, longest) },
  };
  const suite = { name, description: `Every matmul of ${title ?? name}.`, models: [name], phases };
  return parseSuite(JSON.stringify(suite), `model ${name}`, () => new Map([[name, model]]));
}
