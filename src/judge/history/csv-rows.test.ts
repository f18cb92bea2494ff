import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCsv } from '../../record/csv.ts';
import { exampleRecord, measuredRow, rowBase, SAMPLES } from '../../record/testdata/example.ts';
import { CsvRows } from './csv-rows.ts';
import { factsOf, rowsOf } from './runs.ts';

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
        expect(CsvRows.parse(toCsv(record), record.id)).toEqual(rowsOf(record));
      }),
    );
  });

  it('are refused when the CSV is another record’s or no such CSV', () => {
    const csv = toCsv(exampleRecord());
    expect(CsvRows.parse(csv, 'another')).toBeNull();
    expect(CsvRows.parse('a,b\n1,2\n', 'another')).toBeNull();
    expect(CsvRows.parse('', 'another')).toBeNull();
  });
});

describe('facts of a run', () => {
  it('name the family and what else may explain a change', () => {
    const { family, surroundings, commit } = factsOf(exampleRecord());
    expect(family).toBe('mesa software');
    expect(commit).toMatch(/^831ef61a/);
    expect(surroundings).toMatchObject({ driver: 'Mesa 25.0.7', Dawn: '0.6.2', runtime: 'node 20.20.2' });
  });
});
