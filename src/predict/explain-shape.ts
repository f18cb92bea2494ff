/** Arithmetic predictions for one shape. */

import { type FigurePath, figuresOf, type KnownGpu } from '../engine/gpus/known-gpus.ts';
import { bitsOf } from '../gemm/formats/scale.ts';
import type { Problem } from '../gemm/problem.ts';
import { arithmeticIntensity, bytes, flop } from '../gemm/shape.ts';
import type { Tile } from '../kernel/program.ts';
import { serve } from '../kernel/select/serve.ts';
import type { Kernel } from '../kernel/set/kernel.ts';
import { powerOfTwoDivisor, type RowStride, rowStrides } from './alignment.ts';
import { type BlockCount, blockCounts } from './blocks.ts';
import { type Footprint, footprint } from './memory.ts';
import { neighbours } from './neighbours.ts';
import { type Ceiling, type Roofline, roofline } from './roofline.ts';
import { tileQuantization, type WaveQuantization, waveQuantization } from './tiles.ts';

/** Tiles that vendor libraries commonly use for large 16-bit GEMMs. Which one runs is their choice, and differs by shape. */
export const LIBRARY_TILES = [
  { m: 128, n: 256 },
  { m: 128, n: 128 },
  { m: 128, n: 64 },
] as const;

export interface ShapeRequest {
  readonly problem: Problem;
  readonly gpus: readonly KnownGpu[];
  readonly kernels: readonly Kernel[];
  /** Machines whose peaks were measured in the accumulator's format. */
  readonly machines?: readonly ({ readonly machine: string } & Ceiling)[];
}

/** One tiling of C: by one of our kernels, or a tile of a library. */
export interface Cut {
  readonly name: string;
  readonly tile: Pick<Tile, 'm' | 'n'>;
  readonly tiles: number;
  readonly efficiency: number;
  /** With one workgroup per unit; several resident ones make waves finer. */
  readonly waves: readonly ({ readonly gpu: string; readonly units: number } & WaveQuantization)[];
}

export interface Bound extends Roofline {
  readonly gpu: string;
  readonly path: FigurePath;
}

/** A better-aligned shape close by, and its predicted rate relative to the shape's own, by tile. */
export interface Suggestion {
  readonly dimension: 'n' | 'k';
  readonly value: number;
  readonly distance: number;
  readonly divisor: number;
  readonly gains: readonly {
    readonly tile: Pick<Tile, 'm' | 'n'>;
    readonly rateGain: number;
    readonly timeChange: number;
  }[];
}

export interface ShapeExplanation extends Pick<Problem, 'shape' | 'layout' | 'format' | 'groups'> {
  readonly flop: number;
  readonly bytes: number;
  readonly arithmeticIntensity: number;
  readonly divisors: Readonly<Record<'m' | 'n' | 'k', number>>;
  readonly strides: readonly RowStride[];
  readonly cuts: readonly Cut[];
  readonly bounds: readonly Bound[];
  readonly measuredBounds: readonly ({ readonly machine: string } & Roofline)[];
  readonly blocks: readonly BlockCount[];
  readonly footprint: Footprint;
  /** For which GPU and path the suggestions are predicted; absent without GPUs. */
  readonly suggestedFor?: { readonly gpu: string; readonly path: FigurePath };
  readonly suggestions: readonly Suggestion[];
}

export function explainShape({ problem, gpus, kernels, machines = [] }: ShapeRequest): ShapeExplanation {
  const { shape, layout, format, groups } = problem;
  const [first] = gpus;
  return {
    shape,
    layout,
    format,
    ...(groups && { groups }),
    flop: flop(problem),
    bytes: bytes(problem),
    arithmeticIntensity: arithmeticIntensity(problem),
    divisors: { m: powerOfTwoDivisor(shape.m), n: powerOfTwoDivisor(shape.n), k: powerOfTwoDivisor(shape.k) },
    strides: rowStrides(problem),
    cuts: [...kernelCuts(problem, gpus, kernels), ...LIBRARY_TILES.map((tile) => cut(problem, gpus, 'library', tile))],
    bounds: gpus.flatMap((gpu) => boundsOf(problem, gpu)),
    measuredBounds: machines.map(({ machine, ...peak }) => ({ machine, ...roofline(problem, peak) })),
    blocks: blockCounts(shape.n, shape.k),
    footprint: footprint(problem),
    ...(first && { suggestedFor: { gpu: first.id, path: bestPath(problem, first) } }),
    suggestions: first ? suggestionsFor(problem, first) : [],
  };
}

/** Kernels that serve the problem on a device without limits, with their tile. */
function kernelCuts(problem: Problem, gpus: readonly KnownGpu[], kernels: readonly Kernel[]): Cut[] {
  return kernels.flatMap((kernel) => {
    const served = serve(kernel, problem, { features: kernel.requires, limits: {} });
    return 'program' in served ? [cut(problem, gpus, kernel.name, served.program.tile)] : [];
  });
}

function cut(problem: Problem, gpus: readonly KnownGpu[], name: string, { m, n }: Pick<Tile, 'm' | 'n'>): Cut {
  const { tiles, efficiency } = tileQuantization(problem, { m, n });
  const waves = gpus.map((gpu) => {
    const { units } = figuresOf(gpu);
    return { gpu: gpu.id, units, ...waveQuantization(tiles, units) };
  });
  return { name, tile: { m, n }, tiles, efficiency, waves };
}

/** Arithmetic that could run this format: the vector units always, the matrix units for 16-bit operands. */
export function pathsOf({ format }: Pick<Problem, 'format'>, gpu: KnownGpu): FigurePath[] {
  const vector: FigurePath = `${format.acc}-fma`;
  const matrix: FigurePath = `f16-matrix-acc-${format.acc}`;
  const wanted = Math.max(bitsOf(format.w), bitsOf(format.a)) > 16 ? [vector] : [vector, matrix];
  const { flopPerSecond } = figuresOf(gpu);
  return wanted.filter((path) => flopPerSecond[path] !== undefined);
}

function boundsOf(problem: Problem, gpu: KnownGpu): Bound[] {
  return pathsOf(problem, gpu).map((path) => ({ gpu: gpu.id, path, ...roofline(problem, ceilingOf(gpu, path)) }));
}

function ceilingOf(gpu: KnownGpu, path: FigurePath) {
  const { flopPerSecond, bytesPerSecond } = figuresOf(gpu);
  return { flopPerSecond: flopPerSecond[path] ?? gpu.teraflops.f32 * 1e12, bytesPerSecond };
}

function bestPath(problem: Problem, gpu: KnownGpu): FigurePath {
  return pathsOf(problem, gpu).at(-1) ?? 'f32-fma';
}

const SUGGESTION_TILES = [LIBRARY_TILES[0], LIBRARY_TILES[1], { m: 64, n: 64 }] as const;

function suggestionsFor(problem: Problem, gpu: KnownGpu): Suggestion[] {
  const ceiling = ceilingOf(gpu, bestPath(problem, gpu));
  const slots = figuresOf(gpu).units;
  return (['n', 'k'] as const).flatMap((dimension) => {
    const [first = [], ...others] = SUGGESTION_TILES.map((tile) =>
      neighbours(problem, dimension, { ...ceiling, slots, tile }).map((found) => ({ ...found, tile })),
    );
    return first.map(({ value, distance, divisor }) => ({
      dimension,
      value,
      distance,
      divisor,
      gains: [first, ...others].flatMap((list) =>
        list
          .filter((found) => found.value === value)
          .map(({ tile, rateGain, timeChange }) => ({ tile, rateGain, timeChange })),
      ),
    }));
  });
}
