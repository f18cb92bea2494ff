/**
 * onnxruntime-node: its WebGPU execution provider (which brings a Dawn and a device of its own) and its CPU one.
 *
 * Upload and read-back stay outside on WebGPU: A is put on the device by a session of its own, outputs stay there
 * (`preferredOutputLocation: gpu-buffer`), and the wait for the queue is a session that reads four bytes back. A device
 * tensor is read through a session too: reading it directly ends the process in onnxruntime-node 1.30.0.
 */
import { createRequire } from 'node:module';
import type { Runtime, Session, SessionOptions, Tensor } from 'onnxruntime-node';
import type { Problem } from '../../src/gemm/problem.ts';
import { type Inputs, type Library, type LoadLibrary, type Multiplication, refusesAllButF32 } from '../library.ts';
import { encodeModel, type Initializer, type Operator } from '../onnx.ts';

/** MatMulNBits: how much it may round the activations. Level 0 keeps f32, level 4 quantizes them to int8. */
const ACCURACY_LEVELS: Readonly<Record<string, number>> = { 'accuracy-0': 0, 'accuracy-4': 4 };

const WARNINGS_OFF = 3;

/** The package is CommonJS. */
const runtime = (): Runtime => createRequire(import.meta.url)('onnxruntime-node');

export const loadOrtWebGpu: LoadLibrary = async () => {
  const ort = runtime();
  const device = await OrtDevice.open(ort);
  return ortLibrary((inputs, variant) => multiplyOnDevice(device, inputs, variant));
};

export const loadOrtCpu: LoadLibrary = async () => {
  const ort = runtime();
  const options: SessionOptions = {
    executionProviders: ['cpu'],
    logSeverityLevel: WARNINGS_OFF,
    // Threads that spin between runs would take the cores from the next contender.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  return ortLibrary(async (inputs, variant) => {
    const session = await ort.InferenceSession.create(await modelOf(inputs, variant), options);
    const { m, k } = inputs.problem.shape;
    return new CpuMultiplication(session, new ort.Tensor('float32', await inputs.a(), [m, k]));
  });
};

function ortLibrary(multiply: Library['multiply']): Library {
  return { refuses, multiply };
}

function refuses(problem: Problem, variant?: string): string | null {
  if (problem.format.w !== 'int4') return refusesAllButF32(problem);
  if (variant === undefined || !(variant in ACCURACY_LEVELS)) return 'needs an accuracy level for 4-bit weights';
  const { format, layout, shape, groups, bias } = problem;
  if (layout !== 'nt' || format.a !== 'f32' || format.out !== 'f32' || groups || bias || shape.batch !== 1) {
    return 'is asked for 4-bit weights with f32 activations, one pair of matrices without bias';
  }
  return shape.k % 32 === 0 ? null : 'is asked for k in whole blocks of 32';
}

/** C = A · B with B in the model, as weights are. */
async function modelOf(inputs: Inputs, variant?: string): Promise<Uint8Array> {
  const { m, n, k } = inputs.problem.shape;
  const { operator, weights } =
    inputs.problem.format.w === 'int4' ? await fourBit(inputs, variant) : await dense(inputs);
  return encodeModel({
    operator,
    inputs: [{ name: 'a', element: 'f32', dims: [m, k] }],
    initializers: weights,
    output: { name: 'c', element: 'f32', dims: [m, n] },
  });
}

type Weighted = { readonly operator: Operator; readonly weights: Initializer[] };

async function dense({ problem, b }: Inputs): Promise<Weighted> {
  const { n, k } = problem.shape;
  return {
    operator: { type: 'MatMul', domain: '', inputs: ['a', 'b'], attributes: {} },
    weights: [{ name: 'b', element: 'f32', dims: [k, n], bytes: bytesOf(await b()) }],
  };
}

/** Its layout of codes and scales is the one our kernels read: low nibble first, code − 8, an f32 scale a block. */
async function fourBit({ problem, codes, scales }: Inputs, variant = ''): Promise<Weighted> {
  const { n, k } = problem.shape;
  const block = problem.scale?.block ?? 32;
  if (block === 'k') throw new RangeError('MatMulNBits has scales of blocks along k');
  const attributes = {
    K: k,
    N: n,
    bits: 4,
    block_size: block,
    accuracy_level: ACCURACY_LEVELS[variant] ?? 0,
  };
  return {
    operator: { type: 'MatMulNBits', domain: 'com.microsoft', inputs: ['a', 'codes', 'scales'], attributes },
    weights: [
      { name: 'codes', element: 'u8', dims: [n, k / block, block / 2], bytes: await codes() },
      { name: 'scales', element: 'f32', dims: [n * (k / block)], bytes: bytesOf(await scales()) },
    ],
  };
}

