import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../schema.ts';
import { writeRecord } from '../store/store.node.ts';
import { CASE_ID, ENVIRONMENT, exampleRecord, measuredRow } from '../testdata/example.ts';
import { folderOfEach } from '../testdata/folder.ts';
import { fingerprint } from './fingerprint.ts';
import { findResumable, openJournal, readJournal, resumeJournal } from './journal.node.ts';
import { JOURNAL_SCHEMA, type JournalEntry, type JournalHeader, parseJournal } from './journal.ts';
import { LockHeld, lock } from './lock.node.ts';

const { settings, machine, unit, commit, id, startedAt } = exampleRecord();
const cases = [{ id: CASE_ID, series: '0123456789abcdef', kernelHash: null }];
const { adapter: _adapter, ...environment } = ENVIRONMENT;
const HEADER: JournalHeader = {
  schema: JOURNAL_SCHEMA,
  id,
  machine,
  unit,
  startedAt,
  commit,
  settings,
  cases,
  environment: ENVIRONMENT,
  fingerprint: fingerprint({ unit, settings, cases, environment }),
};

function visit(process: number): JournalEntry {
  const refusal = { status: 'failed' as const, reason: 'hang', detail: 'no sign of life' };
  return { type: 'visit', visit: { caseId: CASE_ID, process, result: null, refusal, sentinel: null } };
}

function measured(process: number): JournalEntry {
  const contender = {
    ...{ name: 'best', status: 'measured' as const, pipelineSeconds: 0, firstDispatchSeconds: 0, repeats: 1 },
    ...{ warmUp: { launches: 1, seconds: 0, plateau: true }, clock: 'gpu' as const, rejectedReadings: 0 },
    ...{ samples: [2e-3], blockOf: [0], wallSamples: [2e-3] },
  };
  const profile = { operands: 0, verify: 0, compile: 0, measuring: 0, kernels: 0 };
  const result = { caseId: CASE_ID, process, sets: 1, bytesPerSet: 1, contenders: [contender], profile };
  return { type: 'visit', visit: { caseId: CASE_ID, process, result, refusal: null, sentinel: null } };
}

/** A record of one case with visits in these processes. */
function recordOf(processes: readonly number[]): RunRecord {
  const row = measuredRow(processes.map(() => [2e-3]));
  const visits = row.visits.map((one, i) => ({ ...one, process: processes[i] ?? 0 }));
  return { ...exampleRecord(), cases: [{ ...row, visits }] };
}

const dir = folderOfEach();

