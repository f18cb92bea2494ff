import { describe, expect, it } from 'vitest';
import { importText } from '../import.ts';
import type { ImportOptions } from '../options.ts';
import { imported, shapes } from '../testdata/imported.ts';

describe('a table', () => {
  const expected = [{ m: 128, n: 1536, k: 7168 }];
  it.each([
    ['M,N,K in order', 'M,N,K\n128,1536,7168\n'],
    ['M,K,N', 'M,K,N,Bias\n128,7168,1536,\n'],
    ['lower case, spaces', 'k , n , m\n 7168, 1536, 128\n'],
    ['tabs', 'm\tn\tk\n128\t1536\t7168\n'],
    ['semicolons and carriage returns', 'm;n;k\r\n128;1536;7168\r\n'],
    ['columns of spaces', '    m       n      k\n  128    1536   7168\n'],
    ['a table of markdown', '| **M** | **N** | **K** |\n|---|---|---|\n| 128 | 1536 | 7168 |\n'],
    ['quoted cells and a byte order mark', '\uFEFF"m","n","k","note"\n128,1536,7168,"a, b"\n'],
    ['a line break in a quoted cell', 'm,n,k,note\n128,1536,7168,"two\nlines, and ""quotes"""\n'],
    ['comments, blank lines and a repeated head', '# mine\nm,n,k\n\n128,1536,7168\nm,n,k\n128,1536,7168\n'],
  ])('is read by the names of its columns: %s', (_, text) => {
    expect(shapes('shapes.csv', text)).toEqual(expected);
  });

  it('has batches, transposes, formats, biases and names', () => {
    const text = 'name,B,M,N,K,transA,transB,dtype,out_dtype,bias\nqkv,8,4,16,32,N,T,torch.bfloat16,fp32,True\n';
    expect(shapes('x.csv', text)).toEqual([
      { name: 'qkv', batch: 8, m: 4, n: 16, k: 32, layout: 'nt', w: 'bf16', out: 'f32', bias: true },
    ]);
  });

  it('of AITER has weights stored [N,K], and a format where it names one', () => {
    const text = 'cu_num,M,N,K,q_dtype_w,kernelId,splitK,us,kernelName\n80,128,1536,7168,torch.int8,23,0,32.99,xxxx\n';
    expect(shapes('x.csv', text, { w: 'fp8-channel' })).toEqual([
      { m: 128, n: 1536, k: 7168, layout: 'nt', w: 'fp8-channel' },
    ]);
    expect(() => shapes('x.csv', text.replace('torch.int8', 'torch.float8_e4m3fnuz'))).toThrow(
      'x.csv:2:1: w: "torch.float8_e4m3fnuz" does not say which format of these it is; --w says what to measure; --partial leaves such rows out',
    );
  });

  it('of cutlass_profiler says how each matrix is stored', () => {
    const head =
      'Problem,Provider,OperationKind,Operation,Disposition,Status,gemm_kind,m,n,k,A,B,C,D,alpha,beta,batch_count,accum\n';
    const row = (stored: string) => `1,CUTLASS,gemm,name,passed,success,universal,64,32,16,${stored},1,0,1,f32\n`;
    const text = `log\n\n${head}${row('f16:row,f16:column,f16:row,f16:row')}${row('f16:row,f16:row,f32:row,f32:row')}`;
    const [nt, nn] = [
      { m: 64, n: 32, k: 16, layout: 'nt', w: 'f16', a: 'f16', acc: 'f32', out: 'f16' },
      { m: 64, n: 32, k: 16, layout: 'nn', w: 'f16', a: 'f16', acc: 'f32', out: 'f32' },
    ];
    expect(shapes('profile.csv', text)).toEqual([nt, nn]);
    const blas = head + row('f16:row,f16:column,f16:column,f16:column');
    expect(shapes('profile.csv', blas)).toEqual([{ ...nt, layout: 'tn' }]);
    expect(shapes('profile.csv', blas, { columnMajor: true })).toEqual([{ ...nt, m: 32, n: 64, layout: 'nt' }]);
    expect(shapes('profile.csv', text, { columnMajor: true })).toEqual([nt, nn]);
  });

  it.each<[string, string, ImportOptions, RegExp]>([
    [
      'without names',
      '128,1536,7168\n',
      {},
      /^x\.csv:1:1: the first line names no columns; --columns m,n,k says what they are/,
    ],
    ['without k', 'M,N,width\n1,2,3\n', {}, /no column is called k \(there are M, N, width\); --columns m,n,k/],
    ['of weights', 'N,K\n2,3\n', {}, /no column is called m \(there are N, K\); --m 1,16,256 gives the rows of A/],
    ['with two m', 'm,M,n,k\n1,1,2,3\n', {}, /columns "m" and "M" both mean m; rename one/],
    [
      'with a size that is none',
      'm,n,k\n1,2,3\n1,2e3,3\n',
      {},
      /^x\.csv:3:1: n: expected a positive integer, got "2e3"/,
    ],
    ['with an empty size', 'm,n,k\n1,,3\n', {}, /n: expected a positive integer, got nothing/],
    ['with zero', 'm,n,k\n1,0,3\n', {}, /n: expected a positive integer, got "0"/],
    ['with a row too long', 'm,n,k\n1,2,3,4\n', {}, /has 4 values for 3 columns/],
    ['with a transpose that is none', 'm,n,k,transA\n1,2,3,X\n', {}, /transA: "X" is neither n nor t/],
    [
      'with E5M2',
      'm,n,k,dtype\n1,2,3,torch.float8_e5m2\n',
      {},
      /w: "torch\.float8_e5m2" is FP8 E5M2, which is no format here/,
    ],
    [
      'with E5M2 as hipBLASLt calls it',
      'm,n,k,dtype\n1,2,3,bf8_r\n',
      {},
      /w: "bf8_r" is FP8 E5M2, .*; --w says what to measure instead/,
    ],
    ['with an unknown format', 'm,n,k,dtype\n1,2,3,fp6\n', {}, /w: "fp6" does not say which format/],
    [
      'whose layout contradicts its transposes',
      'm,n,k,layout,transA,transB\n1,2,3,nn,n,t\n',
      {},
      /layout nn is not what the transposes say/,
    ],
    ['without rows', 'm,n,k\n', {}, /holds no shape that can be taken/],
  ])('is refused, or asks: %s', (_, text, options, message) => {
    expect(() => shapes('x.csv', text, options)).toThrow(message);
  });

  it('has what it lacks from whoever imports it', () => {
    expect(shapes('x.csv', '128,7168,1536\n', { columns: ['m', 'k', 'n'] })).toEqual(expected);
    expect(shapes('x.csv', 'm,n,k\n1,2,3\n', { w: 'f16', a: 'f32', layout: 'nt' })).toEqual([
      { m: 1, n: 2, k: 3, layout: 'nt', w: 'f16', a: 'f32' },
    ]);
    const { suite, left } = imported('x.csv', 'm,n,k\n1,2,3\n1,x,3\n', { partial: true });
    expect(suite.shapes).toHaveLength(1);
    expect(left).toEqual(['x.csv:3: n: expected a positive integer, got "x"']);
  });

  it('says what it did not read, and what it took for granted', () => {
    expect(imported('x.csv', 'm,n,k,groups_of,us\n1,2,3,4,5\n1,2,3,4,6\n').notes).toEqual([
      'columns that were not read: groups_of',
      'no format is named: f32 weights and activations; --w says what to measure',
      'no layout is named: weights are stored [k,n] (nn), or [n,k] (nt) where they are in codes; --layout says otherwise',
      '1 of 2 rows repeat others',
    ]);
  });
});

