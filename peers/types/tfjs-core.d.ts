/** The parts of TensorFlow.js that are used here, so that types can be checked without installing it. */
export interface Tensor {
  data(): Promise<Float32Array>;
  dispose(): void;
}
export function tensor2d(values: Float32Array, shape: [number, number]): Tensor;
export function matMul(a: Tensor, b: Tensor): Tensor;
export function registerBackend(name: string, factory: () => object): boolean;
export function setBackend(name: string): Promise<boolean>;
export function ready(): Promise<void>;
export function env(): { set(flag: string, value: number | boolean): void };
