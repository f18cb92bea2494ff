/** Cases of suites verified and not timed: one device for all of them, and for each problem one set of operands. */
import type { DeviceFacts } from '../../engine/port.ts';
import { canonicalJson } from '../../gemm/digest.ts';
import type { Problem } from '../../gemm/problem.ts';
import { rows } from '../../gemm/shape.ts';
import type { Program } from '../../kernel/program.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import { CallFailed, Connection, WorkerDied } from '../../measure/parent/connection.ts';
import { enterRun } from '../../measure/parent/enter.ts';
import type { Checked, CheckedContender, CheckRequest } from '../../measure/worker/check.ts';
import type { Contender } from '../../measure/worker/protocol.ts';
import type { Case, Robustness } from '../../plan/case/case.ts';
import type { Verification, VerifiedCase } from '../../record/beside/verification.ts';
import { machineName } from '../../record/machine.ts';
import type { Io } from '../io.ts';
import { interruption } from '../session/interruption.ts';
import { countingLine } from '../session/progress.ts';
import { offeredMatmuls } from '../setup/engine.ts';
import { hostFor } from '../setup/host.ts';
import { asKernels, expansions, filtered, kernelsFrom, shippedKernels, withRobustness } from '../setup/selection.ts';
import { placeFacts } from '../setup/settings.ts';
import { readShard, shardOf } from '../setup/shard.ts';

export interface VerifyRequest {
  readonly suite: readonly string[];
  readonly filter: readonly string[];
  readonly kernel: readonly string[];
  readonly kernels: string | undefined;
  readonly engine: string;
  readonly adapter: string;
  readonly scenario: string | undefined;
  readonly shard: string | undefined;
  readonly robustness: Robustness;
}

/** Multiply-adds of the f64 reference for a problem: a hundred milliseconds. */
const REFERENCE_MACS = 5e7;
const ALLOW_SECONDS = 120;

/** @returns null when interrupted before there was a device */
export async function verifySuites(request: VerifyRequest, io: Io): Promise<Verification | null> {
  const { set } = await kernelsFrom(request.kernels, io.cwd);
  const expanded = await expansions(request.suite, set, io);
  const all = asKernels(
    expanded.flatMap((expansion) => expansion.cases),
    request.kernel,
    set,
  );
  const asChecked = all.map((item) => withRobustness(item, request.robustness));
  const chosen = await filtered(asChecked, request.filter, set, io);
  const cases = shardOf(
    chosen,
    request.shard === undefined ? null : readShard(request.shard, io.environment),
    request.adapter,
  );
  const { host } = await hostFor(request, io.cwd);
  const device = new Device(() => new Connection(host.start(), host.clock), request);
  const { signal, release } = interruption();
  signal.addEventListener('abort', () => device.end());
  const line = countingLine(io, { total: cases.length, what: 'cases verified' });
  try {
    const verifier = new Verifier(device, set, await shippedKernels(), request);
    return await verifier.verified(cases, { signal, done: (count) => line.at(count) });
  } finally {
    line.clear();
    release();
    device.end();
  }
}

interface Watch {
  readonly signal: AbortSignal;
  /** Called after each group with the cases that are done. */
  readonly done: (count: number) => void;
}

/** The worker with the device; a new one where it has died. */
class Device {
  readonly #start: () => Connection;
  readonly #request: VerifyRequest;
  #connection: Connection | null = null;
  #processes = 0;

  constructor(start: () => Connection, request: VerifyRequest) {
    this.#start = start;
    this.#request = request;
  }

  async open(): Promise<DeviceFacts> {
    const { engine, adapter, robustness } = this.#request;
    this.#connection = this.#start();
    const process = this.#processes++;
    const asked = { engine, adapter, yieldCpu: true, process, ...(robustness === 'off' && { robustness }) };
    const { facts } = await this.#connection.call('open', asked, ALLOW_SECONDS);
    return facts;
  }

  async check(request: CheckRequest): Promise<readonly Checked[]> {
    if (this.#connection === null || this.#connection.dead) await this.open();
    const connection = this.#connection;
    if (connection === null) throw new Error('no worker');
    return connection.call('check', request, ALLOW_SECONDS);
  }

  end(): void {
    this.#connection?.end('interrupted', 'done');
  }
}

interface Group {
  readonly request: Omit<CheckRequest, 'contenders'>;
  readonly contenders: CheckedContender[];
}

class Verifier {
  readonly #device: Device;
  readonly #set: KernelSet;
  readonly #trusted: KernelSet;
  readonly #request: VerifyRequest;

  constructor(device: Device, set: KernelSet, trusted: KernelSet, request: VerifyRequest) {
    this.#device = device;
    this.#set = set;
    this.#trusted = trusted;
    this.#request = request;
  }