/** Upload, read-back and wait on onnxruntime's device. */
class OrtDevice {
  readonly ort: Runtime;
  readonly #wait: Session;
  readonly #token: Tensor;

  private constructor(ort: Runtime, wait: Session) {
    this.ort = ort;
    this.#wait = wait;
    this.#token = new ort.Tensor('float32', new Float32Array(1), [1]);
  }

  static async open(ort: Runtime): Promise<OrtDevice> {
    const device = new OrtDevice(ort, await ort.InferenceSession.create(copyModel([1]), onDevice('cpu')));
    await device.wait();
    return device;
  }

  create(model: Uint8Array, output: 'cpu' | 'gpu-buffer'): Promise<Session> {
    return this.ort.InferenceSession.create(model, onDevice(output));
  }

  /** The queue runs in order: a result read back now means that all before it are done. */
  async wait(): Promise<void> {
    await this.#wait.run({ x: this.#token });
  }

  /** The session that made a device tensor owns its memory, so the two are released together. */
  async upload(values: Float32Array, dims: readonly number[]): Promise<Uploaded> {
    const session = await this.create(copyModel(dims), 'gpu-buffer');
    const tensor = output(await session.run({ x: new this.ort.Tensor('float32', values, dims) }), 'y');
    return { tensor, session };
  }
}

interface Uploaded {
  readonly tensor: Tensor;
  readonly session: Session;
}

function onDevice(preferredOutputLocation: 'cpu' | 'gpu-buffer'): SessionOptions {
  return { executionProviders: ['webgpu'], preferredOutputLocation, logSeverityLevel: WARNINGS_OFF };
}

/** y = x + 0: computed on the device, where an Identity would be optimised away. */
function copyModel(dims: readonly number[]): Uint8Array {
  return encodeModel({
    operator: { type: 'Add', domain: '', inputs: ['x', 'zero'], attributes: {} },
    inputs: [{ name: 'x', element: 'f32', dims }],
    initializers: [{ name: 'zero', element: 'f32', dims: [1], bytes: bytesOf(new Float32Array(1)) }],
    output: { name: 'y', element: 'f32', dims },
  });
}

async function multiplyOnDevice(device: OrtDevice, inputs: Inputs, variant?: string): Promise<Multiplication> {
  const { m, n, k } = inputs.problem.shape;
  const a = await device.upload(await inputs.a(), [m, k]);
  const session = await device.create(await modelOf(inputs, variant), 'gpu-buffer');
  const reader = await device.create(copyModel([m, n]), 'cpu');
  return new DeviceMultiplication(device, session, reader, a);
}

class DeviceMultiplication implements Multiplication {
  readonly #device: OrtDevice;
  readonly #session: Session;
  readonly #reader: Session;
  readonly #a: Uploaded;
  #c: Tensor | null = null;

  constructor(device: OrtDevice, session: Session, reader: Session, a: Uploaded) {
    this.#device = device;
    this.#session = session;
    this.#reader = reader;
    this.#a = a;
  }

  async run(repeats: number): Promise<void> {
    for (let i = 0; i < repeats; i++) {
      this.#c?.dispose();
      this.#c = output(await this.#session.run({ a: this.#a.tensor }), 'c');
    }
    await this.#device.wait();
  }

  async result(): Promise<Float32Array> {
    if (!this.#c) return new Float32Array();
    return output(await this.#reader.run({ x: this.#c }), 'y').data;
  }

  async dispose(): Promise<void> {
    this.#c?.dispose();
    this.#a.tensor.dispose();
    for (const session of [this.#session, this.#reader, this.#a.session]) await session.release();
  }
}

/** Runs are synchronous; operands and answers are in memory, so there is nothing to upload or to read back. */
class CpuMultiplication implements Multiplication {
  readonly #session: Session;
  readonly #a: Tensor;
  #c: Float32Array = new Float32Array();

  constructor(session: Session, a: Tensor) {
    this.#session = session;
    this.#a = a;
  }

  async run(repeats: number): Promise<void> {
    for (let i = 0; i < repeats; i++) this.#c = output(await this.#session.run({ a: this.#a }), 'c').data;
  }

  async result(): Promise<Float32Array> {
    return this.#c;
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

function output(outputs: Record<string, Tensor>, name: string): Tensor {
  const tensor = outputs[name];
  if (!tensor) throw new Error(`the session has no output ${name}`);
  return tensor;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
