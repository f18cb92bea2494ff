/**
 * Converts front matter of version 1, from older git refs and users' folders, to version 2. Version 1 has neither preferences,
 * which were a table of names in the harness, nor the default thread limit.
 */
import { z } from 'zod';
import { parseExpression } from './expression.ts';
import {
  condition,
  type Described,
  derivedSize,
  PREFERENCE_NAMES,
  reason,
  SHAPE_NAMES,
  sharedKeys,
  size,
  TEXTURES_REFUSAL,
  texturesFit,
} from './front-matter-schema.ts';
import type { Cut, Dimension, Preference } from './kernel.ts';

const dimension = z
  .strictObject({ default: size, values: z.array(size).min(1), follows: derivedSize, because: reason })
  .refine(({ values }) => values.every((value, i) => value > (values[i - 1] ?? 0)), 'values must ascend')
  .refine((given) => given.values.includes(given.default), 'default must be one of values')
  .transform(({ follows, ...rest }): Dimension => ({ ...rest, derived: follows }));

export const version1Schema = z
  .strictObject({
    frontMatter: z.literal(1),
    kernelAbi: z.literal(1),
    ...sharedKeys,
    tile: z.strictObject({ m: dimension, n: dimension, k: dimension }),
    thread: z.strictObject({ m: dimension, n: dimension }),
    serves: z.array(z.strictObject({ unless: condition, because: reason })).default([]),
  })
  .refine(texturesFit, TEXTURES_REFUSAL);

export function fromVersion1(given: z.output<typeof version1Schema>): Described {
  const { frontMatter: _, kernelAbi: __, serves, ...shared } = given;
  return {
    ...shared,
    uses: [],
    only: serves.map(({ unless, because }) => ({ if: unless, because })),
    mostThreads: Number.POSITIVE_INFINITY,
    preferred: PREFERRED.filter(([names]) => names.test(shared.name)).map(([, rank, when]) => preference(rank, when)),
    cuts: CUTS.filter(([names]) => names.test(shared.name)).map(([, when, sizes]) => ({ ...sizes, ...ruled(when) })),
  };
}

function ruled(when: string): Pick<Cut, 'if' | 'because'> {
  const names = [...SHAPE_NAMES, ...PREFERENCE_NAMES];
  return { if: parseExpression(when, names), because: 'the harness said so when kernels could not' };
}

const preference = (rank: number, when: string): Preference => ({ rank, ...ruled(when) });

const FEW = '(SYSTEM_SOFTWARE and m == 1 or EMBEDDED_SOFTWARE and m <= 4)';

/** Names of version 1's kernels, their rank, and its condition. */
const PREFERRED: readonly (readonly [RegExp, number, string])[] = [
  [/^native-f16-acc$/, 10, '1'],
  [/^(?:mxfp4|nvfp4)-both$/, 20, '1'],
  [/^(?:mxfp4|nvfp4|int4)-gemv$/, 20, 'GPU and m <= 16'],
  [/^(?:mxfp4|nvfp4|int4)-ring$/, 20, 'SOFTWARE and m <= 8'],
  [/^(?:mxfp4|nvfp4|int4)-subgroup$/, 30, 'SOFTWARE'],
  [/^(?:mxfp4|nvfp4|int4)$/, 30, 'GPU'],
  [/^(?:mxfp4|nvfp4|int4)$/, 40, 'SOFTWARE'],
  [/^gemv$/, 40, 'GPU and m <= 16'],
  [/^split-k$/, 40, 'GPU and m > 16 and GROUPED == 0 and m * n * matrices <= 49152 and k >= 2048'],
  [/^subgroup-matrix$/, 50, 'GPU and m > 16'],
  [/^gemv-walk$/, 50, `NN and n % 4 == 0 and k % 4 == 0 and ${FEW}`],
  [/^packed-b?f16$/, 55, 'SOFTWARE and NT and m == 1'],
  [/^gemv-direct$/, 60, FEW],
  [/^native-f16$/, 60, 'GPU and m > 16'],
  [/^direct$/, 65, 'SYSTEM_SOFTWARE and n <= 8'],
  [/^subgroup$/, 70, 'SOFTWARE'],
  [/^outer-product$/, 75, 'SYSTEM_SOFTWARE'],
  [/^packed-b?f16$/, 80, 'SOFTWARE'],
  [/^direct$/, 85, 'SOFTWARE'],
  [/^register-tile$/, 90, '1'],
  [/^direct$/, 91, '1'],
  [/^naive$/, 92, '1'],
];

const CUTS: readonly (readonly [RegExp, string, Pick<Cut, 'tile' | 'thread'>])[] = [
  [/^gemv-direct$/, 'NN and n % 4 != 0', { thread: { n: 8 } }],
  [/^direct$/, 'n <= 8', { tile: { m: 32, n: 8 }, thread: { m: 4, n: 4 } }],
  [/^subgroup$/, 'EMBEDDED_SOFTWARE and m > 16', { tile: { m: 32 }, thread: { m: 32 } }],
  [/subgroup$|-ring$/, 'n <= 32', { thread: { n: 4 } }],
  [/-ring$/, 'n <= 512', { thread: { n: 8 } }],
];
