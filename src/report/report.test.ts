import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notServed } from '../record/not-served.ts';
import type { Row } from '../record/row.ts';
import type { RunRecord } from '../record/schema.ts';
import { exampleRecord, measuredRow, rowBase, SAMPLES } from '../record/testdata/example.ts';
import { renderMarkdown } from './document/markdown.ts';
import { renderText, type TextOptions } from './document/text.ts';
import { formatText, shapeText } from './labels.ts';
import { commandFor, profileBlocks, RUN_WIDTH, runDocument } from './run.ts';
import { bytesPerSecond, error, flopPerSecond, percent, scaled, seconds, secondsBetween } from './si.ts';

const id = (kernel: string) => rowBase().id.replace('kernel=best', `kernel=${kernel}`);
const noisy: Row = {
  ...measuredRow(SAMPLES.slice(0, 3)),
  id: id('naive'),
  warnings: [
    { code: 'few-processes', message: 'only 3 of 6 processes fitted the budget; raise --budget' },
    { code: 'launch-bound', message: 'this measures the launch, not the kernel' },
  ],
};
const failed: Row = {
  ...rowBase(),
  id: id('gemv'),
  status: 'failed',
  reason: 'wrong-result',
  detail: 'C[0,7] is 3.5\ninstead of 2.5',
};
const skipped: Row = {
  ...rowBase(),
  id: id('direct'),
  status: 'skipped',
  reason: 'budget',
  detail: 'would take about 9 s',
};
const record = exampleRecord([measuredRow(SAMPLES), noisy, failed, skipped]);

const shown = (of: RunRecord, options: TextOptions = {}) =>
  renderText(runDocument(of), { width: RUN_WIDTH, ...options });

describe('one process', () => {
  it('has no spread', () => {
    const one = measuredRow(SAMPLES.slice(0, 1));
    expect(shown(exampleRecord([one]))).toMatch(/ 1 process /);
    expect(shown(exampleRecord([one]))).toContain('spread: 1 process is one observation, whose uncertainty is unknown');
    expect(shown(exampleRecord([measuredRow(SAMPLES), one]))).toMatch(/spread: ± is .*; 1 process is one observation/);
  });
});

describe('numbers', () => {
  it('carry three digits and a prefix', () => {
    expect([0, 1.234e-9, 5.6789e-5, 1.23456e-3, 0.9996, 1, 75.5, 12345].map(seconds)).toEqual([
      '0 s',
      '1.23 ns',
      '56.8 µs',
      '1.23 ms',
      '1.00 s',
      '1.00 s',
      '75.5 s',
      '12300 s',
    ]);
    expect([3.84e10, 9.996e11, 1.2e12].map(flopPerSecond)).toEqual(['38.4 GFLOPS', '1.00 TFLOPS', '1.20 TFLOPS']);
    expect(bytesPerSecond(1.23e10)).toBe('12.3 GB/s');
    expect([0, 0.004, 0.0414, 0.41, 1.2].map(percent)).toEqual(['0 %', '0.40 %', '4.1 %', '41 %', '120 %']);
    expect([0, 3.14e-7].map(error)).toEqual(['0', '3.1e-7']);
    expect(secondsBetween(1.2e-3, 1.31e-3)).toBe('1.20…1.31 ms');
    expect(secondsBetween(9.5e-4, 1.31e-3)).toBe('0.950…1.31 ms');
  });

  it('stay within half a unit of the last digit', () => {
    const factors: Record<string, number> = {
      n: 1e-9,
      µ: 1e-6,
      m: 1e-3,
      '': 1,
      k: 1e3,
      M: 1e6,
      G: 1e9,
      T: 1e12,
      P: 1e15,
    };
    fc.assert(
      fc.property(fc.double({ min: 1e-8, max: 1e17, noNaN: true }), (value) => {
        const match = /^([\d.]+) ([nµmkMGTP]?)x$/.exec(scaled(value, 'x'));
        const shown = Number(match?.[1]) * (factors[match?.[2] ?? ''] ?? Number.NaN);
        expect(Math.abs(shown / value - 1)).toBeLessThanOrEqual(0.0051);
      }),
    );
  });
});

describe('labels', () => {
  it('say what differs from the plain case', () => {
    const grouped = { ...rowBase(), shape: { batch: 1, m: 3, n: 8, k: 8 }, groups: { experts: 4, rows: [1, 0, 2, 0] } };
    expect(shapeText(grouped)).toBe('3×8×8 in 2 of 4 nt');
    expect(shapeText({ ...rowBase(), shape: { batch: 8, m: 3, n: 8, k: 8 }, layout: 'nn' })).toBe('8·3×8×8');
    const format = { w: 'mxfp4', a: 'f16', acc: 'f16', out: 'bf16' } as const;
    expect(formatText({ format, bias: true, operands: { mode: 'hot' } })).toBe('mxfp4·f16 acc f16→bf16 +bias hot');
  });
});

