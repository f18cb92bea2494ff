/** The compiler of one GPU; it returns rows, and starts a new process when one dies. */
import { type DeviceFacts, EngineError } from '../../engine/port.ts';
import type { Compiled } from '../../inspect/compiled.ts';
import { compilerNamed } from '../../inspect/compilers/registry.ts';
import { figuresOf } from '../../inspect/figures.ts';
import { absentGpu, DRIVERS } from '../../inspect/gpus.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import type { Case } from '../../plan/case/case.ts';
import type { InspectedGpu, InspectionRow } from '../../record/beside/inspection.ts';
import { NothingToDo } from '../errors.ts';
import { DriverDied } from './driver-process.ts';
import { type GpuRequest, type OpenedGpu, openGpu } from './open.ts';
import { programFor } from './programs.ts';

/** Some compilers take minutes for a large kernel; one that takes this long hangs. */
const COMPILE_SECONDS = 600;

/** A program to compile and the name of its row. */
export interface Subject extends Pick<InspectionRow, 'kernel' | 'hash' | 'tile' | 'thread'> {
  readonly code: string;
  readonly entryPoint?: string;
}

export class GpuCompiler {
  readonly facts: DeviceFacts;
  readonly #request: GpuRequest;
  #opened: OpenedGpu;
  #compiler: string | null = null;
  /** By text: the same text gives the same code. */
  readonly #known = new Map<string, Compiled>();

  private constructor(request: GpuRequest, opened: OpenedGpu) {
    this.#request = request;
    this.#opened = opened;
    this.facts = opened.facts;
  }

  /** @throws NothingToDo with the reason and what to install */
  static async open(request: GpuRequest): Promise<GpuCompiler> {
    return new GpuCompiler(request, await openGpu(request));
  }

  /**
   * Compiles the kernel of a case.
   * @throws NothingToDo if the driver reports no statistics
   */
  async row(item: Case, set: KernelSet): Promise<InspectionRow> {
    const asked = programFor(item, set, this.facts);
    if ('reason' in asked) return this.refused(item, item.kernel, asked.reason);
    const { name: kernel, hash } = asked.kernel;
    const { tile, thread, code } = asked.program;
    return this.compiled(item, { kernel, hash, tile, thread, code });
  }

  refused(item: Case, kernel: string, reason: string): InspectionRow {
    return { ...this.#about(item), kernel, hash: null, tile: null, thread: null, status: 'refused', reason };
  }

  async compiled(item: Case, { code, entryPoint = 'main', ...named }: Subject): Promise<InspectionRow> {
    const about = { ...this.#about(item), ...named };
    try {
      const spoken = figuresOf(await this.#compile({ label: named.kernel, code, entryPoint }));
      if (!spoken) throw new NothingToDo(`${this.#driver()} reports no statistics that inspect understands`);
      this.#compiler = spoken.compiler;
      return { ...about, status: 'compiled', ...spoken.figures };
    } catch (error) {
      if (error instanceof DriverDied || error instanceof EngineError)
        return { ...about, status: 'failed', reason: error.message };
      throw error;
    }
  }

  about(): InspectedGpu {
    const { gpu } = this.#request;
    const absent = absentGpu(gpu);
    return {
      name: gpu,
      product: absent?.product ?? (this.facts.description || this.facts.device),
      vendor: absent ? DRIVERS[absent.driver].vendor : this.facts.vendor,
      hardware: absent === undefined,
      driver: this.#driver(),
      compiler: this.#compiler,
      units: compilerNamed(this.#compiler)?.units ?? null,
    };
  }

  end(): void {
    this.#opened.process.end();
  }

  #about({ id, robustness, problem: { shape, layout, groups, format, bias } }: Case) {
    const experts = groups && { groups: { experts: groups.experts, rows: groups.rows } };
    const mode = robustness && { robustness };
    return { gpu: this.#request.gpu, case: id, shape, layout, format, bias, ...experts, ...mode };
  }

  #driver(): string {
    return this.facts.driver || this.facts.description || this.facts.device;
  }

  async #compile(program: { label: string; code: string; entryPoint: string }): Promise<Compiled> {
    const known = this.#known.get(program.code);
    if (known) return known;
    if (this.#opened.process.dead) this.#opened = await openGpu(this.#request);
    const compiled = await this.#opened.process.ask<Compiled>({ ask: 'compile', ...program }, COMPILE_SECONDS);
    this.#known.set(program.code, compiled);
    return compiled;
  }
}