describe('a list of a BLAS', () => {
  const text = 'std::vector<x> training_set = {\n  std::make_tuple(5124, 700, 2048, true, false),\n};\n';
  const nn = 'm,n,k,a_t,b_t\n1760,16,1760,n,n\n';

  it('has m, n, k and transposes as it names them, and says so', () => {
    expect(shapes('gemm_problems.h', text)).toEqual([{ phase: 'training', m: 5124, n: 700, k: 2048, layout: 'tn' }]);
    expect(shapes('x.csv', nn)).toEqual([{ m: 1760, n: 16, k: 1760, layout: 'nn' }]);
    expect(imported('x.csv', nn).notes[0]).toMatch(/a BLAS stores column by column: --column-major reads/);
  });

  it('is the row-major problem of the same memory on request', () => {
    expect(shapes('gemm_problems.h', text, { columnMajor: true })).toEqual([
      { phase: 'training', m: 700, n: 5124, k: 2048, layout: 'nt' },
    ]);
    expect(shapes('x.csv', nn, { columnMajor: true })).toEqual([{ m: 16, n: 1760, k: 1760, layout: 'nn' }]);
  });

  it('may be the tests of hipBLASLt, whose definitions lie elsewhere', () => {
    const tests = [
      'include: a.yaml\ninclude: b.yaml\n',
      'Definitions:\n  - &both\n    - { transA: N, transB: N }\n    - { transA: T, transB: N }\n',
      'Tests:\n- name: mm\n  function: { matmul: *hpa_half_precision }\n  matrix_size:\n    - { M: 16, N: 2048, K: 1024 }\n',
      '  transA_transB: *both\n  rotating: 512\n',
    ].join('');
    expect(shapes('probset.yaml', tests)).toEqual([
      { name: 'mm', m: 16, n: 2048, k: 1024, layout: 'nn' },
      { name: 'mm', m: 16, n: 2048, k: 1024, layout: 'tn' },
    ]);
  });

  it('may be command lines of a log', () => {
    const line =
      'hipblaslt-bench --api_method c -m 4096 -n 16 -k 2048 --lda 2048 --transA T --transB N --batch_count 2 --a_type f16_r --b_type f16_r --d_type f32_r';
    expect(shapes('log.txt', `noise\n${line}\n`)).toEqual([
      { batch: 2, m: 4096, n: 16, k: 2048, layout: 'tn', w: 'f16', a: 'f16', out: 'f32' },
    ]);
  });
});

