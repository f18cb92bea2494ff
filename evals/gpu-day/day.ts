/** Steps in order, each on disk when it is done, so that a day that was interrupted goes on where it stopped. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../../src/cli/exit.ts';
import { UsageError } from '../../src/experiment/errors.ts';
import { replace } from '../../src/record/disk.node.ts';
import { type Ended, ended, GRACE_SECONDS } from './child.ts';
import { LIBRARY, STEPS, type Step, type StepName, secondsFor } from './steps.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const CLI = join(HERE, `../../src/cli/bin${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`);
const TORCH = join(HERE, 'pytorch.py');
/** Less is not worth starting a step for. */
const LEAST_SECONDS = 2;
/** Of a step's time, what its command is told. */
const OWN_SHARE = 0.8;
/** Before a step's time is over it is interrupted, so that it can write down what it has. */
const SIGNAL_SECONDS = GRACE_SECONDS / 4;

export interface DayRequest {
  /** Where everything is kept. */
  readonly folder: string;
  /** Seconds for all of it, over all commands that work on it. */
  readonly budget: number;
  readonly adapter: string;
  readonly engine: string;
  readonly scenario: string | undefined;
  readonly python: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export type Outcome = 'done' | 'cut short' | 'failed' | 'no time';

/** A step that needs no more work. */
export interface StepResult {
  readonly step: StepName;
  readonly outcome: Outcome;
  readonly exit: number | null;
  readonly seconds: number;
  readonly reason?: string;
  /** What the command printed. */
  readonly document: unknown;
}

/** What a day is begun with, and the time it has used. */
interface State {
  readonly asked: { readonly adapter: string; readonly engine: string; readonly scenario: string | null };
  readonly usedSeconds: number;
  /** Of steps that were interrupted. */
  readonly begun: Readonly<Partial<Record<StepName, number>>>;
}

/** @returns the steps that are finished, all of them unless it was interrupted. @throws UsageError if the folder holds another day */
export async function runDay(request: DayRequest): Promise<readonly StepResult[]> {
  const day = new Day(request);
  for (const [i, step] of STEPS.entries()) {
    if (request.signal.aborted) break;
    await day.work(step, STEPS.slice(i + 1));
  }
  return day.results();
}

class Day {
  readonly #request: DayRequest;
  #state: State;

  constructor(request: DayRequest) {
    this.#request = request;
    const { adapter, engine, scenario, folder } = request;
    const asked = { adapter, engine, scenario: scenario ?? null };
    mkdirSync(join(folder, 'steps'), { recursive: true });
    this.#state = read<State>(this.#stateFile) ?? { asked, usedSeconds: 0, begun: {} };
    const before = this.#state.asked;
    if (JSON.stringify(before) !== JSON.stringify(asked))
      throw new UsageError(
        `${folder} holds a day with --adapter ${before.adapter} --engine ${before.engine}; go on with these, or name another --folder`,
      );
  }

