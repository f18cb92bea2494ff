/** The engine's own small programs (fill, poison, gather, compare): one thread per item, compiled once per device. */
import { compile } from './compile.ts';
import type { Device } from './device.ts';
import { USAGE } from './usage.ts';

const WORKGROUP = 64;

/**
 * WGSL that numbers the invocations of a folded grid: `item` runs over `0 … 64·workgroups − 1`.
 * Concatenate after declarations; the body returns early where `item` is beyond its last.
 */
export function elementwise(declarations: string, body: string): string {
  return `${declarations.trim()}

@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let item = (group.y * groups.x + group.x) * ${WORKGROUP}u + lane;
${body.replace(/\s+$/, '')}
}
`;
}

export interface ElementwiseRun {
  readonly name: string;
  readonly code: string;
  /** Invocations at least; at most 65,535² · 64. */
  readonly items: number;
  /** Words of the uniform at binding 0, where the program has one. */
  readonly uniform?: readonly number[];
  /** Storage buffers from binding 1 upwards. */
  readonly buffers: readonly GPUBuffer[];
}

/** Compiles each program once and runs it, waiting for the result. */
export class ElementwisePrograms {
  readonly #device: Device;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();

  constructor(device: Device) {
    this.#device = device;
  }

  async run({ name, code, items, uniform = [], buffers }: ElementwiseRun): Promise<void> {
    const pipeline = await this.#pipeline(name, code);
    const size = Math.ceil(Math.max(uniform.length, 4) / 4) * 16;
    const [parameters] = await this.#device.buffers([{ size, usage: USAGE.uniform | USAGE.copyTarget }]);
    if (!parameters) return;
    this.#device.gpu.queue.writeBuffer(parameters, 0, Uint32Array.from(uniform));
    const entries = [parameters, ...buffers].map((buffer, binding) => ({ binding, resource: { buffer } }));
    const bindGroup = this.#device.gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    const encoder = this.#device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...foldGrid(Math.ceil(items / WORKGROUP)));
    pass.end();
    try {
      await this.#device.submit([encoder.finish()]);
    } finally {
      parameters.destroy();
    }
  }

  #pipeline(name: string, code: string): Promise<GPUComputePipeline> {
    let pipeline = this.#pipelines.get(code);
    if (pipeline === undefined) {
      pipeline = compile(this.#device, { label: name, code, layout: 'auto' }).then((compiled) => compiled.pipeline);
      this.#pipelines.set(code, pipeline);
    }
    return pipeline;
  }
}

/** Workgroups in x and y such that neither exceeds what every WebGPU device allows. */
export function foldGrid(workgroups: number, limit = 65_535): [number, number] {
  const y = Math.max(1, Math.ceil(workgroups / limit));
  return [Math.max(1, Math.ceil(workgroups / y)), y];
}
