import { absentFormat, formatCalled } from '../../gemm/formats/elsewhere.ts';
import { asScaled, type FormatName } from '../../gemm/formats/registry.ts';
import { ACTIVATION_FORMATS, type ActivationFormat, LAYOUTS, type Layout, WEIGHT_FORMATS } from '../../gemm/problem.ts';
import { SpecError } from '../spec/spec-error.ts';
import { remedy } from '../spec/suggest.ts';
import type { Imported } from './to-suite.ts';

/** Shapes as people say them: `64x2880x2880:mxfp4`, `64x2880x2880:f16:f32:nt`. */

export interface ShapeText {
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly w?: FormatName;
  readonly a?: ActivationFormat;
  readonly layout?: Layout;
}

/** What an error calls such a text. */
const FILE = '--shape';
const FORM = /^\d+(?:[x×]\d+){2,3}(?::[^,:]*){0,3}$/i;

/** Whether a text is shapes, joined by commas, and no name of a suite or a file. */
export function isShapeText(text: string): boolean {
  return text.split(',').every((part) => FORM.test(part.trim()));
}

/**
 * Reads `m×n×k`, or `batch×m×n×k`, and after colons the formats of weights and activations, and the layout.
 *
 * @throws SpecError
 */
export function readShape(text: string): ShapeText {
  const [sizes = '', ...parts] = text.trim().split(':');
  const layouts = parts.filter(isLayout);
  const [w, a, more = layouts[1]] = parts.filter((part) => !isLayout(part));
  const numbers = sizes.split(/[x×]/i).map((size) => (/^\d{1,10}$/.test(size) ? Number(size) : 0));
  if (numbers.length < 3 || numbers.length > 4 || numbers.some((size) => size < 1)) {
    throw new SpecError(
      { file: FILE },
      `cannot read "${text}"; expected m×n×k, e.g. 64x2880x2880, 64x2880x2880:f16:f32 or 64x2880x2880:f16:f32:nt`,
    );
  }
  if (more !== undefined)
    throw new SpecError(
      { file: FILE },
      `${text}: "${more}" is left after weights, activations and layout (${LAYOUTS.join(', ')})`,
    );
  const [layout] = layouts;
  const [batch = 1, m = 1, n = 1, k = 1] = numbers.length === 4 ? numbers : [1, ...numbers];
  return {
    ...{ batch, m, n, k },
    ...(w !== undefined && { w: formatIn(w, text, WEIGHT_FORMATS) }),
    ...(a !== undefined && { a: formatIn(a, text, ACTIVATION_FORMATS) }),
    ...(layout !== undefined && { layout }),
  };
}

function isLayout(part: string): part is Layout {
  return LAYOUTS.some((known) => known === part);
}

function formatIn<T extends FormatName>(name: string, text: string, known: readonly T[]): T {
  const called = formatCalled(name);
  const format = known.find((one) => one === called);
  if (format !== undefined) return format;
  const absent = absentFormat(name);
  if (absent) throw new SpecError({ file: FILE }, `${text}: ${absent}`);
  throw new SpecError({ file: FILE }, `${text}: unknown format "${name}"; ${remedy(name, known)}`);
}

/** Shapes joined by commas as a suite. */
export function importShapes(text: string): Imported {
  const shapes = text.split(',').map((part) => {
    const { batch, w, layout, ...shape } = readShape(part);
    const isScaled = w !== undefined && asScaled(w) !== undefined;
    return {
      ...(batch > 1 && { batch }),
      ...shape,
      ...(w && { w }),
      ...(layout ? { layout } : isScaled && { layout: 'nt' as const }),
      from: FILE,
    };
  });
  return { suite: { name: 'shapes', description: 'Shapes of the command line.', shapes }, notes: [], left: [] };
}
