/** The libraries that are compared with our kernels, and their variants. Data only: the worker loads them. */
import { GPUJS } from '../src/engine/gpujs/source.ts';
import type { DeviceFacts, Source } from '../src/engine/port.ts';
import type { Problem } from '../src/gemm/problem.ts';
import { flop } from '../src/gemm/shape.ts';

/** `peer`: an alternative to our kernels. `context`: not comparable (a CPU library), shown for orientation only. */
export type Kind = 'ours' | 'peer' | 'context';

export interface Ask {
  readonly variant: string;
  /** Error budget (max |Δ| / rms) of a variant that is less precise than the problem's formats. */
  readonly budget?: number;
  readonly note?: string;
}

export interface Entry {
  readonly name: string;
  readonly kind: 'peer' | 'context';
  /** The npm package, and whether it comes with the peers or with the project itself. */
  readonly package: string;
  readonly installed: 'peers' | 'project' | 'none';
  readonly dense: boolean;
  /** Ways to multiply by 4-bit weights; none if it cannot. */
  readonly fourBit: readonly Ask[];
  /** FLOP beyond which one multiplication takes seconds: always, or on a software adapter. */
  readonly most?: { readonly flop: number; readonly onSoftwareOnly: boolean };
  readonly note?: string;
}

const INT8_ACTIVATIONS = 'may round activations to int8, so it is held to 10 % of rms';

/**
 * Activations in int8 by blocks cost about 0.7 % of rms in C, whatever k is (a block of 32 normal values spans about
 * ±2.2 σ in 254 steps); the largest of a million elements is about five times that.
 */
const FOUR_BIT: readonly Ask[] = [
  { variant: 'accuracy-0' },
  { variant: 'accuracy-4', budget: 0.1, note: INT8_ACTIVATIONS },
];

const SCALAR = { flop: 3e8, onSoftwareOnly: false } as const;

export const CATALOGUE: readonly Entry[] = [
  {
    name: 'tfjs-webgpu',
    kind: 'peer',
    package: '@tensorflow/tfjs-backend-webgpu',
    installed: 'peers',
    dense: true,
    fourBit: [],
  },
  { name: 'jax-js', kind: 'peer', package: '@jax-js/jax', installed: 'peers', dense: true, fourBit: [] },
  {
    name: 'onnxruntime-webgpu',
    kind: 'peer',
    package: 'onnxruntime-node',
    installed: 'peers',
    dense: true,
    fourBit: FOUR_BIT,
    note: 'on a device of its own; a wait costs it a four-byte read-back',
  },
  {
    name: 'gpujs-webgpu',
    kind: 'peer',
    package: 'gpu.js',
    installed: 'project',
    dense: true,
    fourBit: [],
    most: { flop: 3e8, onSoftwareOnly: true },
  },
  { name: 'gpujs-cpu', kind: 'peer', package: 'gpu.js', installed: 'project', dense: true, fourBit: [], most: SCALAR },
  { name: 'js-loop', kind: 'peer', package: '', installed: 'none', dense: true, fourBit: [], most: SCALAR },
  {
    name: 'tfjs-wasm',
    kind: 'context',
    package: '@tensorflow/tfjs-backend-wasm',
    installed: 'peers',
    dense: true,
    fourBit: [],
    note: 'on the CPU, with threads of its own',
  },
  {
    name: 'onnxruntime-cpu',
    kind: 'context',
    package: 'onnxruntime-node',
    installed: 'peers',
    dense: true,
    fourBit: FOUR_BIT,
    note: 'on the CPU, with threads of its own',
  },
];

/** Why an entry is excluded for this problem on this device; null if it is not. */
export function passesOver(entry: Entry, problem: Problem, facts: Pick<DeviceFacts, 'source'>): string | null {
  if (entry.most && flop(problem) > entry.most.flop) {
    const software = facts.source.endsWith('software');
    if (software || !entry.most.onSoftwareOnly) {
      return `one multiplication would take seconds; asked up to ${entry.most.flop / 1e9} GFLOP${entry.most.onSoftwareOnly ? ' on a software adapter' : ''}`;
    }
  }
  return null;
}

/** The source that the worker runs. gpu.js on WebGPU is an engine of this project. */
export function sourceOf(entry: Entry, ask?: Ask): Source {
  if (entry.name === 'gpujs-webgpu') return GPUJS;
  return {
    kind: 'peer',
    name: entry.name,
    ...(ask && { variant: ask.variant }),
    ...(ask?.budget !== undefined && { budget: ask.budget }),
  };
}
