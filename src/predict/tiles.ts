/**
 * Tile and wave quantization: the loss because C is computed in whole tiles, and tiles in whole waves.
 *
 * The model: every workgroup takes equally long, and `slots` of them run at once (units × resident workgroups per unit).
 */
import type { Problem } from '../gemm/problem.ts';
import { rows } from '../gemm/shape.ts';
import type { Tile } from '../kernel/program.ts';
import { gridOf } from '../kernel/text/grid.ts';

export interface TileQuantization {
  /** Workgroups with work, over all batch entries or experts. */
  readonly tiles: number;
  /** Elements of C over elements of all tiles, 0…1. */
  readonly efficiency: number;
}

type Cut = Pick<Problem, 'shape' | 'groups'>;

/** How C falls into tiles of `tile.m` × `tile.n`; experts are cut separately, since no tile spans two of them. */
export function tileQuantization(problem: Cut, tile: Pick<Tile, 'm' | 'n'>): TileQuantization {
  const whole: Problem = {
    layout: 'nn',
    format: { w: 'f32', a: 'f32', acc: 'f32', out: 'f32' },
    bias: false,
    ...problem,
  };
  const { tiles } = gridOf(whole, { m: tile.m, n: tile.n, k: 1 });
  return { tiles, efficiency: tiles === 0 ? 1 : (rows(whole) * whole.shape.n) / (tiles * tile.m * tile.n) };
}

export interface WaveQuantization {
  readonly waves: number;
  /** Workgroups over slots of all waves, 0…1. */
  readonly efficiency: number;
}

/** How `tiles` workgroups fill waves of `slots`. @throws RangeError unless slots is a positive integer */
export function waveQuantization(tiles: number, slots: number): WaveQuantization {
  if (!Number.isSafeInteger(slots) || slots < 1)
    throw new RangeError(`expected a positive number of slots, got ${slots}`);
  const waves = Math.ceil(tiles / slots);
  return { waves, efficiency: waves === 0 ? 1 : tiles / (waves * slots) };
}
