/** The predicted rate of a tiled kernel, from tiles, waves, alignment and roofline. */

import type { Problem } from '../gemm/problem.ts';
import { flop } from '../gemm/shape.ts';
import type { Tile } from '../kernel/program.ts';
import { rowStrides } from './alignment.ts';
import { type Ceiling, roofline } from './roofline.ts';
import { tileQuantization, waveQuantization } from './tiles.ts';

/** A device and a way to cut C: what a prediction is for. */
export interface Target extends Ceiling {
  readonly tile: Pick<Tile, 'm' | 'n'>;
  /** Workgroups that run at once: units × resident workgroups per unit. */
  readonly slots: number;
}

export interface Prediction {
  readonly tiles: number;
  readonly tileEfficiency: number;
  readonly waves: number;
  readonly waveEfficiency: number;
  /** 1, or the factor of the rate if rows of A or B are not aligned to 16 bytes. */
  readonly alignmentEfficiency: number;
  /** Seconds and FLOP/s of one launch. */
  readonly seconds: number;
  readonly flopPerSecond: number;
  readonly bound: 'compute' | 'memory';
}

/**
 * Factor of the rate with scalar loads, from one measurement: bf16 GEMMs on an H100 whose A rows started on multiples of 4 bytes
 * ran at 1/1.46 of the rate of aligned ones (stas00/ml-engineering@744d01e1). Other devices and kernels will differ.
 */
export const SCALAR_LOAD_EFFICIENCY = 1 / 1.46;

/** Predicts one launch: compute slowed by unfilled tiles and waves and by scalar loads, or memory, whichever takes longer. */
export function predict(problem: Problem, target: Target): Prediction {
  const tiles = tileQuantization(problem, target.tile);
  const waves = waveQuantization(tiles.tiles, target.slots);
  const scalar = rowStrides(problem).some((stride) => stride.operand !== 'C' && stride.class === 'scalar');
  const alignmentEfficiency = scalar ? SCALAR_LOAD_EFFICIENCY : 1;
  const flopPerSecond = target.flopPerSecond * tiles.efficiency * waves.efficiency * alignmentEfficiency;
  const bound = roofline(problem, { ...target, flopPerSecond });
  return {
    tiles: tiles.tiles,
    tileEfficiency: tiles.efficiency,
    waves: waves.waves,
    waveEfficiency: waves.efficiency,
    alignmentEfficiency,
    seconds: bound.seconds,
    flopPerSecond: flop(problem) / bound.seconds,
    bound: bound.bound,
  };
}