describe('the table', () => {
  it('is aligned and lists what has no number', () => {
    expect(shown(record)).toMatchInlineSnapshot(`
      "  GEMM    m×n×k           format         kernel     time     spread         rate  bandwidth  peak   error

      gpt-oss-120b / decode
        o_proj  1×2880×4096 nt  f16·f32 +bias  gemv    2.05 ms     ±1.8 %  11.5 GFLOPS  11.5 GB/s  23 %  3.1e-7
        o_proj  1×2880×4096 nt  f16·f32 +bias  gemv    2.03 ms  2.01…2.04  11.6 GFLOPS  11.7 GB/s  23 %  3.1e-7
            few-processes, launch-bound

      failed
        gpt-oss-120b/decode/o_proj/m=1/n=2880/k=4096/layout=nt/w=f16/a=f32/acc=f32/out=f32/bias=f32/kernel=gemv
            wrong-result: C[0,7] is 3.5
            instead of 2.5
            again: shapemark run gpt-oss-120b --filter 'gpt-oss-120b/decode/o_proj/m=1/n=2880/k=4096/layout=nt/w=f16/a=f32/acc=f32/out=f32/bias=f32/kernel=gemv'

      skipped
        gpt-oss-120b/decode/o_proj/m=1/n=2880/k=4096/layout=nt/w=f16/a=f32/acc=f32/out=f32/bias=f32/kernel=direct
            budget: would take about 9 s

      notes
        few-processes (1 row): only 3 of 6 processes fitted the budget; raise --budget
        launch-bound (1 row): this measures the launch, not the kernel

      spread: ± is the 95 % interval of the median over processes; a…b is the range over processes, too few for an interval
      machine: llvmpipe-vulkan-linux-amd-epyc-2-cores (llvmpipe: Mesa 25.0.7 (LLVM 15.0.6) 0.0.1)
      timer: device timestamps, resolution 1.00 ns; 6 processes; cold operands unless marked hot
      peak: share of f32-fma
      peaks measured in this run: f32-fma 50.0 GFLOPS, copy 8.00 GB/s, launch 20.0 µs
      columns, flags and verdicts are explained in docs/reading.md
      2 measured, 1 skipped, 1 failed; ended because all intervals reached the target width
      "
    `);
  });

  it('moves notes to a line of their own in a narrow terminal, and cuts nothing off', () => {
    const wide = shown(record, { width: 400 });
    const narrow = shown(record, { width: 60 });
    expect(wide).toMatch(/3\.1e-7 {2}few-processes, launch-bound\n/);
    expect(narrow).toMatch(/\n {6}few-processes, launch-bound\n/);
    expect(narrow.split(/\s+/).sort()).toEqual(wide.split(/\s+/).sort());
  });

  it('styles without moving columns', () => {
    const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
    const style = { bold: tag('b'), dim: tag('d'), good: tag('g'), warn: tag('w'), bad: tag('r') };
    const styled = shown(record, { style, width: 400 });
    expect(styled).toContain('<r>wrong-result</r>');
    expect(styled.replace(/<\/?[bdgwr]>/g, '')).toBe(shown(record, { width: 400 }));
  });

  it('names the command that repeats a row alone, where the run was special too', () => {
    const { settings, environment } = record;
    const special = exampleRecord([failed], {
      settings: { ...settings, suites: ['mine/gpt-oss-120b.yaml'], adapter: 'embedded' },
      environment: { ...environment, engine: 'gpujs' },
    });
    expect(commandFor(failed, special)).toBe(
      `shapemark run mine/gpt-oss-120b.yaml --filter '${failed.id}' --engine gpujs --adapter embedded`,
    );
  });

  it('names the peak that a share refers to, beside each where there are several', () => {
    const peaks = [...record.peaks, { path: 'f16-fma', flopPerSecond: 9e10 }];
    const row = measuredRow(SAMPLES);
    if (row.status !== 'measured') throw new Error('a fixture without a number');
    const { summary, format } = row;
    const acc = { ...format, acc: 'f16' as const };
    const half = { ...row, id: id('half'), format: acc, summary: { ...summary, ofPeak: summary.flopPerSecond / 9e10 } };
    const none = { ...row, id: id('none'), summary: { ...summary, ofPeak: undefined } };
    const text = (rows: Row[]) => shown(exampleRecord(rows, { peaks }));
    expect(text([row])).toMatch(/ {2}23 % {2}3\.1e-7\n[\s\S]*\npeak: share of f32-fma\n/);
    expect(text([row, half])).toMatch(
      /23 % f32-fma[\s\S]*13 % f16-fma[\s\S]*\npeak: share of the peak named beside it\n/,
    );
    expect(text([none])).not.toMatch(/\npeak:|^.* peak /m);
  });

  it('has one line for the kernels that share a rule of what is not served', () => {
    const of = notServed(
      ['int4', 'int4-ring'].flatMap((kernel) =>
        ['a', 'b'].map((name) => ({
          id: `x/y/${name}/kernel=${kernel}`,
          kernel,
          rule: 'serves weights in int4 only',
        })),
      ),
    );
    const served = exampleRecord(undefined, { notServed: of });
    expect(shown(served)).toContain(
      '\nnot served, on any device\n  rule                         cases each  kernels\n  serves weights in int4 only           2  int4, int4-ring\n',
    );
    expect(shown(served)).toContain('1 measured, 0 skipped, 0 failed, 4 not served;');
    expect(renderMarkdown(runDocument(served), 2)).toContain('| serves weights in int4 only | 2 | int4, int4-ring |');
  });

  it('prints a record without a single number', () => {
    const text = shown(exampleRecord([skipped]));
    expect(text.startsWith('skipped\n')).toBe(true);
    expect(text).toContain('0 measured, 1 skipped, 0 failed');
  });

  it('says each reason of skipped cases once', () => {
    const lacking = (kernel: string, detail: string): Row => ({
      ...skipped,
      id: id(kernel),
      reason: 'unsupported',
      detail,
    });
    const rows = [skipped, { ...skipped, id: id('naive'), detail: 'would take about 7 s' }];
    const others = [lacking('a', 'no f16'), lacking('b', 'no f16'), lacking('c', 'too large')];
    const text = shown(exampleRecord([...rows, ...others]));
    expect(text).toContain('budget: would take about 9 s (and 1 more case)\n');
    expect(text).toContain('unsupported: no f16 (and 1 more case)\n');
    expect(text).toContain('unsupported: too large\n');
    expect(text).not.toContain('7 s');
    expect(text).toContain('0 measured, 5 skipped');
  });
});

