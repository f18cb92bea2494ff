import { mxfp4 } from '../../gemm/formats/mxfp4.ts';
import { scaleBytes } from '../../gemm/formats/scale.ts';
import { hasBias, type Model, parameterCount } from '../../predict/explain-model.ts';
import { modelMemory } from '../../predict/memory.ts';
import { weightBytes } from '../../predict/ratio.ts';
import { bytes, grouped, share } from '../si.ts';
import type { Riddle } from './riddles.ts';

export function formatAnswers(model: Model): Riddle[] {
  return [scale(), bias(model), fourBits(model)];
}

function scale(): Riddle {
  const { block } = mxfp4.scale;
  const [scaleBits, codeBits] = [8 * scaleBytes(mxfp4.scale), mxfp4.bits];
  return {
    claim: 'What is ue8?',
    truth: `UE8M0: unsigned, 8 exponent bits, no mantissa, the block scale that the OCP specification calls E8M0. Byte b means 2^(b − 127), 255 is NaN. One serves ${block} weights: ${block * codeBits + scaleBits} bits for ${block}, ${(block * codeBits + scaleBits) / block} each.`,
  };
}

function bias(model: Model): Riddle {
  const { d_ff, hidden, experts } = model;
  const parts = (['attention', 'router', 'experts', 'lm_head'] as const).map(
    (part) => `${part} ${hasBias(model, part) ? 'yes' : 'no'}`,
  );
  return {
    claim: 'Which bias is the "MLP bias"?',
    truth: `Both: every expert adds ${grouped(2 * d_ff)} before the gate and ${grouped(hidden)} after the down-projection, ${grouped((experts?.total ?? 1) * (2 * d_ff + hidden))} a layer. Biases: ${parts.join(', ')}; ${(parameterCount(model).biases / 1e6).toFixed(1)} M in all, stored in bf16.`,
  };
}

function fourBits(model: Model): Riddle {
  const weights = weightBytes(model);
  const { expertShare } = parameterCount(model);
  const { weightBytesPerToken } = modelMemory(model);
  const per = weights.map(({ format, perToken }) => `${bytes(perToken)} in ${format}`).join(' and ');
  const bandwidth = 4.8e12;
  return {
    claim: 'A model that is FP4 first',
    truth: `Only the experts are, ${share(expertShare)} of the weights in matmuls; attention, router, embedding and lm_head are bf16, as are activations. Decoding one token of one sequence reads ${per}, ${bytes(weightBytesPerToken)} together: at least ${((weightBytesPerToken / bandwidth) * 1e3).toFixed(2)} ms at 4.8 TB/s.`,
  };
}
