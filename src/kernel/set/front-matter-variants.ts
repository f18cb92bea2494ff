/**
 * The kernels of one file. `variants` are kernels of the same text with some different keys. A name with `{w}` defines a kernel
 * for each of its weight formats, which replaces `{w}` everywhere in the front matter.
 */
import { asScaled } from '../../gemm/formats/registry.ts';
import { ACTIVATION_FORMATS, WEIGHT_FORMATS } from '../../gemm/problem.ts';

/** One kernel's front matter as data, and where its values stand in the document. */
export interface Expanded {
  readonly data: unknown;
  pathOf(path: readonly PropertyKey[]): readonly PropertyKey[];
}

type Data = Readonly<Record<string, unknown>>;

const WEIGHT = '{w}';

export function expand(document: unknown): Expanded[] {
  if (!isData(document)) return [{ data: document, pathOf: (path) => path }];
  const { variants, ...base } = document;
  const own: Expanded = { data: base, pathOf: (path) => path };
  // The schema refuses what is not a list of objects.
  if (variants !== undefined && !(Array.isArray(variants) && variants.every(isData))) {
    return byWeight({ data: { ...base, variants }, pathOf: (path) => path });
  }
  const others = ((variants ?? []) as readonly Data[]).map((variant, i): Expanded => {
    const pathOf = (path: readonly PropertyKey[]) =>
      String(path[0]) in variant || path.length === 0 ? ['variants', i, ...path] : path;
    return { data: { ...base, ...variant }, pathOf };
  });
  return [own, ...others].flatMap(byWeight);
}

/** Groups of formats, so that a new format needs no change of kernels. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  weights: WEIGHT_FORMATS,
  activations: ACTIVATION_FORMATS,
  scaled: WEIGHT_FORMATS.filter((name) => asScaled(name) && !asScaled(name)?.zeroPoints),
  'zero-points': WEIGHT_FORMATS.filter((name) => asScaled(name)?.zeroPoints),
  'scaled-activations': ACTIVATION_FORMATS.filter((name) => asScaled(name) && !asScaled(name)?.beside),
  'integer-activations': ACTIVATION_FORMATS.filter((name) => asScaled(name)?.beside),
  integers: WEIGHT_FORMATS.filter((name) => asScaled(name)?.wgsl.integers),
};

function resolved(formats: Data): Data {
  const put = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.flatMap(put);
    return typeof value === 'string' ? (GROUPS[value] ?? value) : value;
  };
  return Object.fromEntries(Object.entries(formats).map(([role, value]) => [role, put(value)]));
}

function byWeight({ data: found, pathOf }: Expanded): Expanded[] {
  if (!isData(found) || !isData(found.formats)) return [{ data: found, pathOf }];
  const formats = resolved(found.formats);
  const data = { ...found, formats };
  if (typeof found.name !== 'string' || !found.name.includes(WEIGHT)) return [{ data, pathOf }];
  const weights = Array.isArray(formats.w) ? formats.w.filter((w) => typeof w === 'string') : [];
  return weights.map((w) => ({ data: put(w, { ...data, formats: { ...formats, w: [w] } }), pathOf }));
}

/** Every `{w}` in every text. */
function put(w: string, value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(WEIGHT, w);
  if (Array.isArray(value)) return value.map((item) => put(w, item));
  if (isData(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, put(w, item)]));
  return value;
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
