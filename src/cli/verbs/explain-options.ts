/** The options of `explain`, validated. */
import { gpuByName, KNOWN_GPUS, type KnownGpu } from '../../engine/gpus/known-gpus.ts';
import { UsageError } from '../../experiment/errors.ts';
import { defaultScale, pairRefusal } from '../../gemm/formats/scale.ts';
import {
  ACCUMULATOR_FORMATS,
  ACTIVATION_FORMATS,
  ELEMENT_FORMATS,
  type Format,
  LAYOUTS,
  OUTPUT_FORMATS,
  type Problem,
  WEIGHT_FORMATS,
} from '../../gemm/problem.ts';
import { remedy } from '../../plan/spec/suggest.ts';

export const FORMAT_CHOICES = {
  w: WEIGHT_FORMATS,
  a: ACTIVATION_FORMATS,
  acc: ACCUMULATOR_FORMATS,
  out: OUTPUT_FORMATS,
  layout: LAYOUTS,
} as const;

/** Read as text, so that a message can quote what was typed. */
export interface ShapeOptions {
  readonly m: string | undefined;
  readonly n: string | undefined;
  readonly k: string | undefined;
  readonly batch: string;
  readonly w: Format['w'];
  readonly a: Format['a'] | undefined;
  readonly acc: Format['acc'];
  readonly out: Format['out'] | undefined;
  readonly layout: Problem['layout'] | undefined;
}

/** Small enough that FLOP stay exact in a double. */
const LARGEST = 2 ** 24;

export function readSize(name: string, given: string): number {
  const size = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (size >= 1 && size <= LARGEST) return size;
  throw new UsageError(`${name}: expected a whole number from 1 to ${LARGEST.toLocaleString('en-US')}, got "${given}"`);
}

/** Activations default to the weights' format where they can have it, else bf16; the output to the activations', or f32. */
export function readFormat({ w, a, acc, out }: Pick<ShapeOptions, 'w' | 'a' | 'acc' | 'out'>): Format {
  const activations = a ?? ELEMENT_FORMATS.find((format) => format === w) ?? 'bf16';
  const mixed = pairRefusal({ w, a: activations });
  if (mixed) throw new UsageError(`--a ${activations}: ${mixed}`);
  return { w, a: activations, acc, out: out ?? OUTPUT_FORMATS.find((format) => format === activations) ?? 'f32' };
}

/** @throws UsageError when a size is missing or wrong, or a scaled format is asked for in another layout than nt */
export function readProblem(options: ShapeOptions): Problem {
  const { m, n, k, w } = options;
  if (m === undefined || n === undefined || k === undefined) {
    throw new UsageError(
      'explain takes M N K, or --shape 64x2880x2880, or --model NAME, or --hidden H --d-ff D; for example: explain 4096 2880 4096',
    );
  }
  const scale = defaultScale(w);
  const layout = options.layout ?? (scale ? 'nt' : 'nn');
  if (scale && layout !== 'nt') throw new UsageError(`--w ${w} needs --layout nt: its blocks run along k`);
  const shape = {
    batch: readSize('--batch', options.batch),
    m: readSize('M', m),
    n: readSize('N', n),
    k: readSize('K', k),
  };
  return { shape, layout, format: readFormat(options), ...(scale && { scale }), bias: false };
}

export function readGpus(names: readonly string[]): KnownGpu[] {
  return names.map((name) => {
    const gpu = gpuByName(name);
    if (gpu) return gpu;
    throw new UsageError(
      `--gpu: unknown GPU "${name}"; ${remedy(
        name,
        KNOWN_GPUS.map(({ id }) => id),
      )}`,
    );
  });
}
