/** The parent's side of a driver process: one request at a time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../engine/port.ts';
import { uncachedShaderEnvironment } from '../../engine/webgpu/adapters.node.ts';
import { nodeFlags } from '../../measure/parent/host.node.ts';
import { LAYER, type Native } from './native.ts';
import type { Answer, Question } from './protocol.ts';
import type { System } from './system.ts';

const ENTRY = fileURLToPath(new URL(`./driver${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));

/** Last output of a process that died, for the reason of a failed row. */
const STDERR_KEPT = 2_000;

export interface DriverRequest {
  readonly system: System;
  readonly native: Native;
  /** The only driver manifest that the Vulkan loader may use; null for those of the system. */
  readonly manifest: string | null;
  readonly environment: Readonly<Record<string, string>>;
}

/** The driver died, or did not answer in time. */
export class DriverDied extends Error {}

export class DriverProcess {
  readonly #folder = mkdtempSync(join(tmpdir(), 'shapemark-inspect-'));
  readonly #child: ChildProcess;
  #stderr = '';
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;
  #death: DriverDied | null = null;

  constructor({ system, native, manifest, environment }: DriverRequest) {
    const inFolder = (name: string) => join(this.#folder, name);
    if (manifest !== null) writeFileSync(inFolder('driver.json'), manifest);
    const printed = openSync(inFolder('printed'), 'a');
    const [program = process.execPath, ...words] = [...system.starter, process.execPath, ...nodeFlags(ENTRY), ENTRY];
    this.#child = spawn(program, words, {
      env: {
        ...process.env,
        ...uncachedShaderEnvironment,
        ...(manifest !== null && {
          VK_DRIVER_FILES: inFolder('driver.json'),
          VK_ICD_FILENAMES: inFolder('driver.json'),
        }),
        VK_LAYER_PATH: native.layers,
        VK_INSTANCE_LAYERS: LAYER,
        SHAPEMARK_COMPILED: inFolder('compiled'),
        SHAPEMARK_PRINTED: inFolder('printed'),
        ...environment,
      },
      stdio: ['ignore', printed, 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    closeSync(printed);
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_KEPT);
    });
    this.#child.on('message', (answer) => this.#settle()?.resolve(answer as Answer));
    this.#child.on('error', (error) => this.#die(error.message));
    this.#child.on('exit', (code, signal) => this.#die(signal ? `was ended by ${signal}` : `exited with code ${code}`));
  }

  /** @throws DriverDied, and EngineError where the driver refuses */
  async ask<A extends Answer>(question: Question, seconds: number): Promise<Exclude<A, { error: unknown }>> {
    if (this.#death) throw this.#death;
    const timer = setTimeout(() => this.#die(`did not answer within ${seconds} s`), seconds * 1e3);
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        this.#child.send(question, () => {});
      });
      if ('error' in answer) throw new EngineError(answer.error.reason as EngineError['reason'], answer.error.message);
      return answer as Exclude<A, { error: unknown }>;
    } finally {
      clearTimeout(timer);
    }
  }

  get dead(): boolean {
    return this.#death !== null;
  }

  end(): void {
    this.#die('is not needed any more');
  }

  #settle() {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }

  #die(how: string): void {
    if (this.#death) return;
    const said = this.#stderr
      .trim()
      .split('\n')
      .findLast((line) => line !== '' && !/^(Warning: |Node\.js v|\s+at )/.test(line));
    this.#death = new DriverDied(`the process of the driver ${how}${said ? `: ${said}` : ''}`);
    this.#child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
    this.#settle()?.reject(this.#death);
  }
}
