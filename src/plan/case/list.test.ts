import { describe, expect, it } from 'vitest';
import { loadModels } from '../load.node.ts';
import { parseSuite } from '../suite/parse.ts';
import { expand } from './expand.ts';
import { parseFilters } from './filter.ts';
import { listDocument } from './list.ts';

const known = () => loadModels({ cwd: process.cwd() });

const text = `
name: listed
shapes:
  - { name: square, m: 64, n: m, k: m, from: hand }
  - { name: experts, n: 32, k: 64, layout: nt, w: mxfp4, groups: { rows: [1, 0, 2] }, bias: true, from: hand }
models:
  - { model: gpt-oss-120b, tp: 3, only: [lm_head, router], phases: { decode: { batch: [1, 4], context: 300 } } }
`;
const expansion = expand(parseSuite(text, 'listed.yaml', known), { kernels: [] });

describe('list document', () => {
  it('says what each case costs, what cannot exist, and what the model needs', () => {
    expect(listDocument([expansion])).toMatchInlineSnapshot(`
      {
        "cases": [
          {
            "arithmeticIntensity": 10.666666666666666,
            "bias": false,
            "bytes": 49152,
            "count": 1,
            "distribution": "normal",
            "flop": 524288,
            "format": {
              "a": "f32",
              "acc": "f32",
              "out": "f32",
              "w": "f32",
            },
            "from": "hand",
            "id": "listed/shape/square/m=64/n=64/k=64/layout=nn/w=f32/a=f32/acc=f32/out=f32/kernel=best",
            "kernel": "best",
            "layout": "nn",
            "name": "square",
            "operands": "cold",
            "phase": "shape",
            "series": "7da7bb97d911e035",
            "shape": {
              "batch": 1,
              "k": 64,
              "m": 64,
              "n": 64,
            },
            "suite": "listed",
          },
          {
            "arithmeticIntensity": 3.4285714285714284,
            "bias": true,
            "bytes": 3584,
            "count": 1,
            "distribution": "normal",
            "flop": 12288,
            "format": {
              "a": "f32",
              "acc": "f32",
              "out": "f32",
              "w": "mxfp4",
            },
            "from": "hand",
            "groups": {
              "experts": 3,
              "rows": [
                1,
                0,
                2,
              ],
              "touched": 2,
            },
            "id": "listed/shape/experts/groups=3r81a757319532/m=3/n=32/k=64/layout=nt/w=mxfp4/a=f32/acc=f32/out=f32/bias=f32/kernel=best",
            "kernel": "best",
            "layout": "nt",
            "name": "experts",
            "operands": "cold",
            "phase": "shape",
            "scale": {
              "block": 32,
              "format": "e8m0",
              "rule": "rceil",
              "ties": "even",
            },
            "series": "0bfa7360a125c6dc",
            "shape": {
              "batch": 1,
              "k": 64,
              "m": 3,
              "n": 32,
            },
            "suite": "listed",
          },
          {
            "arithmeticIntensity": 0.9912235415591121,
            "bias": true,
            "bytes": 743808,
            "count": 36,
            "distribution": "normal",
            "flop": 737280,
            "format": {
              "a": "bf16",
              "acc": "f32",
              "out": "bf16",
              "w": "bf16",
            },
            "from": "openai/gpt-oss@7b583341 gpt_oss/torch/model.py, weights.py",
            "id": "listed/decode/gpt-oss-120b:router/m=1/n=128/k=2880/layout=nt/w=bf16/a=bf16/acc=f32/out=bf16/bias=f32/kernel=best",
            "kernel": "best",
            "layout": "nt",
            "name": "gpt-oss-120b:router",
            "operands": "cold",
            "phase": "decode",
            "series": "0ec5fcfb09bcfbf1",
            "shape": {
              "batch": 1,
              "k": 2880,
              "m": 1,
              "n": 128,
            },
            "suite": "listed",
          },
          {
            "arithmeticIntensity": 3.870967741935484,
            "bias": true,
            "bytes": 761856,
            "count": 36,
            "distribution": "normal",
            "flop": 2949120,
            "format": {
              "a": "bf16",
              "acc": "f32",
              "out": "bf16",
              "w": "bf16",
            },
            "from": "openai/gpt-oss@7b583341 gpt_oss/torch/model.py, weights.py",
            "id": "listed/decode/gpt-oss-120b:router/m=4/n=128/k=2880/layout=nt/w=bf16/a=bf16/acc=f32/out=bf16/bias=f32/kernel=best",
            "kernel": "best",
            "layout": "nt",
            "name": "gpt-oss-120b:router",
            "operands": "cold",
            "phase": "decode",
            "series": "f2d36366ea5d5054",
            "shape": {
              "batch": 1,
              "k": 2880,
              "m": 4,
              "n": 128,
            },
            "suite": "listed",
          },
        ],
        "skips": [
          {
            "id": "listed/decode/gpt-oss-120b:lm_head@tp3",
            "reason": "201088 vocabulary rows cannot be divided by tp 3",
            "suite": "listed",
          },
        ],
        "totals": [
          {
            "flopPerToken": {
              "attentionPerKey": 589824,
              "linear": 10262200320,
            },
            "model": "gpt-oss-120b",
            "passes": [
              {
                "attention": 126222336,
                "batch": 1,
                "context": 300,
                "linear": 10262200320,
                "tokens": 1,
              },
              {
                "attention": 504889344,
                "batch": 4,
                "context": 300,
                "linear": 41048801280,
                "tokens": 4,
              },
            ],
            "phase": "decode",
            "suite": "listed",
          },
        ],
      }
    `);
  });

  it('counts FLOP and bytes by hand', () => {
    const [square, experts] = listDocument([expansion]).cases;
    expect(square).toMatchObject({ flop: 2 * 64 ** 3, bytes: 3 * 64 * 64 * 4 });
    expect(square?.arithmeticIntensity).toBeCloseTo((2 * 64) / 12);
    // Two touched experts: codes of half a byte, a scale byte for every 32, and a bias of four bytes a column.
    expect(experts).toMatchObject({ flop: 2 * 3 * 32 * 64, bytes: 3 * 64 * 4 + 3 * 32 * 4 + 2 * 32 * (32 + 2 + 4) });
  });

  it('lists what the filter leaves', () => {
    const { cases } = listDocument([expansion], parseFilters(['square']));
    expect(cases.map(({ name }) => name)).toEqual(['square']);
  });
});