  /** @returns null when interrupted before the device was open; after that the cases so far are the outcome */
  async verified(cases: readonly Case[], { signal, done }: Watch): Promise<Verification | null> {
    const facts = await this.#opened(signal);
    if (facts === null) return null;
    const found = new Map<string, Checked>();
    const names = new Map<string, string>();
    const notServed: Record<string, number> = {};
    for (const { request, contenders } of this.#groups(cases, facts, { found, notServed })) {
      for (const { caseId, name } of contenders) names.set(caseId, name);
      const checked = await this.#check({ ...request, contenders }, signal);
      if (signal.aborted) break;
      for (const one of checked) found.set(one.caseId, one);
      done(found.size);
    }
    const rowsOf = cases.flatMap((item) => {
      const checked = found.get(item.id);
      return checked ? [rowOf(item, checked, names.get(item.id) ?? item.kernel, this.#set)] : [];
    });
    const environment = { ...placeFacts(this.#request.engine), adapter: facts };
    return {
      machine: machineName(environment),
      driver: facts.driver,
      ended: signal.aborted ? 'interruption' : 'all',
      cases: rowsOf,
      notServed,
      counts: countsOf(rowsOf),
    };
  }

  async #opened(signal: AbortSignal): Promise<DeviceFacts | null> {
    try {
      return await this.#device.open();
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }

  /** Cases of the same operands together. What kernels of `all` do not serve is counted, and other refusals are rows. */
  #groups(
    cases: readonly Case[],
    facts: DeviceFacts,
    { found, notServed }: { found: Map<string, Checked>; notServed: Record<string, number> },
  ): Iterable<Group> {
    const enter = enterRun(this.#set, this.#trusted, { matmuls: offeredMatmuls(this.#request.engine) });
    const groups = new Map<string, Group>();
    for (const item of cases) {
      const { problem, writesNothing } = standIn(item.problem);
      const entry = enter({ ...item, problem }, facts);
      if ('status' in entry) {
        if (item.ofAll && entry.rule !== undefined) notServed[item.kernel] = (notServed[item.kernel] ?? 0) + 1;
        else found.set(item.id, { caseId: item.id, status: 'skipped', reason: entry.reason, detail: entry.detail });
        continue;
      }
      const { seed, distribution } = item;
      const request = {
        ...{ problem, seed, distribution, referenceMacs: REFERENCE_MACS },
        ...(writesNothing && { writesNothing }),
      };
      const key = canonicalJson(JSON.parse(JSON.stringify(request)));
      const group = groups.get(key) ?? { request, contenders: [] };
      groups.set(key, group);
      for (const contender of entry.contenders) {
        const told = writesNothing ? withoutRows(contender) : contender;
        group.contenders.push({ ...told, caseId: item.id, reference: entry.reference });
      }
    }
    return groups.values();
  }

  /** Where the worker dies of several, each is tried alone, so that one kernel takes no other with it. */
  async #check(request: CheckRequest, signal: AbortSignal): Promise<readonly Checked[]> {
    try {
      return await this.#device.check(request);
    } catch (error) {
      if (!(error instanceof WorkerDied || error instanceof CallFailed)) throw error;
      if (signal.aborted) return [];
      const { contenders } = request;
      const [only, ...others] = contenders;
      if (only === undefined) return [];
      if (others.length > 0) {
        const alone: Checked[] = [];
        for (const contender of contenders)
          alone.push(...(await this.#check({ ...request, contenders: [contender] }, signal)));
        return alone;
      }
      const reason = error instanceof WorkerDied ? error.death : error.reason;
      const status = reason === 'unsupported' || reason === 'out-of-memory' ? 'skipped' : 'failed';
      return [{ caseId: only.caseId, status, reason, detail: error.message }];
    }
  }
}

/** For groups without any row, the same with one: the program is the same, and there are operands to bind. */
function standIn(problem: Problem): { readonly problem: Problem; readonly writesNothing?: true } {
  const { groups, shape } = problem;
  if (groups === undefined || rows(problem) > 0) return { problem };
  const one = groups.rows.map((_, expert) => (expert === 0 ? 1 : 0));
  return { problem: { ...problem, shape: { ...shape, m: 1 }, groups: { ...groups, rows: one } }, writesNothing: true };
}

/** The program told of no rows and no tiles. */
function withoutRows(contender: Contender): Contender {
  const { source } = contender;
  if (source.kind !== 'wgsl') return contender;
  const [, n = 0, k = 0, matrices = 0, , tilesN = 0] = source.program.uniform;
  const program: Program = { ...source.program, uniform: [0, n, k, matrices, 0, tilesN, 0, 0] };
  return { ...contender, source: { ...source, program } };
}

function rowOf(item: Case, checked: Checked, kernel: string, set: KernelSet): VerifiedCase {
  const { id, suite, phase, name, problem, distribution, seed, from } = item;
  const { caseId: _, ...result } = checked;
  const hash = set.kernels.find((known) => known.name === kernel)?.hash;
  return { id, suite, phase, name, ...problem, distribution, seed, from, kernel: { name: kernel, hash }, ...result };
}

function countsOf(found: readonly VerifiedCase[]): Verification['counts'] {
  const of = (holds: (one: VerifiedCase) => boolean) => found.filter(holds).length;
  return {
    verified: of(({ status }) => status === 'verified'),
    overflow: of(({ reason }) => reason === 'overflow'),
    failed: of(({ status, reason }) => status === 'failed' && reason !== 'overflow'),
    skipped: of(({ status }) => status === 'skipped'),
  };
}
