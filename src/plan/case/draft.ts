import { asScaled, isElementFormat } from '../../gemm/formats/registry.ts';
import { defaultScale, pairRefusal } from '../../gemm/formats/scale.ts';
import {
  type BlockScale,
  type Distribution,
  distributionOf,
  type Format,
  type Layout,
  type ScaleRule,
  type Shape,
} from '../../gemm/problem.ts';
import type { GroupSpec } from '../model/pass.ts';
import { MAX_DIMENSION } from '../spec/fields.ts';
import type { DocumentPath } from '../spec/spec-error.ts';
import type { Defaults } from '../suite/schema.ts';
import type { FixedSizes, OperandMode } from './case.ts';

/** A draft of cases: a problem without operand mode and kernel, which are combined last. */
export interface Draft {
  readonly phase: string;
  readonly name: string;
  readonly shape: Shape;
  readonly layout: Layout;
  readonly group?: GroupSpec;
  readonly format: Format;
  readonly bias: boolean;
  readonly from: string;
  readonly count: number;
  readonly settings: Settings;
  /** Where in the suite it was asked for. */
  readonly path: DocumentPath;
}

/** A problem that cannot be measured, and why. */
export interface Refusal {
  readonly draft: Draft;
  readonly reason: string;
}

/** What all problems of one entry share. */
export interface Settings {
  readonly kernels: readonly string[];
  readonly operands: readonly OperandMode[];
  readonly distribution: Distribution;
  readonly seed: number;
  readonly scale: ScaleRule | undefined;
  readonly sizes: FixedSizes | undefined;
}

type Choices = Omit<Defaults, 'layout' | 'w' | 'tp' | 'ep' | 'gateUp' | 'routing'>;

/** A value or a list of them, always as a list; the first that is given counts. */
export function asList<T extends string | number>(...options: readonly (T | readonly T[] | undefined)[]): readonly T[] {
  const given = options.find((option) => option !== undefined);
  if (given === undefined) return [];
  return typeof given === 'object' ? given : [given];
}

export function settingsOf(entry: Choices, defaults: Choices): Settings {
  return {
    kernels: asList<string>(entry.kernels, defaults.kernels, 'best'),
    operands: asList<OperandMode>(entry.operands, defaults.operands, 'cold'),
    distribution: distributionOf(
      entry.distribution ?? defaults.distribution ?? 'normal',
      entry.amplitude ?? defaults.amplitude,
    ),
    seed: entry.seed ?? defaults.seed ?? 1,
    scale: entry.scale ?? defaults.scale,
    sizes: sizesOf(entry.tile ?? defaults.tile, entry.thread ?? defaults.thread),
  };
}

/** Only what was given: an absent size is the kernel's own. */
function sizesOf(tile: Choices['tile'], thread: Choices['thread']): FixedSizes | undefined {
  if (tile === undefined && thread === undefined) return undefined;
  const given = (sizes: Choices['tile']) => Object.fromEntries(Object.entries(sizes ?? {}).filter(([, size]) => size));
  return { ...(tile && { tile: given(tile) }), ...(thread && { thread: given(thread) }) };
}

/**
 * Formats for one weight format: a defaults to w where w is one of its formats, else to `fallback`; acc to f32; out to a, or
 * to f32 where a is a scaled format.
 */
export function formatsFor(
  w: Format['w'],
  entry: Choices,
  defaults: Choices,
  fallback: Format['a'],
): readonly Format[] {
  const own = isElementFormat(w) ? w : fallback;
  return asList<Format['a']>(entry.a, defaults.a, own).flatMap((a) =>
    asList<Format['acc']>(entry.acc, defaults.acc, 'f32').flatMap((acc) =>
      asList<Format['out']>(entry.out, defaults.out, outputFor(a)).map((out) => ({ w, a, acc, out })),
    ),
  );
}

function outputFor(a: Format['a']): Format['out'] {
  return isElementFormat(a) ? a : 'f32';
}

/** The block scale of a weight format under a suite's rule, which counts where the format has a choice. */
export function scaleOf(w: Format['w'], rule: ScaleRule | undefined): BlockScale | undefined {
  return rule && asScaled(w)?.rules.includes(rule) ? defaultScale(w, rule) : defaultScale(w);
}

/** Most elements one operand may have: 2^40 is far beyond any device and still exact in every count. */
export const MAX_ELEMENTS = 2 ** 40;

/** Why a problem has no meaning whatever the device, or nothing. */
export function refusal(shape: Shape, layout: Layout, format: Format): string | undefined {
  const mixed = pairRefusal(format);
  if (mixed !== undefined) return mixed;
  const scale = scaleOf(format.w, undefined);
  if (scale !== undefined && layout !== 'nt') {
    return `${format.w} weights come in blocks along k, so they need layout nt, not ${layout}`;
  }
  const { batch, m, n, k } = shape;
  const longest = Math.max(batch, m, n, k);
  if (longest > MAX_DIMENSION) return `a dimension would be ${longest}; the most is ${MAX_DIMENSION}`;
  const largest = Math.max(batch * m * k, batch * k * n, batch * m * n);
  if (largest > MAX_ELEMENTS) return `an operand would have ${largest} elements; the most is ${MAX_ELEMENTS}`;
  return undefined;
}
