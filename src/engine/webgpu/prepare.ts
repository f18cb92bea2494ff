/** Binds a program to operands and an output of its own. */
import { rows } from '../../gemm/shape.ts';
import { BINDINGS, type Binding, type Program } from '../../kernel/program.ts';
import { type Difference, EngineError, type Point, type Prepared, type Probe } from '../port.ts';
import { compile } from './compile.ts';
import type { Device } from './device.ts';
import type { ElementwisePrograms } from './elementwise.ts';
import { type LaunchableParts, type PassTimer, PipelineLaunchable, requireDispatchable } from './launch.ts';
import type { DeviceOperands } from './operands.ts';
import { Output, type OutputShape, outputBytes } from './output.ts';
import { COMPUTE_STAGE, USAGE } from './usage.ts';

/** What every prepared thing of a session shares. */
export interface Workbench {
  readonly device: Device;
  readonly programs: ElementwisePrograms;
  readonly timer: PassTimer | null;
}

/** Anything whose C can be compared on the device. */
export interface HasOutput {
  readonly output: Output;
}

export class PreparedProgram extends PipelineLaunchable implements Prepared, HasOutput {
  readonly output: Output;

  constructor(parts: LaunchableParts, output: Output) {
    super(parts);
    this.output = output;
  }

  poison(): Promise<void> {
    return this.output.poison();
  }

  read(points: readonly Point[]): Promise<Float64Array> {
    return this.output.read(points);
  }

  difference(reference: Prepared): Promise<Difference> {
    return this.output.difference(outputOf(reference));
  }
}

/** @throws EngineError when the other side was prepared by another engine */
export function outputOf(prepared: Prepared): Output {
  if ('output' in prepared && prepared.output instanceof Output) return prepared.output;
  throw new EngineError('device-error', 'the reference was prepared by another session');
}

/** @throws EngineError `unsupported`, `compile-error`, `out-of-memory` */
export async function prepareProgram(bench: Workbench, program: Program, operands: DeviceOperands): Promise<Prepared> {
  const { device, programs, timer } = bench;
  requireFeatures(device, program.kernel, program.features);
  requireDispatchable(device, program.kernel, program.workgroups);
  const shape = outputShape(operands);
  device.requireBindable('C', outputBytes(shape));
  const layout = bindGroupLayout(device, program.bindings);
  const { pipeline, seconds } = await compile(device, {
    label: program.kernel,
    code: program.code,
    layout: device.gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
  });
  const { problem, c, tiles } = await ownBuffers(device, program, operands.tensorScale, shape);
  const bindGroups = operands.buffers.map((set) => {
    const entries = program.bindings.map((name) => {
      const buffer = name === 'problem' ? problem : name === 'c' ? c : name === 'tiles' ? tiles : set.get(name);
      if (!buffer) throw new EngineError('unsupported', `${program.kernel} binds ${name}, which this problem lacks`);
      return { binding: BINDINGS[name], resource: { buffer } };
    });
    return device.gpu.createBindGroup({ layout, entries });
  });
  device.check();
  const owned = [problem, c, ...(tiles ? [tiles] : [])];
  const { workgroups } = program;
  const parts = { device, timer, pipeline, pipelineSeconds: seconds, bindGroups, workgroups, owned };
  return new PreparedProgram(parts, new Output(device, programs, shape, c));
}

/** C of a problem. */
export function outputShape({ problem }: DeviceOperands): OutputShape {
  return { rows: rows(problem), n: problem.shape.n, format: problem.format.out };
}

async function ownBuffers(device: Device, program: Program, tensorScale: number, shape: OutputShape) {
  const words = Uint32Array.from({ length: 8 }, (_, i) => program.uniform[i] ?? 0);
  new Float32Array(words.buffer)[7] = tensorScale;
  const table = Uint32Array.from(program.tiles ?? []);
  const wanted = [
    { size: words.byteLength, usage: USAGE.uniform | USAGE.copyTarget, label: 'problem' },
    { size: outputBytes(shape), usage: USAGE.storage | USAGE.copySource, label: 'C' },
    ...(table.length > 0 ? [{ size: table.byteLength, usage: USAGE.storage | USAGE.copyTarget, label: 'tiles' }] : []),
  ];
  const [problem, c, tiles] = await device.buffers(wanted);
  if (!problem || !c) throw new EngineError('device-error', 'no buffers for the problem and C');
  device.gpu.queue.writeBuffer(problem, 0, words);
  if (tiles) device.gpu.queue.writeBuffer(tiles, 0, table);
  return { problem, c, tiles };
}

/** Explicit, because a layout derived from the shader leaves out what the shader happens not to touch. */
function bindGroupLayout(device: Device, bindings: readonly Binding[]): GPUBindGroupLayout {
  return device.gpu.createBindGroupLayout({
    entries: bindings.map((name) => ({
      binding: BINDINGS[name],
      visibility: COMPUTE_STAGE,
      buffer: { type: name === 'problem' ? 'uniform' : name === 'c' ? 'storage' : 'read-only-storage' },
    })),
  });
}

/** Binds a probe's buffers, zeroed, as the storage its text declares (`read` or `read_write`). */
export async function prepareProbe({ device, timer }: Workbench, probe: Probe): Promise<PipelineLaunchable> {
  const { name, code, bufferBytes, workgroups } = probe;
  requireFeatures(device, name, probe.features);
  requireDispatchable(device, name, workgroups);
  for (const [i, bytes] of bufferBytes.entries()) device.requireBindable(`buffer ${i} of ${name}`, bytes);
  const layout = device.gpu.createBindGroupLayout({
    entries: bufferBytes.map((_, binding) => ({
      binding,
      visibility: COMPUTE_STAGE,
      buffer: { type: writes(code, binding) ? 'storage' : 'read-only-storage' },
    })),
  });
  const pipelineLayout = device.gpu.createPipelineLayout({ bindGroupLayouts: [layout] });
  const { pipeline, seconds } = await compile(device, { label: name, code, layout: pipelineLayout });
  const owned = await device.buffers(bufferBytes.map((size) => ({ size, usage: USAGE.storage | USAGE.copySource })));
  const entries = owned.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const bindGroups = [device.gpu.createBindGroup({ layout, entries })];
  device.check();
  return new PipelineLaunchable({ device, timer, pipeline, pipelineSeconds: seconds, bindGroups, workgroups, owned });
}

function writes(code: string, binding: number): boolean {
  return new RegExp(`@binding\\(\\s*${binding}u?\\s*\\)[^;]*var<\\s*storage\\s*,\\s*read_write\\s*>`).test(code);
}

function requireFeatures(device: Device, what: string, features: readonly string[]): void {
  const missing = features.filter((feature) => !device.features.has(feature));
  if (missing.length === 0) return;
  throw new EngineError('unsupported', `${what} needs the device feature ${missing.join(', ')}, which is not there`);
}
