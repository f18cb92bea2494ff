import { receptiveField } from '../../predict/attention.ts';
import type { Model, Models } from '../../predict/explain-model.ts';
import { HEAD_DIM_COEFFICIENTS, headDimBound, longestFor } from '../../predict/head-dim.ts';
import { grouped } from '../si.ts';
import type { Riddle } from './riddles.ts';

const bound = (n: number) => headDimBound(n).toFixed(2);
const misread = (n: number) => headDimBound(n, { logarithm: 'log2' }).toFixed(2);

export function attentionAnswers(model: Model, known: Models): Riddle[] {
  const window = model.window?.size ?? 0;
  return [
    headDimension(model, window),
    coefficient(),
    windowArgument(model),
    field(model),
    sinks(model),
    longContext(model),
    ...latent(known.get('deepseek-v3')),
  ];
}

function headDimension({ head_dim }: Model, window: number): Riddle {
  return {
    claim: `A head must be wider than 8.33 log N: ${misread(4096)} for N = 4096 makes it 128, ${misread(window)} for N = ${window} makes it 64`,
    truth: `The logarithm is natural; these are log2 figures. 8.33 ln N gives ${bound(4096)} for 4096 and ${bound(window)} for ${window}: a head of ${head_dim} is just short for 4096, 128 is far above, and for a window of ${window} the bound is not "just under 64" but ${bound(window)}. A head of ${head_dim} satisfies it up to N = ${grouped(Math.floor(longestFor(head_dim)))}. The author's own examples show the natural logarithm: ${headDimBound(1e5).toFixed(1)} ("about 96") for 100,000, ${headDimBound(5e6).toFixed(1)} ("about 128") for 5,000,000, ${headDimBound(512).toFixed(1)} ("about 52") for 512.`,
  };
}

function coefficient(): Riddle {
  const { fraction, unrounded } = HEAD_DIM_COEFFICIENTS;
  return {
    claim: 'Where does 8.33 come from?',
    truth: `It is 2/0.24 = ${fraction.toFixed(4)}, where 0.24 rounds ½ ln φ = ${(2 / unrounded).toFixed(6)}, φ the golden ratio; unrounded it is 4/ln φ = ${unrounded.toFixed(4)}. It was derived for word vectors, with N the size of the vocabulary; a sequence length in its place is an analogy.`,
  };
}

function windowArgument({ layers, window, max_position = 0, head_dim }: Model): Riddle {
  const sliding = window?.layers ?? 0;
  const size = window?.size ?? 0;
  return {
    claim: `The sliding window of ${size} explains head_dim ${head_dim}`,
    truth: `Only every second layer slides: ${sliding} of ${layers}, those with an even index. The other ${layers - sliding} attend to up to ${grouped(max_position)} keys, for which the same rule asks for ${headDimBound(max_position).toFixed(1)} > ${head_dim}. The argument fails on its own terms.`,
  };
}

function field({ layers, window, max_position = 0 }: Model): Riddle {
  const size = window?.size ?? 0;
  const stack = { layers, window: size, context: max_position };
  const allSliding = receptiveField({ ...stack, slidingLayers: layers });
  const real = receptiveField({ ...stack, slidingLayers: window?.layers ?? 0 });
  return {
    claim: `${size} × ${layers} layers = ${grouped(size * layers)} tokens of receptive field`,
    truth: `A window of ${size} counts the token itself, so a layer reaches ${size - 1} further: ${layers} sliding layers would see ${layers}·${size - 1} + 1 = ${grouped(allSliding)}. The real network has ${layers - (window?.layers ?? 0)} full layers, so it sees all ${grouped(real)}.`,
  };
}

function sinks({ heads, layers, experts }: Model): Riddle {
  return {
    claim: 'Attention sinks concatenate extra keys and values; "sink token = 4"',
    truth: `No keys or values are added, and no matmul. Each query head learns one logit (${heads} per layer, ${grouped(heads * layers)} in all) that joins the softmax and is then dropped: it only enlarges the denominator. The ${experts?.active ?? 4} is the number of experts a token is sent to.`,
  };
}

const YARN = { theta: 150_000, factor: 32, original: 4096 } as const;

function longContext({ max_position = 0 }: Model): Riddle {
  const concentration = 0.1 * Math.log(YARN.factor) + 1;
  return {
    claim: 'Long context by NTK scaling',
    truth: `YaRN, which is NTK by parts: theta ${grouped(YARN.theta)}, factor ${YARN.factor} from ${grouped(YARN.original)} to ${grouped(YARN.original * YARN.factor)}${YARN.original * YARN.factor === max_position ? '' : ` (used up to ${grouped(max_position)})`}, beta 32 and 1, attention scaled by 0.1·ln ${YARN.factor} + 1 = ${concentration.toFixed(4)}.`,
  };
}

function latent(deepseek: Model | undefined): Riddle[] {
  if (deepseek?.mla === undefined) return [];
  const { qk_nope_head_dim: nope, qk_rope_head_dim: rope, v_head_dim: value, kv_lora_rank: rank } = deepseek.mla;
  return [
    {
      claim: 'DeepSeek’s latent attention has a head dimension of 256',
      truth: `Queries and keys have ${nope + rope} = ${nope} + ${rope} rotary, values ${value}. Absorbed, as when decoding, it multiplies ${rank + rope} for scores and ${rank} for values.`,
    },
  ];
}
