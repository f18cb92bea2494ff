import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CaseOutcome } from '../src/measure/parent/measurement.ts';
import type { ContenderVisit, VisitResult } from '../src/record/journal/journal.ts';
import { renderText } from '../src/report/document/text.ts';
import type { Field, PeerContender } from './contenders.ts';
import type { Document } from './document.ts';
import { renderPlot } from './plot.ts';
import { geomean, geomeans, shapeResult, standing, worstFirst } from './results.ts';
import { caseOf } from './shapes.ts';
import { briefly, comparisonOf } from './table.ts';

const BLOCKS = 3;
const ITEM = caseOf({ format: 'f32', mnk: [10, 10, 50], from: 'a test' });

function contender(name: string, more: Partial<PeerContender> = {}): PeerContender {
  const contender = { name, source: { kind: 'peer', name } } as const;
  return { name, kind: 'peer', classes: [], format: ITEM.problem.format, errorScale: 1, contender, ...more };
}

const OURS = contender('direct', { kind: 'ours', classes: ['best', 'portable'] });
const FAST = contender('fast-peer');
const SLOW = contender('slow-peer');
const CONTEXT = contender('blas', { kind: 'context', note: 'on the CPU' });

function visitOf(name: string, seconds: number, more: Partial<ContenderVisit> = {}): ContenderVisit {
  const samples = Array.from({ length: BLOCKS }, () => seconds);
  return {
    ...{ name, status: 'measured', pipelineSeconds: 0, firstDispatchSeconds: 0, repeats: 1, rejectedReadings: 0 },
    ...{ samples, wallSamples: samples, blockOf: samples.map((_, i) => i), clock: 'wall' },
    warmUp: { launches: 1, seconds: 0, plateau: true },
    verification: {
      ...{ kernelError: 1e-7, formatError: 0, budget: 1e-6, checkedPoints: 4, referenceDelta: 0, again: true },
    },
    ...more,
  };
}

/** One visit a process; the machine is `speed` times slower in each. */
function outcomeOf(
  seconds: Readonly<Record<string, number>>,
  speeds: readonly number[],
  more: ContenderVisit[] = [],
): CaseOutcome {
  const visits = speeds.map((speed, process) => {
    const contenders = Object.entries(seconds).map(([name, value]) => visitOf(name, value * speed));
    const profile = { operands: 0, verify: 0, compile: 0, measuring: 0, kernels: 0 };
    const result: VisitResult = {
      ...{ caseId: ITEM.id, process, sets: 1, bytesPerSet: 0, profile },
      contenders: [...contenders, ...more],
    };
    return { caseId: ITEM.id, process, result, refusal: null, sentinel: null };
  });
  return { case: ITEM, entry: null, visits, refusal: null };
}

const field = (...contenders: PeerContender[]): Field => ({ contenders, reference: null });
const SECONDS = { direct: 1e-3, 'fast-peer': 3e-3, 'slow-peer': 8e-3, blas: 2e-4 };
const ALL = field(OURS, FAST, SLOW, CONTEXT);
const row = (result: ReturnType<typeof shapeResult>, name: string) => {
  const found = result.contenders.find((candidate) => candidate.name === name);
  if (found?.status !== 'measured') throw new Error(`${name} was not measured`);
  return found;
};

