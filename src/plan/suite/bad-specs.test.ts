import { describe, expect, it } from 'vitest';
import { failure } from './testdata/failure.ts';

/** Invalid suites: one clear error each, at the right place, with a remedy. */

/** Where the error must point. */
const MARK = '‸';
const entry = (fields: string) =>
  fields.startsWith(MARK) ? `  - ${MARK}{ ${fields.slice(1)} }\n` : `  - { ${fields} }\n`;
const shape = (fields: string) => `shapes:\n${entry(fields)}`;
const ok = 'm: 4, n: 4, k: 4, from: test';
const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, i) => {
    const before = 'abcdefg'[i];
    return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`;
  }),
].join('\n');

const bad: readonly (readonly [kind: string, text: string, message: RegExp])[] = [
  ['wrong type', shape('m: 4, n: ‸12a, k: 4, from: x'), /^shapes\[0\]\.n: expected a positive integer, got "12a"$/],
  ['a number as text', shape('m: ‸"4", n: 4, k: 4, from: x'), /shapes\[0\]\.m: expected a positive integer, got "4"/],
  ['zero', shape('m: ‸0, n: 4, k: 4, from: x'), /expected a positive integer, got 0/],
  ['negative', shape('m: 4, n: ‸-1, k: 4, from: x'), /expected a positive integer, got -1/],
  ['fractional', shape('m: 4, n: 4, k: ‸2.5, from: x'), /expected a positive integer, got 2.5/],
  ['huge dimension', shape('m: 4, n: ‸4294967296, k: 4, from: x'), /expected at most 2147483648, got 4294967296/],
  ['NaN', shape('m: ‸.nan, n: 4, k: 4, from: x'), /expected a positive integer, got NaN/],
  ['infinity', shape('m: ‸.inf, n: 4, k: 4, from: x'), /expected a positive integer, got Infinity/],
  ['nothing', shape('m: ‸, n: 4, k: 4, from: x'), /shapes\[0\]\.m: expected a positive integer, got nothing/],
  ['huge operand', shape('‸m: 2147483648, n: 4, k: 2147483648, from: x'), /an operand would have .* elements/],
  ['unknown key', shape(`${ok}, ‸lay: nt`), /shapes\[0\]: unknown key "lay"; did you mean "layout"\?/],
  ['unknown key at the top', `‸shape: []\n${shape(ok)}`, /^unknown key "shape"; did you mean "shapes"\?/],
  [
    'unknown key in a range',
    shape('m: { from: 1, to: 2, ‸stp: 1 }, n: 4, k: 4, from: x'),
    /unknown key "stp"; did you mean "step"\?/,
  ],
  ['missing size', shape('‸m: 4, n: 4, from: x'), /shapes\[0\]\.k: expected a positive integer, got nothing/],
  ['missing m', shape('‸n: 4, k: 4, from: x'), /lacks m \(or groups/],
  ['missing from', shape('‸m: 4, n: 4, k: 4'), /shapes\[0\]\.from: expected where this shape comes from/],
  [
    'empty list',
    shape('m: ‸[], n: 4, k: 4, from: x'),
    /expected a list of at least one positive integer, got an empty list/,
  ],
  [
    'bad item of a list',
    shape('m: [1, ‸0], n: 4, k: 4, from: x'),
    /shapes\[0\]\.m\[1\]: expected a positive integer, got 0/,
  ],
  [
    'step 0',
    shape('m: { from: 1, to: 9, step: ‸0 }, n: 4, k: 4, from: x'),
    /m\.step: expected a positive integer, got 0/,
  ],
  [
    'from above to',
    shape('m: { from: ‸9, to: 1, step: 1 }, n: 4, k: 4, from: x'),
    /m\.from: the range is empty.*swap them/,
  ],
  [
    'no power in range',
    shape('m: { powers: ‸{ from: 5, to: 7 } }, n: 4, k: 4, from: x'),
    /no power of `of` lies between/,
  ],
  [
    'powers of one',
    shape('m: { powers: { of: ‸1, from: 1, to: 7 } }, n: 4, k: 4, from: x'),
    /expected a base of at least 2/,
  ],
  [
    'bad ratio',
    shape('n: 4, m: 4, from: x, k: { around: ‸8:3, hidden: 64, distance: 4, step: 4 }'),
    /expected a ratio such as 8\/3 or 2.6875, got "8:3"/,
  ],
  [
    'distance beyond zero',
    shape('n: 4, m: 4, from: x, k: { around: 1, hidden: 64, distance: ‸64, step: 4 }'),
    /reaches zero or below/,
  ],
  ['k equal to itself', shape('m: 4, n: 4, k: ‸k, from: x'), /expected a positive integer, got "k"/],
  ['n equal to n', shape('m: 4, n: ‸n, k: 4, from: x'), /cannot equal "n"; allowed: m/],
  [
    'too many cases',
    shape('‸m: { from: 1, to: 2000000000, step: 1 }, n: 4, k: 4, from: x'),
    /has 2000000000 cases; a suite has at most 100000/,
  ],
  [
    'too many by crossing',
    shape('‸m: { from: 1, to: 1000, step: 1 }, n: { from: 1, to: 1000, step: 1 }, k: 4, from: x'),
    /has 1000000 cases/,
  ],
  [
    'same shape twice',
    `${shape(ok)}${entry(`${MARK}${ok}`)}`,
    /shapes\[1\]: stands for s\/shape\/gemm\/m=4.*already has; rename or drop one/,
  ],
  ['same size twice', shape('‸m: [4, 4], n: 4, k: 4, from: x'), /already has/],
  [
    '4-bit weights in nn',
    shape(`‸${ok}, w: mxfp4`),
    /mxfp4 weights come in blocks along k, so they need layout nt, not nn/,
  ],
  ['4-bit weights in tn', shape(`‸${ok}, w: [f32, int4], layout: tn`), /int4 weights .* not tn/],
  [
    'unknown format',
    shape(`${ok}, w: ‸mxfp6`),
    /shapes\[0\]\.w: unknown weight format "mxfp6"; did you mean "mxfp[48]"\?/,
  ],
  ['int4 activations', shape(`${ok}, a: ‸int4`), /unknown activation format "int4"; did you mean "int8"\?/],
  [
    '4-bit activations beside other weights',
    shape(`‸${ok}, layout: nt, w: nvfp4, a: mxfp4`),
    /activations in mxfp4 need weights in mxfp4, not in nvfp4/,
  ],
  [
    'integer activations beside weights that are none',
    shape(`‸${ok}, layout: nt, w: fp8, a: int8`),
    /activations in int8 need weights in mxfp4, nvfp4, int4, int8, int8-64, .*, not in fp8/,
  ],
  ['unknown layout', shape(`${ok}, layout: ‸ttt`), /unknown layout "ttt"; did you mean "tt"\?/],
  [
    'widths by layer',
    `models: [{ model: { name: x, hidden: 64, heads: 4, kv_heads: 4, head_dim: 16, d_ff: ‸[64, 128], from: x } }]`,
    /d_ff: \[64, 128\] differs from layer to layer, which no model here does/,
  ],
  [
    'blocks that a format has not',
    shape(`${ok}, layout: nt, w: ‸int4, block: 48`),
    /int4 has no blocks of 48; known: f32/,
  ],
  [
    'zero points that a format has not',
    shape(`${ok}, layout: nt, w: ‸mxfp4, zeroPoints: true`),
    /mxfp4 has no zero points/,
  ],
  ['an amplitude that is no power of two', shape(`${ok}, amplitude: ‸48`), /amplitude: expected a power of two/],
  [
    'unknown scale rule',
    shape(`${ok}, w: mxfp4, layout: nt, scale: ‸rcel`),
    /unknown scale rule "rcel"; did you mean "rceil"\?/,
  ],
  ['checkpoint without a model', `defaults: { w: checkpoint }\n${shape(`${MARK}${ok}`)}`, /has no checkpoint/],
  [
    'unknown kernel',
    shape(`${ok}, kernels: ‸[best, regster-tile]`),
    /shapes\[0\]\.kernels: unknown kernel "regster-tile"; did you mean "register-tile"\?/,
  ],
  ['unknown operand mode', shape(`${ok}, operands: ‸warm`), /unknown operand mode "warm"; known: cold, hot/],
  ['name with a slash', shape(`name: ‸a/b, ${ok}`), /expected a name of letters, digits and/],
  [
    'm beside groups',
    shape('m: ‸4, groups: { rows: [1, 2] }, n: 4, k: 4, from: x'),
    /groups determine the rows; omit m/,
  ],
  [
    'batch beside groups',
    shape('batch: ‸2, groups: { rows: [1, 2] }, n: 4, k: 4, from: x'),
    /a grouped GEMM has no batch/,
  ],
  [
    'more experts than there are',
    shape('groups: { experts: 2, tokens: 1, topK: ‸3 }, n: 4, k: 4, from: x'),
    /more experts per token than there are/,
  ],
  [
    'a dimension out of a ratio',
    shape('‸n: 4, m: 4, from: x, k: { around: 4, hidden: 1073741824, distance: 4, step: 4 }'),
    /a dimension would be 429496729\d; the most is 2147483648/,
  ],
  [
    'too many tokens to draw for',
    shape('n: 4, k: 4, from: x, groups: { experts: 8, tokens: ‸1073741824, topK: 2, routing: skewed }'),
    /skewed routing draws for at most 1000000 tokens, not 1073741824; use uniform/,
  ],
  [
    'unknown model',
    'models:\n  - ‸gpt-oss-12b\nphases: { decode: { batch: 1 } }\n',
    /models\[0\]: unknown model "gpt-oss-12b"; did you mean "gpt-oss-120b"\?/,
  ],
  ['model without phases', 'models: [‸gpt-oss-20b]\n', /lacks phases, e\.g\./],
  ['phases without a phase', 'models: [gpt-oss-20b]\nphases: ‸{}\n', /expected decode, prefill or train/],
  [
    'inline model without head_dim',
    'models:\n  - model: ‸{ name: x, hidden: 8, heads: 2, kv_heads: 2, d_ff: 8 }\n',
    /head_dim: expected a positive integer, got nothing/,
  ],
  [
    'inline model without source',
    'models:\n  - ‸model: { name: x, hidden: 8, heads: 2, kv_heads: 2, head_dim: 4, d_ff: 8 }\n    phases: { decode: { batch: 1 } }\n',
    /lacks `from:`/,
  ],
  [
    'inline model whose sizes do not add up',
    'models:\n  - model: { name: x, hidden: 8, heads: 2, kv_heads: 2, head_dim: 4, d_ff: 8, parameters: ‸9 }\n    from: here\n    phases: { decode: { batch: 1 } }\n',
    /models\[0\]\.model\.parameters: the sizes make 448 parameters/,
  ],
  [
    'key-value heads that do not divide',
    'models:\n  - model: { name: x, hidden: 8, heads: 3, kv_heads: ‸2, head_dim: 4, d_ff: 8 }\n    phases: { decode: { batch: 1 } }\n',
    /must divide the number of heads/,
  ],
  [
    'beyond the maximum position',
    'models:\n  - { model: bert-base, phases: { prefill: { batch: 1, sequence: ‸1024 } } }\n',
    /bert-base has 512 positions, not 1024/,
  ],
  [
    'GEMM that the model lacks',
    'models:\n  - { model: bert-base, only: [‸gate_up_proj], phases: { decode: { batch: 1 } } }\n',
    /"gate_up_proj" matches no GEMM of bert-base; known: qkv_proj, o_proj/,
  ],
  ['neither shapes nor models', '‸description: nothing\n', /holds neither shapes nor models/],
  ['list at the top', '‸- 1\n- 2\n', /expected a mapping with .*shapes.*, got a list/],
  ['text at the top', '‸just words\n', /expected a mapping .*, got "just words"/],
  ['empty file', '‸ \n', /is empty; see `shapemark schema`/],
  ['comments only', '‸# nothing here\n', /expected a mapping .* got nothing/],
  ['YAML syntax', 'shapes:\n  - { m: 1\n‸', /^YAML: .*end with a }/],
  ['tab for indentation', 'shapes:\n‸\t- 1\n', /^YAML: Tabs .*; indent with spaces$/],
  ['duplicate YAML key', `${shape(ok)}‸shapes: []\n`, /^YAML: Map keys must be unique; keep one of them/],
  ['two documents', `${shape(ok)}‸---\n${shape(ok)}`, /^YAML: the file holds several documents; keep one$/],
  ['unknown tag', 'shapes: ‸!!js/function x\n', /^YAML: Unresolved tag/],
  ['unknown alias', 'shapes: ‸*none\n', /^YAML: no anchor &none stands before the alias \*none/],
  ['alias bomb', `‸${bomb}\n`, /Excessive alias count.*write the values out/],
  ['binary', 'shapes\u0000', /^is a binary file/],
  ['huge text', `# ${'x'.repeat(1_048_576)}\n`, /characters long; a spec has at most/],
];

/** `line:col` of the mark, or nothing when the error is about the file as a whole. */
function markedPosition(text: string): string {
  const before = text.split(MARK)[0] ?? '';
  if (before === text) return '';
  const lines = before.split('\n');
  return `:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}

describe('bad specs', () => {
  it.each(bad)('%s', (_, text, message) => {
    const error = failure(text.replace(MARK, ''));
    const prefix = `s.yaml${markedPosition(text)}: `;
    expect(error.message.slice(0, prefix.length)).toBe(prefix);
    expect(error.message.slice(prefix.length)).toMatch(message);
    expect(error.message).not.toContain('\n');
    expect(`s.yaml${error.line === undefined ? '' : `:${error.line}:${error.col}`}: `).toBe(prefix);
  });

  it('is accepted when nothing is wrong', () => {
    expect(() => failure(shape(ok))).toThrow('the suite was accepted');
  });
});
