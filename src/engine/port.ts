/**
 * The interface that every engine implements: open a device, fill operands, prepare programs, launch them, read results. How to
 * measure well is the business of measure/. Nothing here imports `node:`, because the engines include Dawn in Node, a browser,
 * gpu.js and a scripted device with a virtual clock.
 */
import type { Distribution, Problem } from '../gemm/problem.ts';
import type { KernelDevice } from '../kernel/device.ts';
import type { Program } from '../kernel/program.ts';

/** Where an adapter came from, best first. */
export type AdapterSource = 'gpu' | 'system-software' | 'embedded-software' | 'scripted';

/** One way to get an adapter, as `doctor` prints it. */
export interface Attempt {
  /** e.g. `system GPU`, `system software`, `embedded SwiftShader`. */
  readonly route: string;
  readonly outcome: 'chosen' | 'refused' | 'failed';
  /** The adapter's description by the driver; null if there was none. */
  readonly found: string | null;
  /** Why it was chosen, refused or failed. */
  readonly reason: string;
}

export interface DeviceFacts extends KernelDevice {
  readonly source: AdapterSource;
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  /** The driver's description, e.g. `llvmpipe (LLVM 15.0.6, 256 bits)`. */
  readonly description: string;
  /** Dawn's backend: vulkan, metal, d3d12; `scripted` for a scenario. */
  readonly backend: string;
  readonly driver: string;
  /** Dawn toggles asked for, in the order asked. */
  readonly toggles: readonly string[];
  /** Whether the device claims to time launches; measure/ verifies it. */
  readonly timestamps: boolean;
  /** A scripted device computes nothing; the scenario states whether results are correct. */
  readonly simulated: boolean;
}

/** Seconds. `gpuSeconds` is null when the device cannot time the launch. */
export interface Timing {
  /** Device seconds for all `repeats` launches together. */
  readonly gpuSeconds: number | null;
  /** Raw device counter readings in nanoseconds [begin, end], for proving the timer's resolution. */
  readonly ticks?: readonly [number, number];
  /** From before the submission until the queue reported it done, for all `repeats` launches together. */
  readonly wallSeconds: number;
}

/** Filled input buffers: `sets` copies of the same values at different addresses, so that a cold launch misses the cache. */
export interface Operands {
  readonly problem: Problem;
  readonly sets: number;
  /** Bytes of A, B, scales and bias in one set. */
  readonly bytesPerSet: number;
  /** Parts that operands beyond the device's binding limit were cut into, each a dispatch of every launch; 1 if absent. */
  readonly panels?: readonly unknown[];
  dispose(): void;
}

export interface OperandsRequest {
  readonly problem: Problem;
  readonly seed: number;
  readonly distribution: Distribution;
  readonly sets: number;
}

/** One element of C by row (over all batches or groups) and column. */
export interface Point {
  readonly row: number;
  readonly col: number;
}

/** Every element of one C against another's, computed on the device. */
export interface Difference {
  readonly maxAbs: number;
  /** Root mean square of the reference's elements. */
  readonly rms: number;
  /** Elements that are NaN or infinite in the candidate (a poisoned element never written counts here). */
  readonly nonFinite: number;
  readonly worst: Point;
  /** Of all bits of the candidate: 16 hexadecimal digits; absent where nothing is computed. */
  readonly digest?: string;
}

/** Something compiled and bound that can be launched and timed. */
export interface Launchable {
  /** Seconds to create the pipeline. Drivers may compile again at the first dispatch, which the caller times. */
  readonly pipelineSeconds: number;
  /** Runs `repeats` launches back to back in one pass; launch i reads operand set (`firstSet` + i) modulo the sets. */
  launch(options: { readonly repeats: number; readonly firstSet: number }): Promise<Timing>;
  dispose(): void;
}

/** A GEMM program bound to operands, with an output C of its own. */
export interface Prepared extends Launchable {
  /** Wall seconds to fill the textures of one operand set from its buffers, which no launch pays; absent without textures. */
  readonly textureFillSeconds?: { readonly a?: number; readonly b?: number };
  /** Fills C with NaN, so that unwritten elements are detected. */
  poison(): Promise<void>;
  /** Values of C at these points, widened to f64. */
  read(points: readonly Point[]): Promise<Float64Array>;
  /** Compares all of this C with all of `reference`'s on the device. */
  difference(reference: Prepared): Promise<Difference>;
}

/**
 * What a contender runs: a WGSL program, an engine's own matmul, or what stands beside the kernels in a comparison with other
 * libraries.
 */
export type Source = { readonly kind: 'wgsl'; readonly program: Program } | OwnSource | PeerSource;

/** A matmul of an engine that is not written in WGSL. */
export interface OwnSource {
  readonly kind: 'own';
  /** As cases ask for it. */
  readonly name: string;
  /** Why the device cannot time it, in which case wall time is used. */
  readonly untimed?: string;
}

/** A library's matmul by name, or one of our programs on the same shape in other formats. Served by `peers/`. */
export interface PeerSource {
  readonly kind: 'peer';
  readonly name: string;
  /** Which of several ways of the library to use. */
  readonly variant?: string;
  /** Error budget (max |Δ| / rms) for a library that computes in smaller formats than those of the problem. */
  readonly budget?: number;
  /** Own operands, expected result and reference program, if the formats differ from the visit's. */
  readonly other?: { readonly problem: Problem; readonly program: Program; readonly reference: Program };
}

/** A program's text, its name and where it is written. */
export type ProgramText = Pick<Program, 'kernel' | 'code' | 'written'>;

/** A fixed program outside any GEMM: the sentinel, peak probes, the empty dispatch. Buffers are storage, bound from 0 upwards. */
export interface Probe {
  readonly name: string;
  readonly code: string;
  readonly features: readonly string[];
  readonly bufferBytes: readonly number[];
  /** Buffers that hold random f32 values of the operands' generator, by binding; the others hold zeros. */
  readonly random?: readonly number[];
  readonly workgroups: readonly [number, number, number];
}

export interface Session {
  readonly facts: DeviceFacts;
  /** Seconds on this engine's clock (real or virtual); only differences mean anything. */
  now(): number;
  allocate(request: OperandsRequest): Promise<Operands>;
  prepare(source: Source, operands: Operands): Promise<Prepared>;
  probe(probe: Probe): Promise<Launchable>;
  /** What the WGSL compiler refuses in a text, found without a driver; null if nothing. Absent where nothing is compiled. */
  faultIn?(text: ProgramText): Promise<string | null>;
  /** Resolves with the reason if the device is lost. */
  readonly lost: Promise<string>;
  dispose(): Promise<void>;
}

/** The name that a contender goes by: its kernel's, the matmul's own, or `peer`. */
export function sourceName(source: Source): string {
  if (source.kind === 'wgsl') return source.program.kernel;
  return source.kind === 'own' ? source.name : source.kind;
}

/** Thrown by an engine when something cannot be served; `reason` becomes the row's reason. */
export class EngineError extends Error {
  readonly reason: 'no-adapter' | 'out-of-memory' | 'compile-error' | 'device-lost' | 'device-error' | 'unsupported';
  constructor(reason: EngineError['reason'], message: string) {
    super(message);
    this.name = 'EngineError';
    this.reason = reason;
  }
}
