import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listInspections, writeInspection } from '../beside/inspection.node.ts';
import { INSPECTION_SCHEMA, type Inspection } from '../beside/inspection.ts';
import { recordId } from '../record-id.ts';
import { exampleRecord } from '../testdata/example.ts';
import { folderOfEach } from '../testdata/folder.ts';
import { listRecords, readRecord, readSamples, writeRecord } from './store.node.ts';

const EMPTY: Inspection = { schema: INSPECTION_SCHEMA, gpu: '', driver: '', gpus: [], kernels: [], counts: {} };

const dir = folderOfEach();

describe('the store', () => {
  it('writes record, samples, CSV and machine, and reads them back', () => {
    const record = exampleRecord();
    const { json, csv, samples, files } = writeRecord(dir(), record);
    expect(files).toEqual([json, csv, samples, join(dir(), record.machine, 'machine.json')]);
    const stored = readRecord(json);
    expect(stored.cases[0]?.visits.every((visit) => visit.samples === undefined)).toBe(true);
    expect({ ...readSamples(json, stored), samples: undefined }).toEqual({ ...record, samples: undefined });
    expect(readFileSync(csv, 'utf8').split('\r\n')).toHaveLength(3);
    expect(samples.endsWith('.samples.json.gz')).toBe(true);
    expect(readdirSync(join(dir(), record.machine)).sort()).toEqual([
      '20261124T101530Z-831ef61a.csv',
      '20261124T101530Z-831ef61a.json',
      '20261124T101530Z-831ef61a.samples.json.gz',
      'machine.json',
    ]);
    expect(listRecords(dir())).toEqual([json]);
    expect(listRecords(dir(), 'another')).toEqual([]);
  });

  it('never overwrites', () => {
    const { json } = writeRecord(dir(), exampleRecord());
    const before = readFileSync(json, 'utf8');
    const other = exampleRecord(undefined, { unit: 'ffffffffffffffff' });
    expect(() => writeRecord(dir(), other)).toThrow(/never overwritten/);
    expect(readFileSync(json, 'utf8')).toBe(before);
  });

  it('finishes what an interrupted attempt began', () => {
    const folder = join(dir(), exampleRecord().machine);
    const { json } = writeRecord(dir(), exampleRecord());
    rmSync(json);
    writeFileSync(join(folder, '20261124T101530Z-831ef61a.csv'), 'half');
    expect(readRecord(writeRecord(dir(), exampleRecord()).json).id).toBe('20261124T101530Z-831ef61a');
  });

  it('inflates no more than the counts in the record allow', () => {
    const { json, samples } = writeRecord(dir(), exampleRecord());
    writeFileSync(samples, gzipSync(Buffer.alloc(1 << 26)));
    const before = process.memoryUsage().rss;
    expect(() => readSamples(json, readRecord(json))).toThrow(/is larger than the counts in the record allow/);
    expect(process.memoryUsage().rss - before).toBeLessThan(1 << 25);
  });

  it.each(['machine', 'id', 'samples'])('takes no path for the %s of a record', (field) => {
    const { json } = writeRecord(dir(), exampleRecord());
    const record = readRecord(json);
    const path = '../../elsewhere';
    const led = { ...record, [field]: field === 'samples' ? { ...record.samples, file: path } : path };
    writeFileSync(json, JSON.stringify(led));
    expect(() => readRecord(json)).toThrow(/expected the name of a file, without a path/);
  });

  it('notices samples that are not the record’s', () => {
    const { json, samples } = writeRecord(dir(), exampleRecord());
    writeFileSync(samples, 'no gzip');
    expect(() => readSamples(json, readRecord(json))).toThrow(/samples\.json\.gz: /);
    rmSync(samples);
    expect(readSamples(json, readRecord(json))).toBeNull();
  });

  it.each([
    ['a cut file', (text: string) => text.slice(0, 400), /:\d+: not JSON/],
    ['NaN', (text: string) => text.replace(/"unit": "[^"]*"/, '"unit": NaN'), /:5: not JSON: NaN/],
    [
      'NaN behind a BOM',
      (text: string) => `\ufeff${text.replace(/"unit": "[^"]*"/, '"unit": NaN')}`,
      /:5: not JSON: NaN/,
    ],
    [
      'a wrong type',
      (text: string) => text.replace('"unit": "00112233aabbccdd"', '"unit": 7'),
      /:5: unit: .*expected string/,
    ],
    ['another schema', (text: string) => text.replace('shapemark-record/1', 'shapemark-record/9'), /:2: schema: /],
    [
      'a wrong word inside a row',
      (text: string) => text.replace('"layout": "nt"', '"layout": "xx"'),
      /cases\[0\]\.layout/,
    ],
  ])('names file and line of %s', (_, change, message) => {
    const { json } = writeRecord(dir(), exampleRecord());
    writeFileSync(json, change(readFileSync(json, 'utf8')));
    expect(() => readRecord(json)).toThrow(message);
  });

  it('reads a record however a shell or a checkout has rewritten it', () => {
    const { json } = writeRecord(dir(), exampleRecord());
    const [text, stored] = [readFileSync(json, 'utf8'), readRecord(json)];
    for (const changed of [`\ufeff${text}`, text.replaceAll('\n', '\r\n'), `\ufeff${text.replaceAll('\n', '\r\n')}`]) {
      writeFileSync(json, changed);
      expect(readRecord(json)).toEqual(stored);
    }
    expect(readSamples(json, stored)).not.toBeNull();
  });

  it('takes the folder of inspections for no machine', () => {
    const { json } = writeRecord(dir(), exampleRecord());
    const file = writeInspection(dir(), EMPTY, null);
    expect(listInspections(dir())).toEqual([file]);
    expect(listRecords(dir())).toEqual([json]);
  });

  it('finds the records of a machine behind a link, and names a link that leads nowhere', () => {
    const { json } = writeRecord(join(dir(), 'elsewhere'), exampleRecord());
    const results = join(dir(), 'results');
    mkdirSync(results);
    symlinkSync(dirname(json), join(results, exampleRecord().machine));
    expect(listRecords(results)).toHaveLength(1);
    symlinkSync('nowhere', join(results, 'another-machine'));
    expect(() => listRecords(results)).toThrow('another-machine: is a link that leads nowhere');
  });

  it('names runs by time and commit', () => {
    const at = new Date('2026-11-24T10:15:30.123Z');
    expect(recordId(at, { sha: '831ef61a0b', dirty: false })).toBe('20261124T101530Z-831ef61a');
    expect(recordId(at, { sha: '831ef61a0b', dirty: true })).toBe('20261124T101530Z-831ef61a-dirty');
    expect(recordId(at, null)).toBe('20261124T101530Z-nogit');
  });
});
