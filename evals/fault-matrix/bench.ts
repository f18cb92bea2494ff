/** A folder with suites and kernels, commands that run there on the embedded adapter, and what they leave on disk. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { journals } from '../../src/record/journal/journal.node.ts';
import type { RunRecord } from '../../src/record/schema.ts';
import { listRecords, readRecord } from '../../src/record/store/store.node.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAIVE = readFileSync(join(ROOT, 'kernels/naive.wgsl'), 'utf8');
const CLI = join(ROOT, 'src/cli/bin.ts');
const TSX = import.meta.resolve('tsx');
const INJECTED = join(ROOT, 'evals/fault-matrix/injected.ts');

/** Stores all the while, so that no compiler drops the loop; no launch meets its condition. */
const PLACE = 'let at = place(';
const SPIN = `var spins = 0u;\n  while (problem.k > 0u) { spins += 1u; store_c(0u, 0u, 0u, f32(spins)); }\n  ${PLACE}`;

/** Kernels of which `injected.ts` makes something; the first is an endless loop by itself. */
export const FAULTY = ['endless', 'aborting', 'destroying', 'refused'] as const;

/** Cases of the suite that is interrupted. */
export const CASES = 6;
const SUITES = {
  'faulty.yaml': `defaults: {kernels: naive, w: f32}
shapes:
  - {name: small, m: 32, n: 64, k: 64, kernels: [naive, ${FAULTY.join(', ')}], from: made up}
  - {name: starved, m: 1, n: 4096, k: 4096, from: made up}
  - {name: vast, m: 65536, n: 65536, k: 65536, from: made up}
`,
  'mine.yaml': `defaults: {kernels: naive, w: f32}
shapes: [{name: some, m: {from: 1, to: ${CASES}, step: 1}, n: 64, k: 64, from: made up}]
`,
  'many.yaml': `defaults: {kernels: naive, w: f32}
shapes: [{name: many, m: {from: 1, to: 10000, step: 1}, n: 4, k: 4, from: made up}]
`,
} as const;
export type Suite = keyof typeof SUITES;

export interface Ended {
  /** An exit code, or the signal that ended it. */
  readonly exit: string;
  readonly out: string;
  readonly err: string;
}

export interface Start {
  readonly suite?: Suite;
  readonly results?: string;
  readonly more?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** A program that is given the command. */
  readonly under?: readonly string[];
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'shapemark-faults-'));
  readonly results = join(this.folder, 'results');

  constructor() {
    mkdirSync(join(this.folder, 'kernels'));
    for (const name of ['naive', ...FAULTY]) {
      const text = name === 'endless' ? NAIVE.replace(PLACE, SPIN) : NAIVE;
      writeFileSync(join(this.folder, `kernels/${name}.wgsl`), text.replace('name: naive', `name: ${name}`));
    }
    for (const [name, text] of Object.entries(SUITES)) writeFileSync(join(this.folder, name), text);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A run of one process; its process group is its own, as a shell's job has. */
  start({ suite = 'mine.yaml', results = this.results, more = [], environment = {}, under = [] }: Start = {}): Running {
    const run = ['run', `./${suite}`, '--adapter', 'embedded', '--processes', '1', '--results', results, ...more];
    return this.#spawn([...under, process.execPath, '--import', TSX, CLI, ...run], environment);
  }

  /** Any command. */
  command(...words: string[]): Promise<Ended> {
    return this.#spawn([process.execPath, '--import', TSX, CLI, ...words], {}).ended;
  }

  #spawn([program = '', ...words]: readonly string[], environment: Readonly<Record<string, string>>): Running {
    const child = spawn(program, words, {
      ...{ cwd: this.folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
      env: { ...process.env, SHAPEMARK_UNIT: '0123456789abcdef', ...environment },
    });
    let [out, err] = ['', ''];
    child.stdout?.on('data', (text) => {
      out += text;
    });
    child.stderr?.on('data', (text) => {
      err += text;
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ exit: String(signal ?? code), out, err }));
    });
    return { child, ended };
  }

  /** Waits until a visit is on disk. */
  async visited(results = this.results): Promise<void> {
    while (this.visitsOnDisk(results) === 0) await sleep(20);
  }

  visitsOnDisk(results = this.results): number {
    return journals(results).reduce((sum, file) => sum + visitsIn(file), 0);
  }

  records(results = this.results): RunRecord[] {
    return existsSync(results) ? listRecords(results).map(readRecord) : [];
  }

  /** Kinds of files on disk. */
  left(results = this.results): string {
    if (!statSync(results, { throwIfNoEntry: false })?.isDirectory()) return 'nothing';
    const files = readdirSync(results, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const kinds = files.map(({ name }) => kindOf(name)).filter((kind) => kind !== null);
    const counted = [...new Set(kinds)].map((kind) => {
      const count = kinds.filter((one) => one === kind).length;
      return count === 1 ? kind : `${count} ${kind}s`;
    });
    return counted.sort().join(', ') || 'nothing';
  }

  copied(from: string): string {
    const to = join(this.folder, 'elsewhere');
    cpSync(from, to, { recursive: true });
    return to;
  }

  /** What the command says first, without what differs from one time to the next. */
  said({ err }: Ended): string {
    return this.plain(err.split('\n').find((line) => !/^(progress: |no limit was asked for|$)/.test(line)) ?? '');
  }

  plain(text: string): string {
    return text
      .split('\n', 1)
      .join('')
      .replaceAll(`${this.folder}/`, '')
      .replaceAll(/node --import \S+ \S+bin\.ts|npm run -s shapemark --/g, 'shapemark')
      .replaceAll(/swiftshader-device-[\w-]+/g, 'MACHINE')
      .replaceAll(/\d{8}T\d{6}Z-[\w-]+/g, 'RUN')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replaceAll(/\b\d{1,3}(,\d{3}){2,}\b/g, 'N')
      .replaceAll(/\b\d+ visits\b/g, 'N visits');
  }
}

/** For which faults a process is given a preloaded module. */
export const injecting = (more: Readonly<Record<string, string>> = {}) => ({
  NODE_OPTIONS: `--import ${TSX} --import ${INJECTED}`,
  ...more,
});

function visitsIn(journal: string): number {
  try {
    return readFileSync(journal, 'utf8').match(/^\{"type":"visit".*\n/gm)?.length ?? 0;
  } catch {
    // Its writer has just removed it.
    return 0;
  }
}

function kindOf(name: string): string | null {
  if (name === 'machine.json') return null;
  if (name.endsWith('.journal.ndjson')) return 'journal';
  if (name.endsWith('.journal.lock')) return 'lock';
  if (/^\d{8}T\d{6}Z-[\w-]+\.json$/.test(name)) return 'record';
  if (/\.(csv|samples\.json\.gz)$/.test(name)) return null;
  return name;
}
