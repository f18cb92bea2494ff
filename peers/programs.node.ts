/**
 * A process in which each library multiplies once, to capture its programs. Libraries see the inspected GPU, because some select
 * kernels by it.
 */
import { EngineError } from '../src/engine/port.ts';
import { openWebGpu } from '../src/engine/webgpu/open.node.ts';
import type { Case } from '../src/plan/case/case.ts';
import { CATALOGUE, passesOver, sourceOf } from './catalogue.ts';
import type { Library } from './library.ts';
import { load, showNavigator } from './load.node.ts';
import { type CaughtProgram, Recorder } from './recorder.ts';
import { PeerSession } from './session.ts';

export interface CatchRequest {
  readonly adapter: string;
  readonly libraries: readonly string[];
  readonly cases: readonly Case[];
  readonly gpu: Pick<GPUAdapterInfo, 'vendor' | 'architecture'>;
}

/** What a library ran for a case, or why it ran nothing. */
export type Caught = { readonly name: string; readonly case: string } & (
  | { readonly programs: readonly CaughtProgram[] }
  | { readonly reason: string }
);

async function catchAll({ adapter, libraries, cases, gpu }: CatchRequest): Promise<Caught[]> {
  const { session } = await openWebGpu({ adapter });
  const recorder = new Recorder(session.bench.device.gpu);
  showNavigator(session);
  const { adapterInfo } = session.bench.device.gpu;
  const told = { ...descriptionOf(adapterInfo), vendor: gpu.vendor, architecture: gpu.architecture };
  const loaded = new Map<string, Library | string>();
  for (const name of libraries) loaded.set(name, await load(name, session, { adapterInfo: told }));
  const peers = new PeerSession(session, loaded);
  const caught: Caught[] = [];
  for (const item of cases)
    for (const name of libraries)
      caught.push({ name, case: item.id, ...(await catchOne(peers, recorder, item, name)) });
  return caught;
}

/** A plain copy: an adapter's description is made of getters. */
function descriptionOf({
  device,
  description,
  __brand,
}: GPUAdapterInfo): Omit<GPUAdapterInfo, 'vendor' | 'architecture'> {
  return { __brand, device, description } as Omit<GPUAdapterInfo, 'vendor' | 'architecture'>;
}

async function catchOne(session: PeerSession, recorder: Recorder, item: Case, name: string) {
  const entry = CATALOGUE.find((known) => known.name === name);
  if (!entry) return { reason: `${name} is not known here` };
  const refusal = passesOver(entry, item.problem, session.facts);
  if (refusal !== null) return { reason: `${name}: ${refusal}` };
  const { problem, seed, distribution } = item;
  const operands = await session.allocate({ problem, seed, distribution, sets: 1 });
  try {
    const prepared = await session.prepare(sourceOf(entry), operands);
    const programs = await recorder.during(() => prepared.launch({ repeats: 1, firstSet: 0 }));
    prepared.dispose();
    return { programs };
  } catch (error) {
    if (error instanceof EngineError) return { reason: `${name} ${error.message}` };
    throw error;
  } finally {
    operands.dispose();
  }
}

process.on('message', (request: CatchRequest) => {
  catchAll(request).then(
    (caught) => process.send?.({ caught }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
