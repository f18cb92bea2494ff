/** Compiler statistics of the libraries' programs and of ours: `npm run bench:peers -- --inspect`. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { NothingToDo } from '../src/experiment/errors.ts';
import { GpuCompiler } from '../src/experiment/inspect/gpu-compiler.ts';
import { inspectionOf } from '../src/experiment/inspect/inspect.ts';
import { native } from '../src/experiment/inspect/native.ts';
import type { KernelSet } from '../src/kernel/set/kernel.ts';
import { nodeFlags } from '../src/measure/parent/host.node.ts';
import type { Case } from '../src/plan/case/case.ts';
import type { InspectedGpu, Inspection, InspectionRow } from '../src/record/beside/inspection.ts';
import type { Entry } from './catalogue.ts';
import type { CatchRequest, Caught } from './programs.node.ts';

const CATCHER = fileURLToPath(new URL('./programs.node.ts', import.meta.url));

/** Libraries whose WGSL can be captured, because they run on our device. */
const CAN_BE_CAUGHT = ['tfjs-webgpu', 'jax-js', 'gpujs-webgpu'];

export interface PeersInspection {
  readonly gpus: readonly string[];
  readonly root: string | null;
  /** The adapter on which libraries run while they are captured. */
  readonly adapter: string;
  readonly entries: readonly Entry[];
  readonly kernels: KernelSet;
  readonly cases: readonly Case[];
}

/** @throws NothingToDo if a GPU cannot be inspected, or no library can be captured */
export async function inspectPeers(request: PeersInspection): Promise<Inspection> {
  const built = native();
  const gpus: InspectedGpu[] = [];
  const rows: InspectionRow[] = [];
  for (const gpu of request.gpus) {
    const compiler = await GpuCompiler.open({ gpu, native: built, root: request.root, adapter: request.adapter });
    try {
      rows.push(...(await rowsOf(compiler, request)));
      gpus.push(compiler.about());
    } finally {
      compiler.end();
    }
  }
  return inspectionOf(gpus, rows);
}

async function rowsOf(
  compiler: GpuCompiler,
  { adapter, entries, kernels, cases }: PeersInspection,
): Promise<InspectionRow[]> {
  const libraries = entries.map(({ name }) => name).filter((name) => CAN_BE_CAUGHT.includes(name));
  if (libraries.length === 0) throw new NothingToDo(`only the programs of ${CAN_BE_CAUGHT.join(', ')} can be caught`);
  const caught = await caughtBy({ adapter, libraries, cases, gpu: compiler.facts });
  const rows: InspectionRow[] = [];
  for (const item of cases) {
    rows.push(await compiler.row(item, kernels));
    for (const one of caught.filter((program) => program.case === item.id))
      rows.push(await peerRow(compiler, item, one));
  }
  return rows;
}

/** The program that multiplies; others copy or fill. */
async function peerRow(compiler: GpuCompiler, item: Case, caught: Caught): Promise<InspectionRow> {
  if ('reason' in caught) return compiler.refused(item, caught.name, caught.reason);
  const subject = { kernel: caught.name, hash: null, tile: null, thread: null };
  const rows: InspectionRow[] = [];
  for (const program of caught.programs) rows.push(await compiler.compiled(item, { ...subject, ...program }));
  const [most] = rows.sort((one, other) => multiplyAdds(other) - multiplyAdds(one));
  return most ?? compiler.refused(item, caught.name, `${caught.name} ran no program`);
}

function multiplyAdds(row: InspectionRow): number {
  return row.status === 'compiled' ? (row.loop?.multiplyAdds ?? 0) : -1;
}

function caughtBy(request: CatchRequest): Promise<readonly Caught[]> {
  const child = fork(CATCHER, [], {
    execArgv: nodeFlags(CATCHER),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  return new Promise<readonly Caught[]>((resolve, reject) => {
    child.on('message', (answer: { caught: Caught[] } | { error: string }) => {
      if ('caught' in answer) resolve(answer.caught);
      else reject(new NothingToDo(`the libraries cannot be watched: ${answer.error}`));
    });
    child.on('exit', (code) => reject(new NothingToDo(`the process that watches the libraries ended with ${code}`)));
    child.send({ ...request, gpu: { vendor: request.gpu.vendor, architecture: request.gpu.architecture } });
  }).finally(() => child.kill());
}
