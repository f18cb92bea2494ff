/** Binds a program to operands and an output of its own. */
import type { Problem } from '../../gemm/problem.ts';
import { rows } from '../../gemm/shape.ts';
import { BINDINGS, type PanelDispatch, type Program } from '../../kernel/program.ts';
import { type Difference, EngineError, type Point, type Prepared, type Probe } from '../port.ts';
import { compile } from './compile.ts';
import type { Device } from './device.ts';
import type { ElementwisePrograms } from './elementwise.ts';
import { fillRandom } from './fill.ts';
import {
  type Dispatch,
  type LaunchableParts,
  type PassTimer,
  PipelineLaunchable,
  requireDispatchable,
} from './launch.ts';
import type { DeviceOperands, OperandSet } from './operands.ts';
import { Output, type OutputShape, outputBytes } from './output.ts';
import { PreparedPanels } from './panels.ts';
import { fillTextures, type OperandTextures } from './textures.ts';
import { COMPUTE_STAGE, USAGE } from './usage.ts';

/** State shared by everything prepared in a session. */
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
  readonly textureFillSeconds?: NonNullable<Prepared['textureFillSeconds']>;

  constructor(parts: LaunchableParts, output: Output, fills?: Prepared['textureFillSeconds']) {
    super(parts);
    this.output = output;
    if (fills) this.textureFillSeconds = fills;
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

/** @throws EngineError when the other side was prepared by another engine, or its output lies in panels */
export function outputOf(prepared: Prepared): Output {
  if ('output' in prepared && prepared.output instanceof Output) return prepared.output;
  throw new EngineError('device-error', 'the reference was prepared by another session');
}

/** @throws EngineError `unsupported`, `compile-error`, `out-of-memory` */
export async function prepareProgram(
  bench: Workbench,
  program: Program,
  operands: DeviceOperands,
): Promise<PreparedProgram | PreparedPanels> {
  const { device, programs, timer } = bench;
  requireFeatures(device, program.kernel, program.features);
  const panels = panelsOf(device, program, operands);
  const layout = bindGroupLayout(device, program);
  const { pipeline, seconds } = await compile(device, {
    label: program.kernel,
    code: program.code,
    ...(program.written && { written: program.written }),
    layout: device.gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
  });
  const textures = program.textures && (await fillTextures(device, operands, program.textures));
  const owned: { destroy(): void }[] = [...(textures?.textures ?? [])];
  try {
    const bound: Bound[] = [];
    for (const panel of panels) {
      bound.push(await bind(device, { program, operands, layout, textures }, panel));
      owned.push(...(bound.at(-1)?.owned ?? []));
    }
    device.check();
    const parts = { device, timer, pipeline, pipelineSeconds: seconds, dispatches: bound, owned };
    const outputs = bound.map(({ shape, c }) => new Output(device, programs, shape, c));
    const [whole] = outputs;
    if (whole && !operands.panelled) return new PreparedProgram(parts, whole, textures?.fillSeconds);
    const placed = operands.panels.flatMap(({ row, col }, i) =>
      outputs.slice(i, i + 1).map((output) => ({ row, col, output })),
    );
    return new PreparedPanels(parts, placed, textures?.fillSeconds);
  } catch (error) {
    for (const thing of owned) thing.destroy();
    throw error;
  }
}

interface BoundPanel extends PanelDispatch {
  readonly problem: Problem;
  /** Its operands, by set. */
  readonly sets: readonly OperandSet[];
}

interface Bound extends Dispatch {
  readonly shape: OutputShape;
  readonly c: GPUBuffer;
  readonly owned: readonly GPUBuffer[];
}

/** What each dispatch of a launch computes; one for operands that lie in no panels. */
function panelsOf(device: Device, program: Program, operands: DeviceOperands): BoundPanel[] {
  const dispatches = program.panels ?? [program];
  if (dispatches.length !== operands.panels.length) {
    const [have, made] = [operands.panels.length, dispatches.length];
    throw new EngineError('device-error', `${program.kernel} was made for ${made} panels, the operands lie in ${have}`);
  }
  return operands.panels.map(({ problem }, i) => {
    const dispatch = dispatches[i] ?? program;
    requireDispatchable(device, program.kernel, dispatch.workgroups);
    device.requireBindable('C', outputBytes(shapeOf(problem)));
    return { ...dispatch, problem, sets: operands.panel(i) };
  });
}

interface BindRequest {
  readonly program: Program;
  readonly operands: DeviceOperands;
  readonly layout: GPUBindGroupLayout;
  readonly textures: OperandTextures | undefined;
}

async function bind(
  device: Device,
  { program, operands, layout, textures }: BindRequest,
  panel: BoundPanel,
): Promise<Bound> {
  const shape = shapeOf(panel.problem);
  const { problem, c, tiles } = await ownBuffers(device, panel, operands.tensorScale, shape);
  const bindGroups = panel.sets.map((set) => {
    const entries = program.bindings.map((name) => {
      const buffer = name === 'problem' ? problem : name === 'c' ? c : name === 'tiles' ? tiles : set.get(name);
      if (!buffer) throw new EngineError('unsupported', `${program.kernel} binds ${name}, which this problem lacks`);
      return { binding: BINDINGS[name], resource: textures?.viewOf(buffer) ?? { buffer } };
    });
    return device.gpu.createBindGroup({ layout, entries });
  });
  return { bindGroups, workgroups: panel.workgroups, shape, c, owned: [problem, c, ...(tiles ? [tiles] : [])] };
}

/** C of a problem. */
export function outputShape({ problem }: DeviceOperands): OutputShape {
  return shapeOf(problem);
}

function shapeOf(problem: Problem): OutputShape {
  return { rows: rows(problem), n: problem.shape.n, format: problem.format.out };
}

async function ownBuffers(device: Device, panel: PanelDispatch, tensorScale: number, shape: OutputShape) {
  const words = Uint32Array.from({ length: 8 }, (_, i) => panel.uniform[i] ?? 0);
  new Float32Array(words.buffer)[7] = tensorScale;
  const table = Uint32Array.from(panel.tiles ?? []);
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
function bindGroupLayout(device: Device, { bindings, textures = [] }: Program): GPUBindGroupLayout {
  return device.gpu.createBindGroupLayout({
    entries: bindings.map((name) => {
      const at = { binding: BINDINGS[name], visibility: COMPUTE_STAGE };
      const texture = textures.find(({ operand }) => operand === name);
      if (texture) return { ...at, texture: { sampleType: texture.words ? 'uint' : 'unfilterable-float' } };
      const type = name === 'problem' ? 'uniform' : name === 'c' ? 'storage' : 'read-only-storage';
      return { ...at, buffer: { type } };
    }),
  });
}

/** Binds a probe's buffers, random or zeroed, as the storage its text declares (`read` or `read_write`). */
export async function prepareProbe({ device, timer, programs }: Workbench, probe: Probe): Promise<PipelineLaunchable> {
  const { name, code, bufferBytes, random = [], workgroups } = probe;
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
  const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
  const owned = await device.buffers(bufferBytes.map((size) => ({ size, usage })));
  for (const [binding, buffer] of owned.entries())
    if (random.includes(binding)) await fillRandom({ device, programs }, buffer, binding);
  const entries = owned.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const bindGroups = [device.gpu.createBindGroup({ layout, entries })];
  device.check();
  const dispatches = [{ bindGroups, workgroups }];
  return new PipelineLaunchable({ device, timer, pipeline, pipelineSeconds: seconds, dispatches, owned });
}

function writes(code: string, binding: number): boolean {
  return new RegExp(`@binding\\(\\s*${binding}u?\\s*\\)[^;]*var<\\s*storage\\s*,\\s*read_write\\s*>`).test(code);
}

function requireFeatures(device: Device, what: string, features: readonly string[]): void {
  const missing = features.filter((feature) => !device.features.has(feature));
  if (missing.length === 0) return;
  throw new EngineError('unsupported', `${what} needs the device feature ${missing.join(', ')}, which is not there`);
}
