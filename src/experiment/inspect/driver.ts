/**
 * The driver process. Its environment is set by the parent, because drivers, layers and stand-ins read it when they are loaded. A
 * crash of the driver ends only this process.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { EngineError } from '../../engine/port.ts';
import { compile } from '../../engine/webgpu/compile.ts';
import { Device } from '../../engine/webgpu/device.ts';
import { chosenAdapter } from '../../engine/webgpu/open.node.ts';
import { deviceFacts } from '../../engine/webgpu/session.ts';
import type { Executable } from '../../inspect/compiled.ts';
import type { Answer, Question } from './protocol.ts';

/** A file that grows: what the layer wrote, or what the driver printed. */
class Growing {
  #read = 0;
  constructor(private readonly file: string) {}

  /** What is new in it. */
  next(): string {
    const descriptor = openSync(this.file, 'a+');
    try {
      const { size } = fstatSync(descriptor);
      const bytes = Buffer.alloc(size - this.#read);
      readSync(descriptor, bytes, 0, bytes.length, this.#read);
      this.#read = size;
      return bytes.toString('utf8');
    } finally {
      closeSync(descriptor);
    }
  }
}

const compiled = new Growing(process.env.SHAPEMARK_COMPILED ?? '/dev/null');
const printed = new Growing(process.env.SHAPEMARK_PRINTED ?? '/dev/null');
let device: Device | null = null;

async function answer(question: Question): Promise<Answer> {
  if (question.ask === 'open') {
    const { opened } = await chosenAdapter(question.adapter, question.robustness);
    device = await Device.open(opened.adapter, opened);
    return { facts: deviceFacts(device, opened) };
  }
  if (!device) throw new EngineError('device-error', 'no device is open');
  compiled.next();
  printed.next();
  await compile(device, { ...question, layout: 'auto' });
  // Written by our own layer, line by line.
  const lines = compiled.next().split('\n').filter(Boolean);
  return { executables: lines.map((line) => JSON.parse(line) as Executable), printed: printed.next() };
}

process.on('message', (question: Question) => {
  answer(question)
    .catch((error: unknown): Answer => {
      const reason = error instanceof EngineError ? error.reason : 'device-error';
      return { error: { reason, message: error instanceof Error ? error.message : String(error) } };
    })
    .then((told) => process.send?.(told));
});
process.on('disconnect', () => process.exit(0));