describe('the journal', () => {
  it('gives back what was appended, and goes with the record', () => {
    const journal = openJournal(dir(), HEADER);
    journal.append(visit(0));
    journal.append(visit(1));
    expect(readJournal(journal.file)).toMatchObject({ header: HEADER, entries: [visit(0), visit(1)] });
    journal.remove();
    expect(existsSync(journal.file)).toBe(false);
    expect(() => journal.append(visit(2))).toThrow('closed');
  });

  it('leaves no empty folder behind, and no folder empty that holds something', () => {
    const folder = join(dir(), HEADER.machine);
    const [one, other] = [openJournal(dir(), HEADER), openJournal(dir(), { ...HEADER, id: `${HEADER.id}-other` })];
    one.remove();
    expect(existsSync(other.file)).toBe(true);
    other.remove();
    expect(existsSync(folder)).toBe(false);
  });

  it('takes another id when one is used by what a finished command left', () => {
    mkdirSync(join(dir(), HEADER.machine, 'calibration'), { recursive: true });
    writeFileSync(join(dir(), HEADER.machine, 'calibration', `${id}.json`), '{}');
    const journal = openJournal(dir(), HEADER);
    expect(journal.header.id).toBe(`${id}-2`);
    journal.close();
    rmSync(join(dir(), HEADER.machine, 'calibration'), { recursive: true });
  });

  it('takes another id when one is used', () => {
    const first = openJournal(dir(), HEADER);
    const second = openJournal(dir(), HEADER);
    expect([first.header.id, second.header.id]).toEqual([id, `${id}-2`]);
    expect(readJournal(second.file).header.id).toBe(`${id}-2`);
    first.close();
    second.close();
  });

  it('survives being cut anywhere: whole lines stay, an unfinished one goes', () => {
    const journal = openJournal(dir(), HEADER);
    for (let process = 0; process < 4; process++) journal.append(visit(process));
    journal.close();
    const text = readFileSync(journal.file, 'utf8');
    const headerLength = text.indexOf('\n') + 1;
    fc.assert(
      fc.property(fc.integer({ min: headerLength, max: text.length }), (length) => {
        writeFileSync(journal.file, text);
        truncateSync(journal.file, length);
        const resumed = resumeJournal(journal.file);
        const whole = text.slice(0, length).split('\n').length - 2;
        expect(resumed.entries).toEqual([0, 1, 2, 3].slice(0, whole).map(visit));
        resumed.journal.append(visit(9));
        resumed.journal.close();
        expect(readJournal(journal.file).entries).toEqual([...resumed.entries, visit(9)]);
      }),
      { numRuns: 40 },
    );
  });

  it('names the line that is damaged elsewhere', () => {
    const text = `${JSON.stringify(HEADER)}\n{"type":"visit"\n${JSON.stringify(visit(0))}\n`;
    expect(() => parseJournal(text, 'x.ndjson')).toThrow('x.ndjson:2: not JSON; move the journal away');
    expect(() => parseJournal(`${JSON.stringify(HEADER)}\n{"type":"other"}\n`, 'x')).toThrow(
      'x:2: not a journal entry',
    );
    expect(() => parseJournal('', 'x')).toThrow('x:1: the header line is missing');
  });

  it('keeps fields that a newer version adds to an entry', () => {
    const line = JSON.stringify({ ...visit(0), later: 1 });
    expect(parseJournal(`${JSON.stringify(HEADER)}\n${line}\n`, 'x').entries[0]).toEqual(JSON.parse(line));
  });

  it('is found by its fingerprint, unless somebody writes to it or it is broken', () => {
    const journal = openJournal(dir(), HEADER);
    expect(findResumable(dir(), HEADER.fingerprint)).toBeUndefined();
    journal.close();
    expect(findResumable(dir(), HEADER.fingerprint)).toBe(journal.file);
    expect(findResumable(dir(), 'other')).toBeUndefined();
    expect(findResumable(join(dir(), 'nowhere'), HEADER.fingerprint)).toBeUndefined();
    appendFileSync(journal.file, 'rubbish\n');
    expect(findResumable(dir(), HEADER.fingerprint)).toBeUndefined();
  });

  it('stays until a record holds every measured visit of it', () => {
    const journal = openJournal(dir(), HEADER);
    for (const process of [0, 1, 2]) journal.append(measured(process));
    journal.append(visit(9));
    expect(() => writeRecord(dir(), recordOf([0, 1]), journal)).toThrow(`the record lacks ${CASE_ID} in process 2`);
    expect(readJournal(journal.file).entries).toHaveLength(4);
    rmSync(join(dir(), machine, `${id}.json`));
    writeRecord(dir(), recordOf([0, 1, 2]), journal);
    expect(existsSync(journal.file)).toBe(false);
  });

  it('is not resumed but removed when its record is there, its writer killed in between', () => {
    const journal = openJournal(dir(), HEADER);
    journal.append(measured(0));
    journal.close();
    const text = readFileSync(journal.file);
    writeRecord(dir(), recordOf([1]));
    expect(findResumable(dir(), HEADER.fingerprint)).toBe(journal.file);
    rmSync(join(dir(), machine, `${id}.json`));
    writeRecord(dir(), recordOf([0]));
    writeFileSync(journal.file, text);
    expect(findResumable(dir(), HEADER.fingerprint)).toBeUndefined();
    expect(existsSync(journal.file)).toBe(false);
  });

  it('admits one writer', () => {
    const journal = openJournal(dir(), HEADER);
    expect(() => resumeJournal(journal.file)).toThrow(LockHeld);
    journal.close();
    resumeJournal(journal.file).journal.close();
  });
});

describe('the fingerprint', () => {
  const identity = { unit, settings, cases, environment };
  it('forgets how far the run goes and the commit, and nothing else', () => {
    const more = { ...identity, settings: { ...settings, budgetSeconds: 900, processes: 9, looks: [9, 13] } };
    expect(fingerprint(more)).toBe(HEADER.fingerprint);
    for (const other of [
      { ...identity, unit: 'ffffffffffffffff' },
      { ...identity, settings: { ...settings, seed: 2 } },
      { ...identity, settings: { ...settings, kernels: { ...settings.kernels, hash: 'ef'.repeat(32) } } },
      { ...identity, cases: [...cases, ...cases] },
      { ...identity, environment: { ...environment, dawn: '0.7.0' } },
    ]) {
      expect(fingerprint(other)).not.toBe(HEADER.fingerprint);
    }
  });
});

describe('the lock', () => {
  it('is taken over from a process that was killed', async () => {
    const file = join(dir(), 'x.lock');
    const module = fileURLToPath(new URL('./lock.node.ts', import.meta.url));
    const script = `import { lock } from ${JSON.stringify(module)}; lock(${JSON.stringify(file)}); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(() => lock(file)).toThrow(`held by running process ${child.pid}`);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    lock(file)();
    expect(existsSync(file)).toBe(false);
  });

  it('knows a reused process number from its holder', ({ skip }) => {
    const file = join(dir(), 'x.lock');
    skip(!existsSync('/proc/sys/kernel/random/boot_id'), 'the system does not number its boots');
    writeFileSync(file, `${process.pid} earlier-boot:1`);
    lock(file)();
    expect(existsSync(file)).toBe(false);
    expect(execFileSync('ls', [dir()], { encoding: 'utf8' })).toBe('');
  });
});
