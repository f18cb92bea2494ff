import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { EXIT, failureOf, wantsTrace } from './exit.ts';
import { writerTo } from './streams.ts';

const failing = (code: string) =>
  new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('no'), { code })),
  }) as unknown as NodeJS.WriteStream;

describe('output', () => {
  afterEach(() => {
    process.exitCode = undefined;
  });

  it('that nobody reads is not an error', async () => {
    const said: string[] = [];
    const { write, isRefused } = writerTo(failing('EPIPE'), 'standard output', ({ message }) => said.push(message));
    write('text');
    await new Promise(setImmediate);
    expect([isRefused(), said, process.exitCode]).toEqual([false, [], undefined]);
  });

  it('that the disk refuses is told once and exits with 4', async () => {
    const said: string[] = [];
    const { write, isRefused } = writerTo(failing('ENOSPC'), 'standard output', ({ message }) => said.push(message));
    write('text');
    write('more');
    await new Promise(setImmediate);
    expect(isRefused()).toBe(true);
    expect(said).toEqual(['standard output: no space is left on the disk (ENOSPC)']);
    expect(process.exitCode).toBe(EXIT.broken);
  });
});

describe('an error that no one foresaw', () => {
  it('has a trace only where that is asked for', () => {
    const error = new TypeError('x is not a function');
    const { exit, message } = failureOf(error, wantsTrace({}));
    expect(exit).toBe(EXIT.broken);
    expect(message).toMatch(/^a fault of shapemark: TypeError: x is not a function \(streams\.test\.ts:\d+\); please/);
    expect(message).not.toContain('\n');
    expect(failureOf(error, wantsTrace({ SHAPEMARK_DEBUG: '1' })).message).toBe(error.stack);
    expect([{ SHAPEMARK_DEBUG: '0' }, { SHAPEMARK_DEBUG: '' }].map(wantsTrace)).toEqual([false, false]);
  });

  it('of the operating system names the file', () => {
    const error = Object.assign(new Error('EROFS: read-only file system, open'), {
      ...{ code: 'EROFS', errno: -30, syscall: 'open', path: 'results/x' },
    });
    expect(failureOf(error)).toEqual({
      ...{ code: 'disk', exit: EXIT.broken, file: 'results/x' },
      message: 'results/x: the file system is read-only (EROFS)',
    });
  });
});