  results(): StepResult[] {
    return STEPS.flatMap(({ name }) => read<StepResult>(this.#fileOf(name)) ?? []);
  }

  async work(step: Step, following: readonly Step[]): Promise<void> {
    const { say, signal } = this.#request;
    if (existsSync(this.#fileOf(step.name))) return;
    const waiting = following.filter(({ name }) => !existsSync(this.#fileOf(name)));
    const begun = this.#state.begun[step.name] ?? 0;
    // What it has used already counts as its own.
    const left = this.#request.budget - this.#state.usedSeconds + begun;
    const seconds = secondsFor(step, waiting, left) - begun;
    if (seconds < LEAST_SECONDS) return this.#keep({ step: step.name, outcome: 'no time', exit: null, seconds: begun });
    say(`${step.name}: ${step.what}, at most ${Math.round(seconds)} s`);
    const start = performance.now();
    const end = await this.#run(step, seconds, begun > 0);
    const took = (performance.now() - start) / 1e3;
    const used = this.#state.usedSeconds + took;
    if (signal.aborted && end.code !== EXIT.fine) {
      this.#save({ ...this.#state, usedSeconds: used, begun: { ...this.#state.begun, [step.name]: begun + took } });
      return;
    }
    this.#save({ ...this.#state, usedSeconds: used });
    this.#keep({ step: step.name, ...outcomeOf(end), seconds: begun + took });
  }

  async #run(step: Step, seconds: number, resumed: boolean): Promise<Ended> {
    const { signal, python } = this.#request;
    const cwd = process.cwd();
    // What keeps a limit by itself still starts processes and finishes what it is at.
    const own = step.limit === undefined ? [] : [step.limit, String(Math.max(1, Math.floor(seconds * OWN_SHARE)))];
    const common = { cwd, seconds: Math.max(LEAST_SECONDS, seconds - SIGNAL_SECONDS), signal };
    if (step.program === 'python') {
      const input = JSON.stringify(await this.#libraryShapes());
      return ended({ ...common, program: python, words: [TORCH, ...step.words, ...own], input });
    }
    return this.#shapemark([...step.words, ...own, ...this.#options(step, resumed)], common.seconds);
  }

  #shapemark(words: readonly string[], seconds: number): Promise<Ended> {
    const { signal } = this.#request;
    const program = process.execPath;
    return ended({ program, words: [...process.execArgv, CLI, ...words], cwd: process.cwd(), seconds, signal });
  }

  #options({ takes }: Step, resumed: boolean): string[] {
    const { adapter, engine, scenario, folder } = this.#request;
    const given: Record<Step['takes'][number], readonly string[]> = {
      adapter: ['--adapter', adapter],
      engine: ['--engine', engine, ...(scenario === undefined ? [] : ['--scenario', scenario])],
      results: ['--results', join(folder, 'results')],
      resume: resumed ? ['--resume'] : [],
    };
    return takes.flatMap((name) => given[name]);
  }

  /** Formats that PyTorch multiplies: what is in blocks of 4 bits here is whole halves there. */
  async #libraryShapes(): Promise<readonly LibraryShape[]> {
    const { stdout, stderr } = await this.#shapemark(['list', 'gpu-day', '--filter', LIBRARY, '--json'], 60);
    if (stdout === '') throw new Error(stderr);
    const { cases } = JSON.parse(stdout) as { cases: readonly LibraryCase[] };
    const shapes = cases.map(({ shape: { m, n, k }, format: { w } }) => ({ m, n, k, dtype: dtypeOf(w) }));
    return [...new Map(shapes.map((shape) => [JSON.stringify(shape), shape])).values()];
  }

  get #stateFile(): string {
    return join(this.#request.folder, 'day.json');
  }

  #fileOf(name: StepName): string {
    return join(this.#request.folder, 'steps', `${name}.json`);
  }

  #save(state: State): void {
    this.#state = state;
    replace(this.#stateFile, `${JSON.stringify(state)}\n`);
  }

  #keep({ document = null, ...result }: Omit<StepResult, 'document'> & { document?: unknown }): void {
    replace(this.#fileOf(result.step), `${JSON.stringify({ ...result, document })}\n`);
    const reason = result.reason === undefined ? '' : `: ${result.reason}`;
    this.#request.say(`${result.step}: ${result.outcome} after ${Math.round(result.seconds)} s${reason}`);
  }
}

export interface LibraryShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly dtype: 'float32' | 'float16';
}

interface LibraryCase {
  readonly shape: { readonly m: number; readonly n: number; readonly k: number };
  readonly format: { readonly w: string };
}

export const dtypeOf = (w: string): LibraryShape['dtype'] => (w === 'f32' ? 'float32' : 'float16');

function outcomeOf({
  code,
  stdout,
  stderr,
  late,
}: Ended): Pick<StepResult, 'outcome' | 'exit' | 'reason' | 'document'> {
  const document = parsed(stdout);
  const error = (document as { error?: { message: string } } | null)?.error?.message;
  const lastLine = stderr.split('\n').findLast((line) => !line.startsWith('Warning: '));
  if (error !== undefined || document === null) {
    if (late) return { outcome: 'no time', exit: code, reason: 'it had nothing to tell by then', document: null };
    return { outcome: 'failed', exit: code, reason: error ?? lastLine ?? 'it printed nothing', document: null };
  }
  return { outcome: late ? 'cut short' : 'done', exit: code, document };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function read<T>(file: string): T | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : null;
}
