/**
 * TensorFlow.js, its WebGPU and its WebAssembly backend. In Node the WebGPU backend does not register itself (it looks for
 * a window), so it is constructed on the session's device.
 */
import { createRequire } from 'node:module';
import os from 'node:os';
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Library, type LoadLibrary, type Multiplication, refusesAllButF32 } from '../library.ts';

type Core = typeof import('@tensorflow/tfjs-core');

/** Both packages are CommonJS, and must share one copy of the core. */
const require = createRequire(import.meta.url);

const core = (): Core => require('@tensorflow/tfjs-core');

export const loadTfjsWebGpu: LoadLibrary = async ({ device, adapterInfo }) => {
  const tf = core();
  const {
    WebGPUBackend,
  }: typeof import('@tensorflow/tfjs-backend-webgpu') = require('@tensorflow/tfjs-backend-webgpu');
  // With its default of 15, a submission finds a pass that was not ended and the device refuses it.
  tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 1);
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapterInfo));
  return tensorLibrary(tf, 'webgpu', () => device.queue.onSubmittedWorkDone());
};

/** Synchronous on the threads of its own; memory of the WebAssembly module holds the operands. */
export const loadTfjsWasm: LoadLibrary = async () => {
  const tf = core();
  const { setThreadsCount }: typeof import('@tensorflow/tfjs-backend-wasm') = require('@tensorflow/tfjs-backend-wasm');
  setThreadsCount(os.availableParallelism());
  return tensorLibrary(tf, 'wasm', async () => {});
};

async function tensorLibrary(tf: Core, backend: string, wait: () => Promise<unknown>): Promise<Library> {
  if (!(await tf.setBackend(backend))) throw new Error(`its ${backend} backend does not start`);
  await tf.ready();
  return {
    refuses: refusesAllButF32,
    multiply: async ({ problem, a, b }) => {
      await tf.setBackend(backend);
      const { m, n, k } = problem.shape;
      return new TensorMultiplication(
        tf,
        backend,
        wait,
        tf.tensor2d(await a(), [m, k]),
        tf.tensor2d(await b(), [k, n]),
      );
    },
  };
}

class TensorMultiplication implements Multiplication {
  readonly #tf: Core;
  readonly #backend: string;
  readonly #wait: () => Promise<unknown>;
  readonly #a: Tensor;
  readonly #b: Tensor;
  #c: Tensor | null = null;

  constructor(tf: Core, backend: string, wait: () => Promise<unknown>, a: Tensor, b: Tensor) {
    this.#tf = tf;
    this.#backend = backend;
    this.#wait = wait;
    this.#a = a;
    this.#b = b;
  }

  async run(repeats: number): Promise<void> {
    await this.#tf.setBackend(this.#backend); // two backends of one core: the last one chosen computes
    for (let i = 0; i < repeats; i++) {
      this.#c?.dispose();
      this.#c = this.#tf.matMul(this.#a, this.#b);
    }
    await this.#wait();
  }

  async result(): Promise<Float32Array> {
    return (await this.#c?.data()) ?? new Float32Array();
  }

  dispose(): void {
    for (const tensor of [this.#a, this.#b, this.#c]) tensor?.dispose();
  }
}
