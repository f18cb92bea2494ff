import { expect, it } from 'vitest';
import { loadModels } from '../load.node.ts';
import { parseSuite } from '../suite/parse.ts';
import { expand } from './expand.ts';
import { whyNoMatch } from './no-match.ts';

const text = `
name: mixed
shapes:
  - { name: square, m: [16, 64], n: m, k: m, w: [f32, f16], kernels: [naive, gemv], from: test }
  - { name: thin, m: 8, n: [128, 130, 132, 140], k: 32, layout: nt, w: mxfp4, from: test }
models:
  - { model: gpt-oss-20b, phases: { decode: { batch: [1, 8] } }, only: [o_proj] }
`;
const { cases } = expand(
  parseSuite(text, 'mixed.yaml', () => loadModels({ cwd: process.cwd() })),
  { kernels: ['naive', 'gemv'] },
);

it.each([
  ['w=mxfp5', 'no case has w=mxfp5; did you mean "mxfp4"?'],
  ['decode,w=q8', expect.stringMatching(/^no case has w=q8; known: f32, f16, mxfp4/)],
  ['layout=tn', 'no case has layout=tn; did you mean "nn"?'],
  ['m=17', 'no case has m=17; nearest 16, 8, 1, …'],
  ['batch=2', 'no case has batch=2; batch is 1'],
  ['m>64', 'no case has m>64; m is 1, 8, 16, 64'],
  ['n%128=5', expect.stringMatching(/^no case has n%128=5; n is 16, 64, 128/)],
  ['decod', 'no case has the suite, phase or name "decod"; did you mean "decode"?'],
  ['o_prj', 'no case has the suite, phase or name "o_prj"; did you mean "o_proj"?'],
  ['gpt-oss-20b:o_prj', 'no case has the suite, phase or name "gpt-oss-20b:o_prj"; did you mean "gpt-oss-20b:o_proj"?'],
  ['mixd/decode', 'no case has the suite "mixd"; did you mean "mixed"?'],
  ['mixed/prefill', expect.stringMatching(/^no case has the phase "prefill" in mixed; known: shape, decode/)],
  ['mixed/decode/k_proj', 'no case has the name "k_proj" in mixed/decode; did you mean "o_proj"?'],
  ['!m>0', 'no case is left by !m>0'],
  ['square,w=mxfp4', 'no case matches all of it: square matches 8, w=mxfp4 matches 4'],
  ['mixed/shape/square/m=8', 'no case matches all of it: mixed/shape/square matches 8, m=8 matches 5'],
  [`${cases[0]?.id}`.replace('m=16', 'm=15'), `no case has this id; did you mean "${cases[0]?.id}"?`],
])('%s', (filter, why) => {
  expect(whyNoMatch([filter], cases)).toEqual(why);
});

it('has a sentence for each of several filters', () => {
  expect(whyNoMatch(['w=mxfp5', 'o_prj'], cases)).toMatch(
    /^no case has w=mxfp5; .*; no case has the suite, .*"o_proj"\?$/,
  );
});
