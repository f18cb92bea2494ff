/** Loops as NIR prints them, in the forms that drivers leave. */
import { describe, expect, it } from 'vitest';
import { parseNir } from './nir.ts';
import { tripCounts } from './trip-counts.ts';

/** A loop over `body`, whose header is b1 and latch b4. */
function loop(before: string, header: string, condition: string, rest: string): string {
  return `shader: MESA_SHADER_COMPUTE
shared_size: 512
impl main {
    con block b0:         // preds:
    con 32    %0 = load_const (0x00000000 = 0.000000)
    con 32    %1 = load_const (0x00000001)
    con 32    %4 = load_const (0x00000004)
    con 32   %16 = load_const (0x00000010 = 16)
    con 32   %90 = @load_ubo (%0, %0) (base=0)
${before}
                      // succs: b1
    con loop {
        con block b1:         // preds: b0 b4
${header}
                          // succs: b2 b3
        if ${condition} {
            con block b2:// preds: b1
            break
            // succs: b5
        } else {
            con block b3:  // preds: b1, succs: b4
        }
        con block b4:         // preds: b3
${rest}
                          // succs: b1
    }
    con block b5:         // preds: b2
}
`;
}

const WORK = '        con 32   %60 = fmul %0, %1';

describe('tripCounts', () => {
  it.each<[string, string, string, string, string, number | null, string?]>([
    [
      'a constant limit',
      '',
      '%20 = phi b0: %0 (0x0), b4: %21',
      '%22 = uge %20, %16 (0x10)',
      '%21 = iadd %20, %4 (0x4)',
      4,
    ],
    [
      'a limit that is no multiple of the step',
      '',
      '%20 = phi b0: %1 (0x1), b4: %21',
      '%22 = uge %20, %16 (0x10)',
      '%21 = iadd %20, %4 (0x4)',
      4,
    ],
    [
      'a condition the other way round',
      '',
      '%20 = phi b0: %0 (0x0), b4: %21',
      '%22 = inot %23',
      '%21 = iadd %20, %1',
      16,
      '%23 = ult %20, %16',
    ],
    ['a variable that goes down', '', '%20 = phi b0: %16, b4: %21', '%22 = ieq %20, %0', '%21 = isub %20, %4', 4],
    [
      'a limit at a distance from where it starts',
      '    con 32   %30 = iadd %90, %16',
      '%20 = phi b0: %90, b4: %21',
      '%22 = uge %20, %30',
      '%21 = iadd %20, %1',
      16,
    ],
    [
      'the lesser of a constant and what nobody knows',
      '    con 32   %30 = umin %90, %16',
      '%20 = phi b0: %0, b4: %21',
      '%22 = uge %20, %30',
      '%21 = iadd %20, %4',
      4,
    ],
    [
      'a thread of its own',
      '    div 32   %30 = @load_local_invocation_index',
      '%20 = phi b0: %30, b4: %21',
      '%22 = uge %20, %16',
      '%21 = iadd %20, %4',
      4,
    ],
    [
      'a guard beside',
      '',
      '%20 = phi b0: %0, b4: %21',
      '%22 = ior %23, %24',
      '%21 = iadd %20, %4',
      4,
      '%23 = uge %20, %16\n        con 1    %24 = ieq %90, %0',
    ],
    ['no known limit', '', '%20 = phi b0: %0, b4: %21', '%22 = uge %20, %90', '%21 = iadd %20, %4', null],
    ['no constant step', '', '%20 = phi b0: %0, b4: %21', '%22 = uge %20, %16', '%21 = iadd %20, %90', null],
    [
      'variables that follow from each other',
      '',
      '%20 = phi b0: %0, b4: %21',
      '%22 = uge %20, %16',
      '%21 = iadd %30, %4\n        con 32   %31 = iadd %20, %4',
      null,
      '%30 = phi b0: %1, b4: %31',
    ],
  ])('reads %s', (_, before, phi, condition, step, iterations, more = '') => {
    const header = [
      `        con 32   ${phi}`,
      ...(more ? [`        con 1    ${more}`] : []),
      `        con 1    ${condition}`,
    ];
    const text = loop(before, header.join('\n'), '%22', `${WORK}\n        con 32   ${step}`);
    expect(tripCounts(parseNir(text))).toEqual([iterations]);
  });

  it('counts an iteration that is left at its end', () => {
    const header = [
      '        con 32   %20 = phi b0: %0, b4: %21',
      WORK,
      '        con 32   %21 = iadd %20, %4',
      '        con 1    %22 = uge %21, %16',
    ];
    expect(tripCounts(parseNir(loop('', header.join('\n'), '%22', '')))).toEqual([4]);
  });
});

describe('parseNir', () => {
  it('reads shared memory, and the main function only', () => {
    const text = loop('', '        con 1    %22 = uge %0, %16', '%22', '');
    const nir = parseNir(
      `${text}impl preamble {\n    con block b0:  // preds:\n    con 32   %0 = load_const (0x7)\n}\n`,
    );
    expect(nir.sharedBytes).toBe(512);
    expect(nir.blocks.map(({ name }) => name)).toEqual(['b0', 'b1', 'b2', 'b3', 'b4', 'b5']);
    expect(nir.definitions.get(0)?.constant).toBe(0);
  });

  it('reads what a driver has taken the structure out of', () => {
    const text = `impl main {
    con block b0:         // preds:
    con 1      %5 = load_const (true)
                      goto b2 if %5 else b1
                      // succs: b1 b2
    con block b1:         // preds: b0
                      goto b2
                      // succs: b2
    con block b2:         // preds: b0 b1
}`;
    expect(parseNir(text).blocks).toMatchObject([
      { choice: { condition: 5, yes: 2, no: 1 } },
      { to: [2], choice: null },
      {},
    ]);
  });
});