describe('other forms', () => {
  it('test-backend-ops: m are rows of the weights, and a batch shares them', () => {
    const text = [
      '  MUL_MAT(type_a=f16,type_b=f32,m=64,n=45,k=128,bs=[8,1],nr=[4,1],per=[0,1,2,3],v=0,o=1): OK',
      '  MUL_MAT_ID(type_a=mxfp4,type_b=f32,n_mats=32,n_used=4,b=0,m=2880,n=16,k=2880): OK',
    ].join('\n');
    expect(shapes('ops.log', text)).toEqual([
      { batch: 8, repeat: 4, m: 45, n: 64, k: 128, layout: 'nt', w: 'f16', a: 'f32' },
      { n: 2880, k: 2880, layout: 'nt', w: 'mxfp4', a: 'f32', groups: { experts: 32, tokens: 16, topK: 4 } },
    ]);
    const other = 'MUL_MAT(type_a=q6_K,type_b=f32,m=64,n=45,k=128,bs=[1,1],nr=[1,1],per=[0,2,1,3])';
    expect(() => shapes('ops.log', other)).toThrow(/MUL_MAT: type_a=q6_K is no format here/);
    expect(() => shapes('ops.log', other.replace('q6_K', 'f16'))).toThrow(/per=\[0,2,1,3\] moves dimensions/);
  });

  it('WEIGHT_SHAPES: [K, N] and the dimension that ranks share, for rows that have to be given', () => {
    const text =
      'WEIGHT_SHAPES = {\n    "org/Model-7B": [\n        ([4096, 6144*2], 1),\n        ([4096, 4096], 0),  # ([1, 1], 0)\n    ],\n}\n';
    const named = { name: 'org-Model-7B', layout: 'nt' };
    expect(shapes('weight_shapes.py', text, { m: [1, 16] })).toEqual([
      { ...named, m: 1, n: 12288, k: 4096 },
      { ...named, m: 16, n: 12288, k: 4096 },
      { ...named, m: 1, n: 4096, k: 4096 },
      { ...named, m: 16, n: 4096, k: 4096 },
    ]);
    expect(shapes('weight_shapes.py', text, { m: [1], tp: 4 })).toEqual([
      { ...named, m: 1, n: 3072, k: 4096 },
      { ...named, m: 1, n: 4096, k: 1024 },
    ]);
    expect(() => shapes('weight_shapes.py', text)).toThrow(/gives K and N of weights but no rows of A; --m/);
    expect(() => shapes('weight_shapes.py', text, { m: [1], tp: 5 })).toThrow(/cannot be divided by tp 5/);
  });

  it('task.yml of KernelBot: tests and benchmarks, and groups of their own sizes', () => {
    const text = [
      '# name: x\nlang: "py"\ntests:\n  - {"m": 64, "n": 32, "k": 128, "l": 1, "seed": 1}\n',
      'benchmarks:\n  - {"m": [96, 128], "n": [128, 256], "k": [128, 512], "g": 2, "seed": 1}\n',
      '  - {"m": [192, 320], "n": [3072, 3072], "k": [4096, 4096], "g": 2, "seed": 1}\nranking_by: "geom"\n',
    ].join('');
    expect(shapes('task.yml', text)).toEqual([
      { phase: 'tests', m: 64, n: 32, k: 128 },
      { name: 'groups-1.1', phase: 'benchmarks', m: 96, n: 128, k: 128 },
      { name: 'groups-1.2', phase: 'benchmarks', m: 128, n: 256, k: 512 },
      { phase: 'benchmarks', n: 3072, k: 4096, groups: { rows: [192, 320] } },
    ]);
  });

  it('JSON of rows, alone or by model', () => {
    expect(shapes('x.json', '[{"M": 1, "N": 2, "K": 3, "dtype": "half"}]')).toEqual([{ m: 1, n: 2, k: 3, w: 'f16' }]);
    expect(shapes('x.json', '{"llama": [{"M": 1, "N": 2, "K": 3}], "note": "mine"}')).toEqual([
      { phase: 'llama', m: 1, n: 2, k: 3 },
    ]);
    expect(() => shapes('x.json', '{"llama": [[2, 3]]}')).toThrow(
      /a list of numbers names none of them; --columns m,n,k/,
    );
    expect(shapes('x.json', '{"llama": [[2, 3]]}', { columns: ['n', 'k'], m: [1] })).toEqual([
      { phase: 'llama', m: 1, n: 2, k: 3 },
    ]);
  });

  it('lines that name each size', () => {
    expect(shapes('a.log', 'm=64 n=2880 k=1440 dtype=bf16\nM: 1, N: 2, K: 3, dtype: f16\n')).toEqual([
      { m: 64, n: 2880, k: 1440, w: 'bf16' },
      { m: 1, n: 2, k: 3, w: 'f16' },
    ]);
  });

  it.each([
    'models: [llama2-7b]\nphases: { decode: { batch: 1 } }\n',
    'shapes:\n  - { m: 1, n: 1, k: 1, from: x }\n',
    'shaeps: []\n',
  ])('a suite of ours is none: %j', (text) => {
    expect(importText({ file: 'a.yaml', text })).toBeUndefined();
  });
});
