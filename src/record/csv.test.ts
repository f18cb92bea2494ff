import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CSV_COLUMNS, toCsv } from './csv.ts';
import { round5, rounded } from './round.ts';
import { exampleRecord, measuredRow, rowBase, SAMPLES } from './testdata/example.ts';

describe('CSV', () => {
  it('prints one row per case under named columns', () => {
    const skipped = { ...rowBase(), status: 'skipped' as const, reason: 'budget' };
    const [header, measured, other, end] = toCsv(exampleRecord([measuredRow(SAMPLES), skipped])).split('\r\n');
    expect(header).toBe(Object.keys(CSV_COLUMNS).join(','));
    expect(measured).toMatchInlineSnapshot(
      `"20261124T101530Z-831ef61a,llvmpipe-vulkan-linux-amd-epyc-2-cores,00112233aabbccdd,831ef61a0b2c3d4e5f60718293a4b5c6d7e8f901,false,2026-11-24T10:15:30.000Z,gpt-oss-120b/decode/o_proj/m=1/n=2880/k=4096/layout=nt/w=f16/a=f32/acc=f32/out=f32/bias=f32/kernel=best,0123456789abcdef,gpt-oss-120b,decode,o_proj,measured,,1,,1,2880,4096,nt,f16,f32,f32,f32,,,,true,cold,normal,1,best,gemv,abababababababababababababababababababababababababababababababab,1x4x128,1x4,gpu,2,0.0020519,0.0020142,0.0020895,confidence-95,6,18,23592960,23632384,11498000000,11517000000,0.22996,1.4397,,3.1e-7,0.00024,0.000012,,model card of gpt-oss-120b"`,
    );
    expect(other).toContain(',skipped,budget,');
    expect(end).toBe('');
  });

  it('makes text inert that a spreadsheet would run', () => {
    const row = {
      ...rowBase(),
      status: 'skipped' as const,
      reason: '=HYPERLINK("http://x","y")',
      from: '@SUM(A1), see "x"',
    };
    const text = toCsv(exampleRecord([row]));
    expect(text).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
    expect(text).toContain(`"'@SUM(A1), see ""x"""`);
  });
});

/** Cells of RFC 4180 text as its strictest readers see them: an unquoted CR or LF of any kind ends a record. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\r|\n|$)/y;
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (!match) throw new Error(`not CSV at ${cell.lastIndex}`);
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] !== ',' && cell.lastIndex < text.length) rows.push([]);
  }
  return rows;
}

describe('CSV, read back', () => {
  const awkward = fc.string({ unit: fc.constantFrom('\r', '\n', ',', '"', "'", '=', '-', ' ', 'x', 'é') });

  it('has every cell as it was, whatever line breaks it holds', () => {
    const column = Object.keys(CSV_COLUMNS).indexOf('from');
    fc.assert(
      fc.property(awkward, awkward, (reason, from) => {
        const row = { ...rowBase(), status: 'skipped' as const, reason, from };
        const rows = cellsOf(toCsv(exampleRecord([row, row])));
        expect(rows.map((cells) => cells.length)).toEqual([1, 1, 1].map(() => Object.keys(CSV_COLUMNS).length));
        // A leading quote may have been added so that no spreadsheet runs it.
        expect(['', "'"].map((guard) => guard + from)).toContain(rows[1]?.[column]);
      }),
    );
  });

  it.each(['a\rb', 'a\nb', 'a\r\nb'])('quotes the line break in %j', (reason) => {
    const text = toCsv(exampleRecord([{ ...rowBase(), status: 'skipped', reason }]));
    expect(text).toContain(`,"${reason}",`);
  });
});

describe('rounding', () => {
  it('keeps five digits of what was measured and all of what was chosen', () => {
    expect(round5(123456.789)).toBe(123460);
    expect(
      rounded({ medianSeconds: 1.23456789e-3, flopPerSecond: 1234567, flop: 1234567, intervalSeconds: [1000001, 2] }),
    ).toEqual({
      medianSeconds: 1.2346e-3,
      flopPerSecond: 1234600,
      flop: 1234567,
      intervalSeconds: [1000000, 2],
    });
  });
});
