/** The parts of onnxruntime-node that are used here. */
export interface SessionOptions {
  readonly executionProviders: readonly string[];
  readonly preferredOutputLocation?: 'cpu' | 'gpu-buffer';
  readonly logSeverityLevel?: 0 | 1 | 2 | 3 | 4;
  readonly extra?: object;
}
export interface Tensor {
  readonly data: Float32Array;
  dispose(): void;
}
export interface Session {
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}
export interface Runtime {
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
  readonly InferenceSession: { create(model: Uint8Array, options: SessionOptions): Promise<Session> };
}
