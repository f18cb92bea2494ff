import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCsv } from '../csv.ts';
import { exampleRecord, measuredRow, rowBase, SAMPLES } from '../testdata/example.ts';
import { CsvRows } from './csv-rows.node.ts';
import { rowsOf } from './history-store.ts';

const read = (csv: string, record: string, rows = new CsvRows()) => rows.read(Buffer.from(csv), record);

describe('rows from CSV', () => {
  it('are those of the record, whatever its texts hold', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ',', '"', 'é', ' ', '\r\n') });
    fc.assert(
      fc.property(text, text, (from, reason) => {
        const record = exampleRecord([
          { ...measuredRow(SAMPLES), from: `x${from}` },
          { ...rowBase(), series: 'fedcba', status: 'skipped', reason: `r${reason}` },
          { ...measuredRow(SAMPLES), name: `n${from}`, from: `x${reason}` },
        ]);
        expect(read(toCsv(record), record.id)).toEqual(rowsOf(record));
      }),
    );
  });

  it('are the same after the CSVs of other records of the machine', () => {
    const cell = fc.record({
      id: fc.constantFrom('a', 'b', 'b,"c"'),
      from: fc.constantFrom('x', 'x,y', '"\r\n"'),
      kernel: fc.constantFrom('naive', 'sub,group'),
      seconds: fc.constantFrom(...SAMPLES),
      isMeasured: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 5 }), (runs) => {
        const rows = new CsvRows();
        for (const [i, cells] of runs.entries()) {
          const record = exampleRecord(
            cells.map(({ id, from, kernel, seconds, isMeasured }) => {
              const base = { ...rowBase(), id, from, kernel: { ...rowBase().kernel, name: kernel } };
              if (!isMeasured) return { ...base, status: 'skipped' as const, reason: from };
              return { ...measuredRow([seconds]), ...base };
            }),
            { id: `run ${i}` },
          );
          expect(read(toCsv(record), record.id, rows)).toEqual(rowsOf(record));
        }
      }),
    );
  });

  it('are refused when the CSV is another record’s or no such CSV', () => {
    const csv = toCsv(exampleRecord());
    expect(read(csv, 'another')).toBeNull();
    expect(read('a,b\n1,2\n', 'another')).toBeNull();
    expect(read('', 'another')).toBeNull();
  });
});