describe('the result of a shape', () => {
  it('takes ratios within each process, so that a slow machine cancels', () => {
    const result = shapeResult(outcomeOf(SECONDS, [1, 5, 2, 9, 1, 3]), ALL);
    expect(result.bestPeer).toBe('fast-peer');
    expect(row(result, 'direct').ratios.bestPeer).toBeCloseTo(3, 12);
    expect(row(result, 'direct').ratios.bestPeerInterval?.map((end) => end.toFixed(9))).toEqual([
      '3.000000000',
      '3.000000000',
    ]);
    expect(row(result, 'slow-peer').ratios.bestPeer).toBeCloseTo(3 / 8, 12);
    expect(row(result, 'fast-peer').ratios.bestPeer).toBe(1);
    expect(row(result, 'direct').flopPerSecond).toBeCloseTo(10_000 / 2.5e-3, 3);
  });

  it('never makes context the best peer', () => {
    const result = shapeResult(outcomeOf(SECONDS, [1]), field(OURS, CONTEXT));
    expect(result.bestPeer).toBeNull();
    expect(row(result, 'direct').ratios.bestPeer).toBeNull();
    expect(row(result, 'direct').ratios.against.blas?.ratio).toBeCloseTo(0.2, 12);
  });

  it('gives a reason to whoever has no number', () => {
    const wrong = visitOf('wrong', 1, { status: 'failed', reason: 'wrong-result', detail: 'C[0,0] is 1', samples: [] });
    const { contender: _, ...absent } = contender('absent', { reason: 'is not installed' });
    const result = shapeResult(outcomeOf(SECONDS, [1, 2], [wrong]), field(OURS, FAST, contender('wrong'), absent));
    expect(result.contenders.slice(2)).toMatchObject([
      { name: 'wrong', status: 'failed', reason: 'wrong-result: C[0,0] is 1' },
      { name: 'absent', status: 'skipped', reason: 'is not installed' },
    ]);
  });

  it('says why a whole shape has no number', () => {
    const refusal = { status: 'failed', reason: 'crashed', detail: 'SIGSEGV' } as const;
    const result = shapeResult({ case: ITEM, entry: null, visits: [], refusal }, ALL);
    expect(result.contenders).toHaveLength(4);
    for (const contender of result.contenders)
      expect(contender).toMatchObject({ status: 'failed', reason: 'crashed: SIGSEGV' });
  });

  it('tells the true error of a contender with a budget of its own', () => {
    const loose = { ...FAST, errorScale: 1e5 };
    const { error, budget } = row(shapeResult(outcomeOf(SECONDS, [1]), field(OURS, loose)), 'fast-peer');
    expect([error, budget].map((value) => value.toFixed(9))).toEqual(['0.010000000', '0.100000000']);
  });
});

describe('the geometric mean', () => {
  it('of constant ratios is their geometric mean', () => {
    const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(positive, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 8 }),
        (ratios, processes) => {
          const { ratio, shapes } = geomean(ratios.map((value) => Array.from({ length: processes }, () => value)));
          const expected = ratios.reduce((product, value) => product * value ** (1 / ratios.length), 1);
          expect(ratio / expected).toBeCloseTo(1, 9);
          expect(shapes).toBe(ratios.length);
        },
      ),
    );
  });

  it('is taken by class, over the shapes that have it', () => {
    const shape = shapeResult(outcomeOf(SECONDS, [1, 1]), ALL);
    const slower = shapeResult(outcomeOf({ ...SECONDS, direct: 12e-3 }, [1, 1]), ALL);
    const { f32 } = geomeans([shape, slower]);
    expect(f32?.best).toMatchObject({ shapes: 2, intervalKind: 'range' });
    expect(f32?.best?.ratio).toBeCloseTo(Math.sqrt(3 * 0.25), 12);
    expect(f32?.portable?.ratio).toBe(f32?.best?.ratio);
  });
});

