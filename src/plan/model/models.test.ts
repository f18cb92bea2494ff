import { describe, expect, it } from 'vitest';
import { SpecError } from '../spec/spec-error.ts';
import { readModels } from './models.ts';

/** Where the error must point. */
const MARK = '‸';
const sizes = 'hidden: 8, heads: 2, kv_heads: 2, head_dim: 4, d_ff: 8';
const entry = (fields: string) => `  - { ${fields} }\n`;

const bad: readonly (readonly [kind: string, text: string, message: RegExp])[] = [
  [
    'without from',
    `models:\n  - ${MARK}{ name: x, ${sizes} }\n`,
    /^models\[0\]\.from: expected where the sizes come from \(`from: …`\), got nothing$/,
  ],
  [
    'an unknown key',
    `models:\n${entry(`name: x, from: here, ${sizes}, ‸kvheads: 2`)}`,
    /^models\[0\]: unknown key "kvheads"; did you mean "kv_heads"\?$/,
  ],
  [
    'a misspelt key',
    `models:\n${entry(`name: x, ‸form: here, ${sizes}`)}`,
    /^models\[0\]: unknown key "form"; did you mean "from"\?$/,
  ],
  [
    'what suites once called from',
    `models:\n${entry(`name: x, ‸source: here, ${sizes}`)}`,
    /^models\[0\]: unknown key "source"; known: .*from/,
  ],
  [
    'a size that is none',
    `models:\n${entry(`name: x, from: here, vocab: ‸32k, ${sizes}`)}`,
    /^models\[0\]\.vocab: expected a positive integer, got "32k"$/,
  ],
  [
    'a size that is missing',
    `models:\n  - ‸{ name: x, from: here, hidden: 8, heads: 2, kv_heads: 2, d_ff: 8 }\n`,
    /^models\[0\]\.head_dim: expected a positive integer, got nothing$/,
  ],
  [
    'a part left out that no model has',
    `models:\n${entry(`name: x, from: here, without: [‸embedding], ${sizes}`)}`,
    /^models\[0\]\.without\[0\]: unknown part "embedding"; known: attention, mlp$/,
  ],
  [
    'a shared width without shared experts',
    `models:\n${entry(`name: x, from: here, experts: { total: 2, active: 1, shared_d_ff: 4 }, ${sizes}`)}`.replace(
      'experts: {',
      'experts: ‸{',
    ),
    /^models\[0\]\.experts\.shared: shared_d_ff and shared_gate are of shared experts; write shared: 1$/,
  ],
  [
    'experts that are too few',
    `models:\n${entry(`name: x, from: here, experts: { total: 2, active: ‸3 }, ${sizes}`)}`,
    /^models\[0\]\.experts\.active: more active experts than there are$/,
  ],
  [
    'a format nobody stores',
    `models:\n${entry(`name: x, from: here, weights: { default: ‸bf17 }, ${sizes}`)}`,
    /^models\[0\]\.weights\.default: unknown weight format "bf17"; did you mean "bf16"\?$/,
  ],
  [
    'a name that cannot be part of an id',
    `models:\n${entry(`name: ‸a/b, from: here, ${sizes}`)}`,
    /^models\[0\]\.name: expected a model name of letters/,
  ],
  [
    'a name twice',
    `models:\n${entry(`name: x, from: here, ${sizes}`)}${entry(`name: ‸x, from: here, ${sizes}`)}`,
    /^models\[1\]\.name: model "x" stands twice; rename or drop one$/,
  ],
  [
    'a name of another file',
    `models:\n${entry(`name: ‸taken, from: here, ${sizes}`)}`,
    /^models\[0\]\.name: model "taken" is in a\.yaml too; rename or drop one$/,
  ],
  [
    'sizes that do not make the model',
    `models:\n${entry(`name: x, from: here, parameters: ‸400, ${sizes}`)}`,
    // qkv 24·8, o 8·8, gate and up 16·8, down 8·8.
    /^models\[0\]\.parameters: the sizes make 448 parameters, so one of them is wrong/,
  ],
  ['no models', `models: ‸[]\n`, /^models: expected a list of at least one model, got an empty list$/],
  ['a suite', `‸shapes:\n  - { m: 1, n: 1, k: 1, from: here }\n`, /^unknown key "shapes"; known: \$schema, models$/],
];

function failure(text: string): SpecError {
  try {
    readModels([
      { file: 'a.yaml', text: `models:\n${entry(`name: taken, from: here, ${sizes}`)}` },
      { file: 'b.yaml', text },
    ]);
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
  throw new Error('the models were accepted');
}

describe('model files', () => {
  it('allow for the norms that sizes do not say, and no more', () => {
    const read = (parameters: number) =>
      readModels([
        {
          file: 'a.yaml',
          text: `models:\n${entry(`name: x, from: here, parameters: ${parameters}, ${sizes}, layers: 100`)}`,
        },
      ]);
    expect(read(44_800).size).toBe(1);
    expect(read(44_880).size).toBe(1);
    for (const wrong of [44_799, 44_900]) expect(() => read(wrong)).toThrow('the sizes make 44800 parameters');
  });

  it.each(bad)('refuse %s', (_, text, message) => {
    const error = failure(text.replace(MARK, ''));
    const before = (text.split(MARK)[0] ?? '').split('\n');
    const place = `b.yaml:${before.length}:${(before.at(-1)?.length ?? 0) + 1}: `;
    expect(error.message.slice(0, place.length)).toBe(place);
    expect(error.message.slice(place.length)).toMatch(message);
  });

  it('hold models with every default filled in', () => {
    const text = `models:\n${entry(`name: x, from: here, ${sizes}`)}`;
    expect([...readModels([{ file: 'a.yaml', text }])]).toEqual([
      [
        'x',
        {
          name: 'x',
          from: 'here',
          hidden: 8,
          layers: 1,
          heads: 2,
          kv_heads: 2,
          head_dim: 4,
          d_ff: 8,
          tied_embeddings: false,
          head_dense: false,
          gated: true,
          bias: false,
          without: [],
          causal: true,
          weights: 'bf16',
          activations: 'bf16',
        },
      ],
    ]);
  });
});
