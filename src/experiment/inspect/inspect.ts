/** Compiles kernels for GPUs, here or not, and says what came out. */
import type { DeviceFacts } from '../../engine/port.ts';
import { EngineError } from '../../engine/port.ts';
import { changesOf } from '../../inspect/changes.ts';
import type { Compiled } from '../../inspect/compiled.ts';
import { compilerNamed } from '../../inspect/compilers/registry.ts';
import { figuresOf } from '../../inspect/figures.ts';
import { absentGpu, DRIVERS } from '../../inspect/gpus.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import type { Case } from '../../plan/case/case.ts';
import { INSPECTION_SCHEMA, type InspectedGpu, type Inspection, type InspectionRow } from '../../record/inspection.ts';
import { NothingToDo } from '../errors.ts';
import { DriverDied } from './driver-process.ts';
import { native } from './native.ts';
import { type GpuRequest, type OpenedGpu, openGpu } from './open.ts';
import { programFor } from './programs.ts';

export interface InspectRequest extends Pick<GpuRequest, 'root' | 'adapter'> {
  readonly gpus: readonly string[];
  readonly set: KernelSet;
  readonly cases: readonly Case[];
  /** What to compare with. */
  readonly base?: KernelSet | undefined;
  readonly onProgress?: ((gpu: string, done: number, of: number) => void) | undefined;
}

/** Some compilers take minutes for a large kernel; none takes this long for one that ever ends. */
const COMPILE_SECONDS = 600;

/** @throws NothingToDo where a GPU cannot be asked, or none says anything */
export async function inspect({ gpus, ...request }: InspectRequest): Promise<Inspection> {
  const built = native();
  const inspected: Awaited<ReturnType<typeof inspectGpu>>[] = [];
  for (const gpu of gpus) inspected.push(await inspectGpu({ gpu, native: built, ...request }));
  const kernels = inspected.flatMap(({ head }) => head);
  const about = inspected.map(({ gpu }) => gpu);
  const changes = request.base && inspected.flatMap(({ head, base }) => changesOf(base, head));
  return {
    schema: INSPECTION_SCHEMA,
    gpu: about.map(({ name }) => name).join(','),
    driver: [...new Set(about.map(({ driver }) => driver))].join(', '),
    gpus: about,
    kernels,
    ...(request.base && { base: request.base.origin }),
    ...(changes && { changes }),
    counts: counted([...kernels.map(({ status }) => status), ...(changes ?? []).map(({ verdict }) => verdict)]),
  };
}

function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = { compiled: 0, refused: 0, failed: 0, worse: 0, better: 0, same: 0 };
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

type One = Omit<InspectRequest, 'gpus'> & GpuRequest;

async function inspectGpu(request: One) {
  const compiler = new GpuCompiler(request, await openGpu(request));
  const head: InspectionRow[] = [];
  const base: InspectionRow[] = [];
  try {
    for (const [i, item] of request.cases.entries()) {
      request.onProgress?.(request.gpu, i, request.cases.length);
      head.push(await compiler.row(item, request.set));
      const known = request.base?.kernels.some(({ name }) => item.kernel === 'best' || name === item.kernel);
      if (request.base && known) base.push(await compiler.row(item, request.base));
    }
    return { gpu: compiler.about(), head, base };
  } finally {
    compiler.end();
  }
}

/** One GPU's compiler; a new process takes over where one dies. */
class GpuCompiler {
  readonly #request: One;
  readonly #facts: DeviceFacts;
  #opened: OpenedGpu;
  #compiler: string | null = null;
  /** By text: the same text gives the same code. */
  readonly #known = new Map<string, Compiled>();

  constructor(request: One, opened: OpenedGpu) {
    this.#request = request;
    this.#opened = opened;
    this.#facts = opened.facts;
  }

  async row(item: Case, set: KernelSet): Promise<InspectionRow> {
    const { shape, layout, groups, format, bias } = item.problem;
    const asked = programFor(item, set, this.#facts);
    const about = {
      gpu: this.#request.gpu,
      case: item.id,
      ...{ shape, layout, format, bias },
      ...(groups && { groups: { experts: groups.experts, rows: groups.rows } }),
    };
    if ('reason' in asked)
      return {
        ...about,
        kernel: item.kernel,
        hash: null,
        tile: null,
        thread: null,
        status: 'refused',
        reason: asked.reason,
      };
    const { tile, thread, code } = asked.program;
    const named = { ...about, kernel: asked.kernel.name, hash: asked.kernel.hash, tile, thread };
    try {
      const spoken = figuresOf(await this.#compile(asked.kernel.name, code));
      if (!spoken) throw new NothingToDo(`${this.#driver()} says nothing of its code that inspect understands`);
      this.#compiler = spoken.compiler;
      return { ...named, status: 'compiled', ...spoken.figures };
    } catch (error) {
      if (error instanceof DriverDied || error instanceof EngineError)
        return { ...named, status: 'failed', reason: error.message };
      throw error;
    }
  }

  about(): InspectedGpu {
    const { gpu } = this.#request;
    const absent = absentGpu(gpu);
    return {
      name: gpu,
      product: absent?.product ?? (this.#facts.description || this.#facts.device),
      vendor: absent ? DRIVERS[absent.driver].vendor : this.#facts.vendor,
      hardware: absent === undefined,
      driver: this.#driver(),
      compiler: this.#compiler,
      units: compilerNamed(this.#compiler)?.units ?? null,
    };
  }

  end(): void {
    this.#opened.process.end();
  }

  #driver(): string {
    return this.#facts.driver || this.#facts.description || this.#facts.device;
  }

  async #compile(label: string, code: string): Promise<Compiled> {
    const known = this.#known.get(code);
    if (known) return known;
    if (this.#opened.process.dead) this.#opened = await openGpu(this.#request);
    const compiled = await this.#opened.process.ask<Compiled>({ ask: 'compile', label, code }, COMPILE_SECONDS);
    this.#known.set(code, compiled);
    return compiled;
  }
}
