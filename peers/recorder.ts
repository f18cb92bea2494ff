/** Captures the WGSL of every program that a device runs. */
import { globals } from 'webgpu';

export interface CaughtProgram {
  readonly code: string;
  readonly entryPoint: string;
}

/** Starts capturing on a device; concurrent recorders see the same. */
export class Recorder {
  readonly #codes = new WeakMap<GPUShaderModule, string>();
  readonly #programs = new WeakMap<GPUComputePipeline, CaughtProgram>();
  readonly #caught = new Map<string, CaughtProgram>();

  constructor(device: GPUDevice) {
    const { createShaderModule, createComputePipeline, createComputePipelineAsync } = device;
    const keep = ({ compute }: GPUComputePipelineDescriptor, pipeline: GPUComputePipeline) => {
      const code = this.#codes.get(compute.module);
      if (code !== undefined) this.#programs.set(pipeline, { code, entryPoint: compute.entryPoint ?? 'main' });
      return pipeline;
    };
    Object.assign(device, {
      createShaderModule: (descriptor: GPUShaderModuleDescriptor) => {
        const module = createShaderModule.call(device, descriptor);
        this.#codes.set(module, descriptor.code);
        return module;
      },
      createComputePipeline: (descriptor: GPUComputePipelineDescriptor) =>
        keep(descriptor, createComputePipeline.call(device, descriptor)),
      createComputePipelineAsync: async (descriptor: GPUComputePipelineDescriptor) =>
        keep(descriptor, await createComputePipelineAsync.call(device, descriptor)),
    });
    this.#watchPasses();
  }

  #watchPasses(): void {
    const { prototype } = (globals as { GPUComputePassEncoder: { prototype: GPUComputePassEncoder } })
      .GPUComputePassEncoder;
    const { setPipeline } = prototype;
    const caught = this.#caught;
    const programs = this.#programs;
    prototype.setPipeline = function (pipeline) {
      const program = programs.get(pipeline);
      if (program) caught.set(program.code, program);
      return setPipeline.call(this, pipeline);
    };
  }

  /** The captured programs, each once. */
  async during(work: () => Promise<unknown>): Promise<CaughtProgram[]> {
    this.#caught.clear();
    await work();
    return [...this.#caught.values()];
  }
}
