/** The keys of front matter, version 2. */
import { z } from 'zod';
import {
  ACCUMULATOR_FORMATS,
  ACTIVATION_FORMATS,
  LAYOUTS,
  OUTPUT_FORMATS,
  WEIGHT_FORMATS,
} from '../../gemm/problem.ts';
import { type Expression, parseExpression } from './expression.ts';
import type { Kernel } from './kernel.ts';

/** Names that workgroup sizes may use. */
export const TILE_NAMES = ['TILE_M', 'TILE_N', 'TILE_K', 'THREAD_M', 'THREAD_N'] as const;
/** Device names; 0 if unknown (device.ts). */
export const DEVICE_NAMES = ['SUBGROUP_MIN', 'SUBGROUP_MAX', 'MATRIX_M', 'MATRIX_N', 'MATRIX_K'] as const;
/** Further names for conditions. */
export const SHAPE_NAMES = ['m', 'n', 'k', 'matrices'] as const;
/** Names for `preferred` and `cuts`: 1 or 0 for kind of adapter, layout and grouped; registers of a lane. */
export const PREFERENCE_NAMES = [
  ...['GPU', 'SOFTWARE', 'SYSTEM_SOFTWARE', 'EMBEDDED_SOFTWARE'],
  ...['NN', 'NT', 'TN', 'GROUPED', 'REGISTERS', 'SCALE_BLOCK'],
] as const;

/** Features that a kernel's text may use where the device has them. */
const USABLE_FEATURES = ['subgroup-size-control'] as const;

/** 256 threads per workgroup are allowed by every WebGPU device, more not by all. */
const PORTABLE_THREADS = 256;

export const size = z.int().min(1).max(4096);
export const reason = z.string().min(10, 'give the reason in words');
const rank = z.int().min(1).max(999);

export const expression = (names: readonly string[]) =>
  z.union([z.string(), z.int().min(0)]).transform((value, context): Expression => {
    try {
      return parseExpression(String(value), names);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });

export const derivedSize = expression([...DEVICE_NAMES, 'THREAD_M', 'THREAD_N']).optional();
/** Tile and thread sizes and their condition. */
export const cutSize = expression([...TILE_NAMES, ...DEVICE_NAMES]);
export const condition = expression([...SHAPE_NAMES, ...TILE_NAMES, ...DEVICE_NAMES]);
const preference = expression([...SHAPE_NAMES, ...DEVICE_NAMES, ...PREFERENCE_NAMES]);

const values = z
  .array(size)
  .min(1)
  .refine((sizes) => sizes.every((value, i) => value > (sizes[i - 1] ?? 0)), 'values must ascend');

export const dimension = z
  .strictObject({ default: size, values, derived: derivedSize, because: reason })
  .refine((given) => given.values.includes(given.default), 'default must be one of values');

const someOf = <const T extends readonly [string, ...string[]]>(names: T) => z.array(z.enum(names)).min(1);
const optionalSizes = { m: size.optional(), n: size.optional() };

/** Keys that version 1 has too. */
export const sharedKeys = {
  name: z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'expected words of a-z and 0-9 joined by "-"'),
  technique: z.string().min(10).max(160),
  formats: z.strictObject({
    w: someOf(WEIGHT_FORMATS),
    a: someOf(ACTIVATION_FORMATS),
    acc: someOf(ACCUMULATOR_FORMATS),
    out: someOf(OUTPUT_FORMATS),
  }),
  layouts: someOf(LAYOUTS),
  batched: z.boolean(),
  grouped: z.boolean(),
  bias: z.boolean(),
  workgroup: z.tuple([cutSize, cutSize]),
  workgroupBytes: cutSize.default(() => parseExpression('0', [])),
  requires: z.array(z.string().min(1)).default([]),
  textures: z.array(z.enum(['a', 'b'])).default([]),
};

/** Texels hold f32 or words; half-float kernels bind their operands as f16. */
export const texturesFit = ({ textures, requires }: { textures: readonly string[]; requires: readonly string[] }) =>
  textures.length === 0 || !requires.includes('shader-f16');
export const TEXTURES_REFUSAL = {
  path: ['textures'],
  error: 'a kernel that requires shader-f16 reads its operands from buffers',
};

export type Described = Omit<Kernel, 'file' | 'body' | 'bodyLine' | 'hash'>;

export const schema = z
  .strictObject({
    frontMatter: z.literal(2),
    kernelAbi: z.literal(2),
    ...sharedKeys,
    'builds-on': z.string().optional(),
    uses: z.array(z.enum(USABLE_FEATURES)).default([]),
    tile: z.strictObject({ m: dimension, n: dimension, k: dimension }),
    thread: z.strictObject({ m: dimension, n: dimension }),
    only: z.array(z.strictObject({ if: condition, because: reason })).default([]),
    mostThreads: size.default(PORTABLE_THREADS),
    preferred: z.array(z.strictObject({ if: preference.optional(), rank, because: reason })).default([]),
    cuts: z
      .array(
        z.strictObject({
          if: preference,
          tile: z.strictObject({ ...optionalSizes, k: size.optional() }).optional(),
          thread: z.strictObject(optionalSizes).optional(),
          because: reason,
        }),
      )
      .default([]),
    vouches: z.strictObject({ rank, small: rank.optional(), itself: z.boolean().default(false) }).optional(),
  })
  .refine(texturesFit, TEXTURES_REFUSAL)
  .superRefine(({ cuts, tile, thread }, context) => {
    for (const [i, cut] of cuts.entries())
      for (const [what, sizes, ranges] of [
        ['tile', cut.tile, tile],
        ['thread', cut.thread, thread],
      ] as const)
        for (const [name, wanted] of Object.entries(sizes ?? {})) {
          const allowed = ranges[name as keyof typeof ranges].values;
          if (wanted === undefined || allowed.includes(wanted)) continue;
          const message = `${wanted} is not one of the sizes it takes: ${allowed.join(', ')}`;
          context.addIssue({ code: 'custom', path: ['cuts', i, what, name], message });
        }
  })
  .transform(
    ({ frontMatter: _, kernelAbi: __, 'builds-on': buildsOn, ...described }): Described => ({
      ...described,
      buildsOn,
    }),
  );
