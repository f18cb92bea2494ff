/** Techniques of kernels that decode blocks of codes: their faults for each format that they serve, and the format's. */
import type { Fault, FaultyKernel } from './fault.ts';

export const ALL = [
  ...(['mxfp4', 'nvfp4', 'int4', 'fp8', 'fp8-channel', 'fp8-tensor'] as const),
  ...(['mxfp8', 'int8', 'int4-64', 'int4-128', 'int8-64', 'int8-128', 'int8-channel'] as const),
] as const;
/** Formats with zero points. */
export const ZERO_POINTS = ['int4-zp', 'int4-64-zp', 'int4-128-zp'] as const;
export type BlockFormat = (typeof ALL)[number] | (typeof ZERO_POINTS)[number];

type Activations = Exclude<BlockFormat, `int${string}`>;
const isOfActivations = (w: BlockFormat): w is Activations => !w.startsWith('int');
/** Integers are no activations here. */
export const OF_ACTIVATIONS = ALL.filter(isOfActivations);

type Decoding = Readonly<Partial<Record<BlockFormat, readonly Fault[]>>>;

export interface Technique extends Omit<FaultyKernel, 'format'> {
  readonly formats: readonly BlockFormat[];
  readonly name: (w: BlockFormat) => string;
  /** Faults that show where several blocks along k have scales of their own, and neighbouring columns too. */
  readonly scaling: readonly Fault[];
  /** Mistakes in decoding, where others show than usually. */
  readonly decoding?: Decoding;
  /** Whether both operands are of the format. One function decodes them, so that codes swapped in it change no product. */
  readonly both?: true;
  /** Activations other than f32. */
  readonly a?: 'f16';
  /** Faults that show with one format only. */
  readonly of?: Partial<Record<BlockFormat, readonly Fault[]>>;
  /** Faults that show with zero points only. */
  readonly zeroPoints?: readonly Fault[];
}

const SWAPPED_PAIRS: Fault = {
  name: 'swapped nibble',
  find: 'low << 6u, low << 2u, low >> 2u, low >> 6u',
  replace: 'low << 2u, low << 6u, low >> 6u, low >> 2u',
};
export const TENSOR_SCALE: Fault = { name: 'missing tensor scale', find: 'problem.tensor_scale * ', replace: '' };

const FP8: readonly Fault[] = [
  { name: 'scale off by one', find: '0x1p8f', replace: '0x1p7f' },
  { name: 'codes exchanged', find: 'zero_two.x, one_three.x', replace: 'one_three.x, zero_two.x' },
  { name: 'sign of a code lost', find: '((even & 0x00800080u) << 8u)', replace: '0u' },
];

const INT4: readonly Fault[] = [
  { name: 'sign of a code lost', find: 'word ^ 0x88888888u', replace: 'word' },
  { name: 'swapped nibble', find: 'vec4<u32>(28u, 24u, 20u, 16u)', replace: 'vec4<u32>(24u, 28u, 20u, 16u)' },
];

const INT8: readonly Fault[] = [
  {
    name: 'sign of a code lost',
    find: 'vec4<i32>(bitcast<i32>(word)) <<',
    replace: 'vec4<i32>(bitcast<i32>(word & 0x7f7f7f7fu)) <<',
  },
  { name: 'codes exchanged', find: 'vec4<u32>(24u, 16u, 8u, 0u)', replace: 'vec4<u32>(16u, 24u, 8u, 0u)' },
];

/** Mistakes in decoding a format, whatever the technique. */
const DECODING: Readonly<Record<(typeof ALL)[number], readonly Fault[]>> = {
  mxfp4: [
    SWAPPED_PAIRS,
    { name: 'scale off by one', find: '0x1p14f', replace: '0x1p13f' },
    { name: 'a half read as three quarters', find: 'word & (normal | 0xeeeeeeeeu)', replace: 'word' },
    { name: 'zero read as a half', find: '((word | normal) & 0x11111111u)', replace: '0x11111111u' },
  ],
  nvfp4: [SWAPPED_PAIRS, TENSOR_SCALE],
  fp8: FP8,
  'fp8-channel': FP8.slice(0, 1),
  'fp8-tensor': FP8.slice(0, 1),
  mxfp8: [{ name: 'scale off by one', find: '0x1p16f', replace: '0x1p15f' }, ...FP8.slice(1)],
  int8: INT8,
  'int8-64': INT8.slice(0, 1),
  'int8-128': INT8.slice(0, 1),
  'int8-channel': INT8.slice(1),
  int4: INT4,
  'int4-64': INT4.slice(0, 1),
  'int4-128': INT4.slice(0, 1),
};

/** These decode by pairs of f16, which formats of 8 bits do in any case, and scale what that makes. */
export const AFFINE: typeof DECODING = {
  ...DECODING,
  mxfp4: [
    { name: 'swapped nibble', find: 'even << 8u, odd << 8u', replace: 'odd << 8u, even << 8u' },
    { name: 'scale off by one', find: 'byte << 23u', replace: '(byte + 1u) << 23u' },
  ],
  nvfp4: [
    { name: 'sign of a code lost', find: '0x8e008e00u', replace: '0x0e000e00u' },
    { name: 'scale off by one', find: '0x1p24f', replace: '0x1p23f' },
    TENSOR_SCALE,
  ],
  int4: [
    { name: 'what codes are too large by left in', find: ' - affine_plus(scales[c]) * of_a[i]', replace: '' },
    { name: 'swapped nibble', find: 'word << 6u, word << 2u', replace: 'word << 2u, word << 6u' },
  ],
  'int4-64': [{ name: 'a bit of a code lost', find: '0x03c003c0u', replace: '0x03800380u' }],
  'int4-128': [{ name: 'a bit of a code lost', find: '0x03c003c0u', replace: '0x01c003c0u' }],
};

/** These undo the factor of a decoded code, so that a mistake in it changes nothing. */
export const IN_F16: typeof DECODING = {
  ...AFFINE,
  fp8: FP8.slice(1),
  'fp8-channel': FP8.slice(1, 2),
  'fp8-tensor': FP8.slice(1, 2),
  mxfp8: FP8.slice(1),
  int4: [
    { name: 'what codes are too large by left in', find: ' - scale * affine_plus(column.scales)', replace: '' },
    ...AFFINE.int4.slice(1),
  ],
};

/** Formats that differ from another in how many share a scale are tried with a few. */
function faultsOf(technique: Technique, w: BlockFormat): readonly Fault[] {
  const { faults, scaling, zeroPoints = [], both, of } = technique;
  const decoding: Decoding = technique.decoding ?? DECODING;
  if (w.endsWith('-zp')) return [...faults.slice(0, 2), ...zeroPoints];
  const own = of?.[w] ?? [];
  const decoded = both ? [] : (decoding[w] ?? []);
  if (/-(channel|tensor|64|128)$/.test(w)) return [...faults.slice(0, 2), ...decoded];
  return [...faults, ...(w === 'fp8' ? [] : scaling), ...decoded, ...own];
}

/** A fault list for each kernel that these techniques make. */
export function faultyKernels(techniques: readonly Technique[]): Readonly<Record<string, FaultyKernel>> {
  return Object.fromEntries(
    techniques.flatMap((technique) =>
      technique.formats.map((w): [string, FaultyKernel] => {
        const { name, shape, layout, choice, both, a } = technique;
        const format = both && isOfActivations(w) ? { w, a: w } : { w, ...(a && { a }) };
        return [name(w), { shape, layout, choice, format, faults: faultsOf(technique, w) }];
      }),
    ),
  );
}
