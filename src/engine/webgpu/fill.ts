/** Fills operand set 0 on the device, bit-equal to gemm's `packOperands`. */
import { keysOf, RANGES, TENSORS, type Tensor } from '../../gemm/generator.ts';
import type { ActivationFormat } from '../../gemm/problem.ts';
import { matrices, rows } from '../../gemm/shape.ts';
import { EngineError, type OperandsRequest } from '../port.ts';
import type { ElementwisePrograms } from './elementwise.ts';
import { denseFillCode } from './fill-code.ts';
import type { OperandSet } from './operands.ts';

/** Returns the tensor scale. */
export async function fillOperands(
  programs: ElementwisePrograms,
  request: OperandsRequest,
  set: OperandSet,
): Promise<number> {
  const { problem } = request;
  const { n, k } = problem.shape;
  const { a, w } = problem.format;
  const columns = matrices(problem) * n;
  await fillDense(programs, request, 'a', a, rows(problem) * k, set);
  if (problem.bias) await fillDense(programs, request, 'bias', 'f32', columns, set);
  if (w !== 'f32' && w !== 'f16' && w !== 'bf16') throw new EngineError('unsupported', `cannot fill ${w} yet`);
  await fillDense(programs, request, 'b', w, columns * k, set);
  return 1;
}

async function fillDense(
  programs: ElementwisePrograms,
  { seed, distribution }: OperandsRequest,
  tensor: Tensor,
  format: ActivationFormat,
  elements: number,
  set: OperandSet,
): Promise<void> {
  const buffer = set.get(tensor);
  if (buffer === undefined) return;
  const words = buffer.size / 4;
  const uniform = [words, elements, ...keysOf(seed, TENSORS[tensor]), RANGES[distribution].exponent];
  const code = denseFillCode(format, distribution);
  await programs.run({ name: `fill ${tensor}`, code, items: words, uniform, buffers: [buffer] });
}
