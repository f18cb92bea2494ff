/** Arithmetic predictions for one MLP and for nearby widths. */
import { type FigurePath, figuresOf, type KnownGpu } from '../engine/gpus/known-gpus.ts';
import { defaultScale } from '../gemm/formats/scale.ts';
import type { Format, Problem } from '../gemm/problem.ts';
import type { Tile } from '../kernel/program.ts';
import { powerOfTwoDivisor } from './alignment.ts';
import { LIBRARY_TILES, pathsOf } from './explain-shape.ts';
import { type Prediction, predict, type Target } from './rate.ts';

export interface MlpRequest {
  readonly hidden: number;
  readonly dFf: number;
  readonly tokens: number;
  /** Gate and up fused into one GEMM of n = 2·d_ff; otherwise up alone, n = d_ff. */
  readonly gated: boolean;
  readonly format: Format;
  readonly gpus: readonly KnownGpu[];
}

export interface MlpWidth {
  readonly dFf: number;
  readonly distance: number;
  readonly divisor: number;
  readonly parameters: number;
  readonly up: Prediction;
  readonly down: Prediction;
  readonly seconds: number;
  /** Predicted seconds per parameter relative to the given width, minus 1; negative is faster. */
  readonly timePerParameter: number;
}

export interface MlpExplanation extends Omit<MlpRequest, 'gpus'> {
  readonly ratio: number;
  /** Parameters relative to an ungated MLP of 4 × hidden. */
  readonly parametersOfUngated4: number;
  readonly gpus: readonly {
    readonly gpu: string;
    readonly path: FigurePath;
    readonly tile: Pick<Tile, 'm' | 'n'>;
    /** By d_ff, including the given one. */
    readonly widths: readonly MlpWidth[];
  }[];
}

/** How far the widths go: one step of the widest alignment to either side. */
const ALIGNMENTS = [8, 16, 32, 64, 128, 256] as const;

export function explainMlp({ gpus, ...request }: MlpRequest): MlpExplanation {
  const { hidden, dFf, gated } = request;
  return {
    ...request,
    ratio: dFf / hidden,
    parametersOfUngated4: ((gated ? 3 : 2) * dFf) / (8 * hidden),
    gpus: gpus.map((gpu) => {
      const path = pathsOf(request, gpu).at(-1) ?? 'f32-fma';
      const figures = figuresOf(gpu);
      const tile = LIBRARY_TILES[0];
      const flopPerSecond = figures.flopPerSecond[path] ?? gpu.teraflops.f32 * 1e12;
      const target = { flopPerSecond, bytesPerSecond: figures.bytesPerSecond, slots: figures.units, tile };
      return { gpu: gpu.id, path, tile, widths: widthsAround(request, target) };
    }),
  };
}

function widthsAround(request: Omit<MlpRequest, 'gpus'>, target: Target): MlpWidth[] {
  const { dFf } = request;
  const aligned = ALIGNMENTS.flatMap((step) => [Math.floor(dFf / step) * step, Math.ceil(dFf / step) * step]);
  const values = [...new Set([dFf, ...aligned])].filter((value) => value > 0).sort((one, other) => one - other);
  const own = mlpSeconds(request, dFf, target);
  return values.map((value) => {
    const { up, down, seconds } = mlpSeconds(request, value, target);
    return {
      dFf: value,
      distance: value - dFf,
      divisor: powerOfTwoDivisor(value),
      parameters: request.hidden * value * (request.gated ? 3 : 2),
      up,
      down,
      seconds,
      timePerParameter: seconds / value / (own.seconds / dFf) - 1,
    };
  });
}

function mlpSeconds(request: Omit<MlpRequest, 'gpus'>, dFf: number, target: Target) {
  const { hidden, tokens, gated, format } = request;
  const up = predict(problemOf(tokens, gated ? 2 * dFf : dFf, hidden, format), target);
  const down = predict(problemOf(tokens, hidden, dFf, format), target);
  return { up, down, seconds: up.seconds + down.seconds };
}

function problemOf(m: number, n: number, k: number, format: Format): Problem {
  const scale = defaultScale(format.w);
  return { shape: { batch: 1, m, n, k }, layout: 'nt', format, ...(scale && { scale }), bias: false };
}
