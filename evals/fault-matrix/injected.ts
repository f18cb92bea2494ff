/**
 * Preloaded into a command and its workers (NODE_OPTIONS): does to the real device what kernels of certain names ask for, sets the
 * clock wrong that FAULTY_CLOCK names, and when the record is about to be written makes happen what FAULTY_END names.
 */
import { spawnSync } from 'node:child_process';
import fs, { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';
import { globals } from 'webgpu';
import { journals } from '../../src/record/journal/journal.node.ts';

/** Names of kernels, and of a shape's one operand too large, by what happens when they reach the device. */
const { GPUDevice, GPUQueue, GPUPipelineError } = globals as Record<string, { prototype: object }> & {
  GPUPipelineError: typeof globalThis.GPUPipelineError;
};

/** Submissions after which a device is destroyed: within the verification of the case. */
const SUBMISSIONS = 2;
/** No other buffer of the suite is as large. */
const STARVING_BYTES = 1 << 26;

let submissionsLeft = Number.POSITIVE_INFINITY;
let device: GPUDevice | null = null;

type Method = (this: never, ...args: never[]) => unknown;

/** Replaces a method by one that is given the real one. */
function around<T>(prototype: object | undefined, name: string, by: (real: T) => T & Method): void {
  const methods = prototype as Record<string, unknown>;
  methods[name] = by(methods[name] as T);
}

around<GPUDevice['createComputePipelineAsync']>(
  GPUDevice?.prototype,
  'createComputePipelineAsync',
  (real) =>
    function (this: GPUDevice, descriptor) {
      if (descriptor.label === 'aborting') process.abort();
      if (descriptor.label === 'refused')
        return Promise.reject(new GPUPipelineError('the driver cannot compile it', { reason: 'internal' }));
      if (descriptor.label === 'destroying') [submissionsLeft, device] = [SUBMISSIONS, this];
      return real.call(this, descriptor);
    },
);

around<GPUQueue['submit']>(
  GPUQueue?.prototype,
  'submit',
  (real) =>
    function (this: GPUQueue, commands) {
      if (submissionsLeft-- === 0) device?.destroy();
      return real.call(this, commands);
    },
);

around<GPUDevice['createBuffer']>(
  GPUDevice?.prototype,
  'createBuffer',
  (real) =>
    function (this: GPUDevice, descriptor) {
      if (descriptor.size < STARVING_BYTES) return real.call(this, descriptor);
      const limit = (bytes: string) => spawnSync('prlimit', ['--pid', String(process.pid), `--as=${bytes}`]);
      // Half of what the buffer needs is left, so that only the buffer finds no room.
      limit(`${addressSpaceBytes() + STARVING_BYTES / 2}:unlimited`);
      try {
        return real.call(this, descriptor);
      } finally {
        limit('unlimited');
      }
    },
);

const PAGE_BYTES = 4096;
const addressSpaceBytes = () => Number(readFileSync('/proc/self/statm', 'utf8').split(' ', 1)[0]) * PAGE_BYTES;

const HOUR = 3_600_000;
/** A run has read the date once by then: its record is named. */
const isUnderWay = () => journals('results').length > 0;
/** Milliseconds by which the clock is wrong. */
const WRONG: Readonly<Record<string, () => number>> = {
  ahead: () => 9000 * HOUR,
  behind: () => -9000 * HOUR,
  jumps: () => (isUnderWay() ? ([0, HOUR, -HOUR][Math.floor(performance.now() / 500) % 3] as number) : 0),
};
const wrong = WRONG[process.env.FAULTY_CLOCK ?? ''];

if (wrong) {
  const real = Date;
  const now = () => real.now() + wrong();
  globalThis.Date = new Proxy(real, {
    construct: (target, args) => Reflect.construct(target, args.length === 0 ? [now()] : args),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}

const { FAULTY_END } = process.env;
if (FAULTY_END) {
  const real = fs.openSync;
  let isDone = false;
  fs.openSync = (file, ...how) => {
    if (!isDone && /Z-\w+\.json\.\d+\.tmp$/.test(String(file))) {
      isDone = true;
      if (FAULTY_END === 'disk') fill(dirname(String(file)));
      else process.kill(process.pid, FAULTY_END);
    }
    return real(file, ...how);
  };
  syncBuiltinESMExports();
}

/** Until nothing more can be written to its disk. */
function fill(folder: string): void {
  const descriptor = fs.openSync(join(folder, '../filler'), 'w');
  try {
    for (;;) fs.writeSync(descriptor, Buffer.alloc(PAGE_BYTES));
  } catch {
    fs.closeSync(descriptor);
  }
}
