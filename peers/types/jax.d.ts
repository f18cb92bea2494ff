/** The parts of jax-js that are used here. Arrays are reference counted: an operation consumes them, `ref` keeps them. */
export interface Array {
  readonly ref: Array;
  reshape(shape: number[]): Array;
  /** Consumes the array. */
  data(): Promise<Float32Array>;
  dispose(): void;
}
export function init(device: 'webgpu'): Promise<string[]>;
export function defaultDevice(device: 'webgpu'): string;
export function getWebGPUDevice(): GPUDevice;
export function blockUntilReady<T>(arrays: T): Promise<T>;
export const numpy: {
  array(values: Float32Array): Array;
  dot(a: Array, b: Array): Array;
};
