/** From WGSL text to a compute pipeline, with the compiler's own message, line and source line when it fails. */
import type { Program } from '../../kernel/program.ts';
import { EngineError } from '../port.ts';
import { type Device, messageOf } from './device.ts';

export interface ComputeRequest {
  /** Names the program in messages. */
  readonly label: string;
  readonly code: string;
  /** Where it is written, if it is a kernel's. */
  readonly written?: Program['written'];
  /** Default `main`. */
  readonly entryPoint?: string;
  readonly layout: GPUPipelineLayout | 'auto';
}

export interface CompiledPipeline {
  readonly pipeline: GPUComputePipeline;
  /** Seconds from the text to the pipeline: parsing, validation, and the driver's compiler where it runs now. */
  readonly seconds: number;
}

/** @throws EngineError `compile-error` with line, column and the line's text */
export async function compile(
  device: Device,
  { label, code, written, layout, entryPoint = 'main' }: ComputeRequest,
): Promise<CompiledPipeline> {
  device.check();
  const begin = performance.now();
  // An invalid module causes an error in addition to the rejected pipeline; the scope prevents a second report.
  device.gpu.pushErrorScope('validation');
  const module = device.gpu.createShaderModule({ label, code });
  const moduleError = device.gpu.popErrorScope();
  try {
    const compute = { module, entryPoint };
    const pipeline = await device.gpu.createComputePipelineAsync({ label, layout, compute });
    device.keep(pipeline);
    return { pipeline, seconds: (performance.now() - begin) / 1e3 };
  } catch (error) {
    device.check();
    const details = await describe(module, code, written);
    throw new EngineError('compile-error', `${label}: ${details ?? messageOf(error)}`);
  } finally {
    await moduleError.catch(() => null);
  }
}

/** What the WGSL compiler refuses, in the words of `compile`, without asking the driver; null if nothing. */
export async function textFault(
  device: Device,
  { label, code, written }: Pick<ComputeRequest, 'label' | 'code' | 'written'>,
): Promise<string | null> {
  device.check();
  device.gpu.pushErrorScope('validation');
  const module = device.gpu.createShaderModule({ label, code });
  await device.gpu.popErrorScope();
  const details = await describe(module, code, written);
  return details && `${label}: ${details}`;
}

/** The first error of the WGSL compiler; null if a later stage failed. */
async function describe(
  module: GPUShaderModule,
  code: string,
  written: ComputeRequest['written'],
): Promise<string | null> {
  const { messages } = await module.getCompilationInfo();
  const first = messages.find(({ type }) => type === 'error');
  if (first === undefined) return null;
  const source = code.split('\n')[first.lineNum - 1]?.trim();
  const place = placeOf(first.lineNum, written);
  return `${place}:${first.linePos}: ${first.message}${source ? `\n  ${source}` : ''}`;
}

/** The line in the kernel's file, or of the program if it is in what the harness put before the kernel. */
function placeOf(line: number, written: ComputeRequest['written']): string {
  if (written === undefined || line <= written.prelude) return `line ${line}`;
  return `${written.file}:${written.line + line - written.prelude - 1}`;
}
