/** All number formats, by name. Adding one is adding its file and its name here. */
import { bf16 } from './bf16.ts';
import { f16 } from './f16.ts';
import { f32 } from './f32.ts';
import type { ElementFormat, NumberFormat, Role, ScaledFormat } from './format.ts';
import { fp8, fp8Channel, fp8Tensor } from './fp8.ts';
import { int4, int4Of64, int4Of128 } from './int4.ts';
import { int4Zero32, int4Zero64, int4Zero128 } from './int4-zero.ts';
import { int8, int8Channel, int8Of64, int8Of128 } from './int8.ts';
import { mxfp4 } from './mxfp4.ts';
import { mxfp8 } from './mxfp8.ts';
import { nvfp4 } from './nvfp4.ts';

const REGISTRY = {
  ...{ f32, f16, bf16, mxfp4, nvfp4, int4 },
  ...{ fp8, 'fp8-channel': fp8Channel, 'fp8-tensor': fp8Tensor, mxfp8, int8 },
  ...{ 'int8-64': int8Of64, 'int8-128': int8Of128, 'int8-channel': int8Channel },
  ...{ 'int4-64': int4Of64, 'int4-128': int4Of128 },
  ...{ 'int4-zp': int4Zero32, 'int4-64-zp': int4Zero64, 'int4-128-zp': int4Zero128 },
} as const satisfies Readonly<Record<string, NumberFormat>>;

type Registry = typeof REGISTRY;
export type FormatName = keyof Registry;
type WithRole<R extends Role> = {
  [N in FormatName]: R extends Registry[N]['roles'][number] ? N : never;
}[FormatName];
type OfKind<K extends NumberFormat['kind']> = {
  [N in FormatName]: Registry[N]['kind'] extends K ? N : never;
}[FormatName];

export type WeightFormat = FormatName;
export type ActivationFormat = WithRole<'activations'>;
export type AccumulatorFormat = WithRole<'accumulator'>;
export type OutputFormat = WithRole<'output'>;
/** Formats whose elements stand for themselves, without a scale that several share. */
export type ElementFormatName = OfKind<'elements'>;

const FORMATS: Readonly<Record<FormatName, NumberFormat>> = REGISTRY;

type Names<T extends FormatName> = readonly [T, ...T[]];
/** Casts to a non-empty list: f32 is in every list. */
function named<T extends FormatName>(formats: readonly NumberFormat[]): Names<T> {
  const names: readonly string[] = formats.map(({ name }) => name);
  return names as Names<T>;
}
const namesWhere = <T extends FormatName>(holds: (format: NumberFormat) => boolean): Names<T> =>
  named(Object.values(FORMATS).filter(holds));
const withRole = <R extends Role>(role: R) => namesWhere<WithRole<R>>(({ roles }) => roles.includes(role));

export const WEIGHT_FORMATS = namesWhere<WeightFormat>(() => true);
export const ELEMENT_FORMATS = namesWhere<ElementFormatName>(({ kind }) => kind === 'elements');
export const ACTIVATION_FORMATS = withRole('activations');
export const ACCUMULATOR_FORMATS = withRole('accumulator');
export const OUTPUT_FORMATS = withRole('output');

export function formatOf(name: FormatName): NumberFormat {
  return FORMATS[name];
}

/** The format as one whose elements stand for themselves; undefined for a scaled one. */
export function asElements(name: FormatName): ElementFormat | undefined {
  const format = FORMATS[name];
  return format.kind === 'elements' ? format : undefined;
}

/** The format as a scaled one; undefined for one whose elements stand for themselves. */
export function asScaled(name: FormatName): ScaledFormat | undefined {
  const format = FORMATS[name];
  return format.kind === 'scaled' ? format : undefined;
}

export function isElementFormat(name: FormatName): name is ElementFormatName {
  return FORMATS[name].kind === 'elements';
}

/** WGSL functions of every format, each once. */
export const FORMAT_FUNCTIONS = [
  ...new Map(Object.values(FORMATS).flatMap(({ wgsl }) => wgsl.functions.map((f) => [f.name, f] as const))).values(),
];