describe('markdown', () => {
  it('says the same as the table', () => {
    expect(renderMarkdown(runDocument(record), 2)).toMatchInlineSnapshot(`
      "**2 measured, 1 skipped, 1 failed; ended because all intervals reached the target width**

      ### gpt-oss-120b / decode

      | GEMM | m×n×k | format | kernel | time | spread | rate | bandwidth | peak | error | notes |
      | - | - | - | - | -: | -: | -: | -: | -: | -: | - |
      | o\\_proj | 1×2880×4096 nt | f16·f32 +bias | gemv | 2.05 ms | ±1.8 % | 11.5 GFLOPS | 11.5 GB/s | 23 % | 3.1e-7 | |
      | o\\_proj | 1×2880×4096 nt | f16·f32 +bias | gemv | 2.03 ms | 2.01…2.04 | 11.6 GFLOPS | 11.7 GB/s | 23 % | 3.1e-7 | few-processes, launch-bound |

      ### failed

      | case | notes |
      | - | - |
      | \`gpt-oss-120b/decode/o_proj/m=1/n=2880/k=4096/layout=nt/w=f16/a=f32/acc=f32/out=f32/bias=f32/kernel=gemv\` | wrong-result: C\\[0,7\\] is 3.5 instead of 2.5 |

      again:

      \`\`\`sh
      shapemark run gpt-oss-120b --filter 'gpt-oss-120b/decode/o_proj/m=1/n=2880/k=4096/layout=nt/w=f16/a=f32/acc=f32/out=f32/bias=f32/kernel=gemv'
      \`\`\`

      ### skipped

      | case | notes |
      | - | - |
      | \`gpt-oss-120b/decode/o_proj/m=1/n=2880/k=4096/layout=nt/w=f16/a=f32/acc=f32/out=f32/bias=f32/kernel=direct\` | budget: would take about 9 s |

      ### notes

      few-processes (1 row): only 3 of 6 processes fitted the budget; raise --budget  
      launch-bound (1 row): this measures the launch, not the kernel

      spread: ± is the 95 % interval of the median over processes; a…b is the range over processes, too few for an interval  
      machine: llvmpipe-vulkan-linux-amd-epyc-2-cores (llvmpipe: Mesa 25.0.7 (LLVM 15.0.6) 0.0.1)  
      timer: device timestamps, resolution 1.00 ns; 6 processes; cold operands unless marked hot  
      peak: share of f32-fma  
      peaks measured in this run: f32-fma 50.0 GFLOPS, copy 8.00 GB/s, launch 20.0 µs  
      columns, flags and verdicts are explained in docs/reading.md
      "
    `);
  });

  it('shows text that looks like markdown as it is', () => {
    const text = renderMarkdown(runDocument(exampleRecord([{ ...skipped, detail: '<b>|`x`*' }])));
    expect(text).toContain('budget: \\<b\\>\\|\\`x\\`\\*');
  });
});

describe('the profile', () => {
  it('gives each phase its share, kernels of the measuring phase', () => {
    expect(renderText({ sections: [{ blocks: profileBlocks(record) }] })).toMatchInlineSnapshot(`
      "phase      wall time  share
      open          1.00 s  8.1 %
      operands      1.00 s  8.1 %
      compile       1.00 s  8.1 %
      verify        2.00 s   16 %
      measuring     7.00 s   57 %
      total         12.3 s  100 %

      kernels ran for 6.10 s, 87 % of the measuring time
      "
    `);
  });
});