describe('the table and the plot', () => {
  const good = shapeResult(outcomeOf(SECONDS, [1, 1.1, 0.9]), ALL);
  const bad = shapeResult(outcomeOf({ ...SECONDS, direct: 6e-3 }, [1, 1.1, 0.9]), ALL);
  const none = shapeResult({ case: ITEM, entry: null, visits: [], refusal: null }, ALL);
  const shapes = [good, bad, none];
  const document: Document = {
    environment: {
      ...{ commit: null, shapemark: '0.0.0', runtime: { name: 'node', version: '20' }, dawn: null },
      ...{ os: { platform: 'linux', release: '6', arch: 'x64' }, cpu: { model: 'a CPU', cores: 2 } },
      adapter: {
        ...{ source: 'system-software', vendor: 'v', device: 'd', description: 'llvmpipe <1>', backend: 'vulkan' },
        ...{ driver: '', toggles: [] },
      },
      libraries: [{ name: 'fast-peer', version: '1.2.3' }],
      ...{ clock: 'wall', operands: 'hot', processes: 3, blocks: 3, intervalKind: 'range', wallSeconds: 1 },
    },
    shapes,
    geomean: geomeans(shapes),
  };

  it('put the worst standing first, and a shape without a number before all', () => {
    expect(
      worstFirst(shapes)
        .map(standing)
        .map((value) => value.toFixed(2)),
    ).toEqual(['0.00', '0.50', '3.00']);
  });

  it('leave no shape and no contender out', () => {
    expect(renderText(comparisonOf(document))).toMatchInlineSnapshot(`
      "     contender                   time  spread         rate  best peer / this   error

      10×10×50 f32 (a test)
        *  direct [best, portable]  skipped                                                 no visit was finished
           fast-peer                skipped                                                 no visit was finished
           slow-peer                skipped                                                 no visit was finished
        ~  blas                     skipped                                                 no visit was finished

      10×10×50 f32 (a test)
        ~  blas                      200 µs   ±10 %  50.0 MFLOPS             15.00  1.0e-7  on the CPU
           fast-peer                3.00 ms   ±10 %  3.33 MFLOPS              1.00  1.0e-7
        *  direct [best, portable]  6.00 ms   ±10 %  1.67 MFLOPS              0.50  1.0e-7
           slow-peer                8.00 ms   ±10 %  1.25 MFLOPS              0.38  1.0e-7

      10×10×50 f32 (a test)
        ~  blas                      200 µs   ±10 %  50.0 MFLOPS             15.00  1.0e-7  on the CPU
        *  direct [best, portable]  1.00 ms   ±10 %  10.0 MFLOPS              3.00  1.0e-7
           fast-peer                3.00 ms   ±10 %  3.33 MFLOPS              1.00  1.0e-7
           slow-peer                8.00 ms   ±10 %  1.25 MFLOPS              0.38  1.0e-7

      geometric mean of best peer’s time / our time, by class of kernel
        f32 best      1.22 over 2 of 3 shapes
        f32 portable  1.22 over 2 of 3 shapes

      * ours; ~ context, another kind of thing and never a claim. ± and [ ] are ranges over 3 processes; 95 % intervals need 6, 3 interleaved blocks in each
      time: wall clock from the first enqueue to the end of the last, one copy of the operands, upload and read-back outside
      adapter: llvmpipe <1> (system-software); fast-peer 1.2.3
      "
    `);
  });

  it('take one line a shape where asked to', () => {
    expect(renderText(briefly(document))).toMatchInlineSnapshot(`
      "best peer / ours  shape         ours       time  best peer     time
      not measured      10×10×50 f32  direct           none
      0.50              10×10×50 f32  direct  6.00 ms  fast-peer  3.00 ms
      3.00              10×10×50 f32  direct  1.00 ms  fast-peer  3.00 ms

      geometric mean of best peer’s time / our time, by class of kernel
        f32 best      1.22 over 2 of 3 shapes
        f32 portable  1.22 over 2 of 3 shapes

      * ours; ~ context, another kind of thing and never a claim. ± and [ ] are ranges over 3 processes; 95 % intervals need 6, 3 interleaved blocks in each
      time: wall clock from the first enqueue to the end of the last, one copy of the operands, upload and read-back outside
      adapter: llvmpipe <1> (system-software); fast-peer 1.2.3
      "
    `);
  });

  it('draw one dot a measured contender', () => {
    const svg = renderPlot(document);
    expect(svg.match(/<circle /g)).toHaveLength(8);
    expect(svg).toContain('llvmpipe &#60;1&#62;');
    expect(svg).not.toContain('NaN');
  });
});
