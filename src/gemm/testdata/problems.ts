/** Small problems for tests: any layout, format, batch or group, at sizes off every tile. */
import fc from 'fast-check';
import { asScaled } from '../formats/registry.ts';
import { defaultScale } from '../formats/scale.ts';
import { operandA, operandB } from '../operands.ts';
import {
  ACCUMULATOR_FORMATS,
  ACTIVATION_FORMATS,
  type Format,
  type Groups,
  LAYOUTS,
  type Layout,
  OUTPUT_FORMATS,
  type Problem,
  type Shape,
  WEIGHT_FORMATS,
} from '../problem.ts';

interface Choice {
  readonly m?: number;
  readonly n?: number;
  readonly k?: number;
  readonly batch?: number;
  readonly layout?: Layout;
  readonly format?: Partial<Format>;
  readonly rows?: readonly number[];
  readonly bias?: boolean;
}

/** A problem with defaults for everything else. */
export function problemOf(choice: Choice = {}): Problem {
  const { n = 5, k = 37, batch = 1, rows, bias = false } = choice;
  const format: Format = { w: 'f32', a: 'f32', acc: 'f32', out: 'f32', ...choice.format };
  const scale = defaultScale(format.w);
  const groups: Groups | undefined = rows && { experts: rows.length, rows };
  const m = rows ? rows.reduce((sum, count) => sum + count, 0) : (choice.m ?? 3);
  const shape: Shape = { batch, m, n, k };
  return {
    shape,
    layout: choice.layout ?? (scale ? 'nt' : 'nn'),
    format,
    bias,
    ...(groups && { groups }),
    ...(scale && { scale }),
  };
}

const size = (max: number) => fc.integer({ min: 1, max });

export const anyLayout = fc.constantFrom(...LAYOUTS);
export const anyFormats = {
  w: fc.constantFrom(...WEIGHT_FORMATS),
  a: fc.constantFrom(...ACTIVATION_FORMATS),
  acc: fc.constantFrom(...ACCUMULATOR_FORMATS),
  out: fc.constantFrom(...OUTPUT_FORMATS),
};

export const anyProblem: fc.Arbitrary<Problem> = fc
  .record({
    m: size(9),
    n: size(9),
    k: size(70),
    batch: size(3),
    rows: fc.option(
      fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }).filter((rows) => rows.some((count) => count > 0)),
    ),
    layout: anyLayout,
    ...anyFormats,
    bias: fc.boolean(),
  })
  .map(({ w, ...drawn }) => ({ ...drawn, w: asScaled(drawn.a) ? drawn.a : w }))
  .map(({ m, n, k, batch, rows, layout, w, a, acc, out, bias }) =>
    problemOf({
      m,
      n,
      k,
      batch: rows ? 1 : batch,
      ...(rows && { rows }),
      layout: defaultScale(w) ? 'nt' : layout,
      format: { w, a, acc, out },
      bias,
    }),
  );

/** Elements (row, k) of A as the kernel sees them. */
export const elementA = (...drawn: Parameters<typeof operandA>) => operandA(...drawn).stored;

/** Elements (matrix, k, col) of B as the kernel sees them. */
export function elementB(...drawn: Parameters<typeof operandB>) {
  const { stored } = operandB(...drawn);
  const { n } = drawn[0].shape;
  return (matrix: number, k: number, col: number) => stored(matrix * n + col, k);
}
