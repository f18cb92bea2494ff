/** What the generator puts into memory is what every stored number was measured on, so it never changes. */
import { expect, it } from 'vitest';
import { errorBudget, rmsErrorBudget } from './budget.ts';
import { canonicalJson, digest } from './digest.ts';
import { defaultScale, pairRefusal } from './formats/scale.ts';
import { packOperands } from './pack.ts';
import {
  type ActivationFormat,
  type Distribution,
  isTransposedA,
  LAYOUTS,
  type Layout,
  OUTPUT_FORMATS,
  type Problem,
  SCALE_RULES,
  type WeightFormat,
} from './problem.ts';
import { referenceAt } from './reference.ts';
import { bytes, operandBytes } from './shape.ts';

const WEIGHTS: readonly WeightFormat[] = ['f32', 'f16', 'bf16', 'mxfp4', 'nvfp4', 'int4'];
const ACTIVATIONS: readonly ActivationFormat[] = ['f32', 'f16', 'bf16', 'mxfp4', 'nvfp4'];
const LATER: readonly WeightFormat[] = [
  ...(['mxfp8', 'int8', 'int4-64', 'int4-128', 'int4-zp', 'int4-64-zp', 'int4-128-zp'] as const),
  ...(['int8-64', 'int8-128', 'int8-channel'] as const),
];
const SHAPES = [
  { shape: { batch: 1, m: 3, n: 5, k: 45 } },
  { shape: { batch: 2, m: 2, n: 4, k: 64 } },
  { shape: { batch: 1, m: 5, n: 3, k: 33 }, groups: { experts: 3, rows: [2, 0, 3] } },
] as const;

function problems(
  weights: readonly WeightFormat[],
  layouts: readonly Layout[],
  activations: readonly ActivationFormat[] = ACTIVATIONS,
): Problem[] {
  return weights.flatMap((w) =>
    activations
      .filter((a) => pairRefusal({ w, a }) === undefined)
      .flatMap((a) =>
        layouts
          .filter((layout) => layout === 'nt' || !defaultScale(w))
          .flatMap((layout) =>
            SHAPES.filter((given) => !isTransposedA(layout) || !('groups' in given)).flatMap((given, i) =>
              (w === 'mxfp4' ? SCALE_RULES : [undefined]).map((rule): Problem => {
                const scale = defaultScale(w, rule);
                const out = OUTPUT_FORMATS[i] ?? 'f32';
                const format = { w, a, acc: i === 1 ? 'f16' : 'f32', out } as const;
                return { ...given, layout, format, bias: i !== 1, ...(scale && { scale }) };
              }),
            ),
          ),
      ),
  );
}

function fingerprint(problem: Problem, distributions: readonly Distribution[]): string {
  const points = [
    { row: 0, col: 0 },
    { row: problem.shape.m - 1, col: problem.shape.n - 1 },
  ];
  const found = distributions.map((distribution) => {
    const packed = packOperands(problem, 11, distribution);
    const { exact, unquantized } = referenceAt(problem, 11, distribution, points);
    return [Object.values(packed).map((words) => [...words]), [...exact], [...unquantized]];
  });
  const last = distributions.at(-1);
  const sizes = [bytes(problem), operandBytes(problem), errorBudget(problem, last), rmsErrorBudget(problem, last)];
  return digest(canonicalJson([found, sizes])).slice(0, 16);
}

function nameOf({ shape, format, layout, groups, scale }: Problem): string {
  const { batch, m, n, k } = shape;
  return `${batch}x${m}x${n}x${k} ${groups ? 'grouped ' : ''}${layout} ${Object.values(format).join('/')} ${scale?.rule ?? ''}`;
}

it('fills every format, layout and raggedness with the values it always had', async () => {
  const lines = problems(WEIGHTS, ['nn', 'nt', 'tn']).map(
    (problem) => `${fingerprint(problem, ['normal', 'uniform'])} ${nameOf(problem)}`,
  );
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('testdata/operands.golden.txt');
});

it('fills outliers, layout tt and later formats likewise', async () => {
  const distributions = ['outliers', 'normal*64', 'outliers*8'] as const;
  const lines = [...problems(['f32', 'f16'], LAYOUTS), ...problems(LATER, ['nt'])].map(
    (problem) => `${fingerprint(problem, distributions)} ${nameOf(problem)}`,
  );
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('testdata/operands-later.golden.txt');
});

it('fills integer activations beside the weights that they go with', async () => {
  const beside: readonly WeightFormat[] = ['int8', 'int4', 'int4-128-zp', 'mxfp4', 'nvfp4'];
  const later: readonly WeightFormat[] = ['int8-channel', 'int8-64', 'int4-128', 'int4-zp', 'nvfp4'];
  const given = [...problems(beside, ['nt'], ['int8']), ...problems(later, ['nt'], ['int8-channel'])];
  const lines = given.map((problem) => `${fingerprint(problem, ['normal', 'outliers*8'])} ${nameOf(problem)}`);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('testdata/operands-integers.golden.txt');
});
