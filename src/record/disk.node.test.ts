import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { append, DiskError, makeFolder, onDisk, replace, requireWritable, writeOut } from './disk.node.ts';
import { openJournal } from './journal/journal.node.ts';
import type { JournalEntry, JournalHeader } from './journal/journal.ts';
import { writeRecord } from './store/store.node.ts';
import { exampleRecord } from './testdata/example.ts';
import { folderOfEach } from './testdata/folder.ts';

const dir = folderOfEach();

const everything = () => readdirSync(dir(), { recursive: true, encoding: 'utf8' }).sort();

describe('a folder for results', () => {
  it('is tried without a trace, however much of its path has to be made', () => {
    requireWritable(join(dir(), 'a/b/c'));
    requireWritable(dir());
    expect(everything()).toEqual([]);
    mkdirSync(join(dir(), 'a'));
    requireWritable(join(dir(), 'a/b'));
    expect(everything()).toEqual(['a']);
  });

  it('is refused in one sentence where a file is in the way', () => {
    const file = join(dir(), 'file');
    writeFileSync(file, '');
    const remedy = 'results cannot be written there: choose another folder with --results';
    expect(() => requireWritable(file)).toThrow(`${file}: it is a file, not a folder (ENOTDIR); ${remedy}`);
    const below = join(file, 'x');
    expect(() => requireWritable(below)).toThrow(`${below}: a part of the path is not a folder (ENOTDIR); ${remedy}`);
    symlinkSync('loop', join(dir(), 'loop'));
    expect(() => requireWritable(join(dir(), 'loop/x'))).toThrow(/links lead in a circle \(ELOOP\)/);
    expect(() => makeFolder(join(dir(), 'n'.repeat(300)))).toThrow(/the name is too long \(ENAMETOOLONG\)/);
    expect(everything()).toEqual(['file', 'loop']);
  });

  // The kernel's own files refuse even the superuser.
  it.runIf(process.platform === 'linux')('is refused where nothing may be made', () => {
    expect(() => requireWritable('/proc/results')).toThrow(/^\/proc\/results: .+ \(E[A-Z]+\); results cannot/);
  });
});

describe('a file', () => {
  it('that cannot be put in its place leaves nothing behind, nor does a record', () => {
    mkdirSync(join(dir(), 'taken/full'), { recursive: true });
    expect(() => replace(join(dir(), 'taken'), 'text')).toThrow(DiskError);
    expect(() => replace(join(dir(), 'nowhere/file'), 'text')).toThrow(/no such file or folder \(ENOENT\)/);
    expect(everything()).toEqual(['taken', 'taken/full']);
    const record = exampleRecord();
    const folder = join(dir(), record.machine);
    mkdirSync(join(folder, `${record.id}.csv`, 'in-the-way'), { recursive: true });
    expect(() => writeRecord(dir(), record)).toThrow(DiskError);
    expect(readdirSync(folder).sort()).toEqual([`${record.id}.csv`, 'machine.json']);
  });

  it('that a command was asked for is replaced whole, and a device is written to', () => {
    const file = join(dir(), 'out');
    writeOut(file, 'first');
    writeOut(file, 'second');
    writeOut('/dev/null', 'third');
    symlinkSync('out', join(dir(), 'link'));
    writeOut(join(dir(), 'link'), 'fourth');
    expect(readFileSync(file, 'utf8')).toBe('fourth');
    expect(() => writeOut(dir(), 'text')).toThrow(/it is a folder \(EISDIR\)/);
    expect(everything()).toEqual(['link', 'out']);
  });

  it('is appended to', () => {
    const file = join(dir(), 'log');
    append(file, 'one\n');
    append(file, 'two\n');
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
    expect(() => append(dir(), 'x')).toThrow(DiskError);
  });

  // A device on which no byte fits.
  it.runIf(process.platform === 'linux')('on a full disk is named', () => {
    expect(() => append('/dev/full', 'x')).toThrow('/dev/full: no space is left on the disk (ENOSPC)');
    expect(() => writeOut('/dev/full', 'x')).toThrow(DiskError);
  });
});

describe('other errors', () => {
  it('are not taken for those of a disk', () => {
    const wrong = new RangeError('no');
    expect(() =>
      onDisk('file', () => {
        throw wrong;
      }),
    ).toThrow(wrong);
  });
});

describe('a journal', () => {
  it('without room for its header leaves neither file nor lock', () => {
    const header = { machine: 'm', id: 'id' } as JournalHeader;
    const unwritable = { ...header, toJSON: () => onDisk('disk', () => readFileSync(join(dir(), 'none'))) };
    expect(() => openJournal(dir(), unwritable as unknown as JournalHeader)).toThrow();
    expect(everything()).toEqual([]);
    const journal = openJournal(dir(), header);
    journal.append({} as JournalEntry);
    journal.close();
    expect(readFileSync(journal.file, 'utf8').split('\n')).toHaveLength(3);
  });
});
