/**
 * Before the comparison every library multiplies a small problem alone, in a separate process. One that ends its process (a
 * driver abort, a missing system library) is excluded with that reason, instead of ending the visit of all.
 */
import { CallFailed, Connection, WorkerDied } from '../src/measure/parent/connection.ts';
import type { Host } from '../src/measure/parent/host.ts';
import { REFERENCE_MACS } from '../src/measure/parent/settings.ts';
import type { VisitRequest } from '../src/measure/worker/protocol.ts';
import { type Entry, sourceOf } from './catalogue.ts';
import { caseOf } from './shapes.ts';

const ALLOW_SECONDS = 120;

export interface PreflightRequest {
  readonly host: Host;
  readonly adapter: string;
  readonly entry: Entry;
}

/** @returns why the library is excluded, or null */
export async function preflight({ host, adapter, entry }: PreflightRequest): Promise<string | null> {
  const connection = new Connection(host.start(), host.clock);
  try {
    await connection.call('open', { engine: 'webgpu', adapter, yieldCpu: false, process: 0 }, ALLOW_SECONDS);
    const timer = await connection.call('timer', {}, ALLOW_SECONDS);
    const item = caseOf({ format: 'f32', mnk: [16, 16, 16], from: 'preflight' });
    const request: VisitRequest = {
      ...{ caseId: item.id, process: 0, problem: item.problem, seed: item.seed, distribution: item.distribution },
      ...{ operands: 'hot', coldBytes: 0, maxSets: 1, reference: null, timer, orderSeed: 0 },
      contenders: [{ name: entry.name, source: sourceOf(entry) }],
      referenceMacs: REFERENCE_MACS.later,
      sampling: {
        ...{ blocks: 1, minSamples: 1, maxSamples: 1, sampleSeconds: 0 },
        ...{ minSampleSeconds: 1e-4, minQuanta: 1, maxWarmUpSeconds: 1e-3 },
      },
    };
    const { contenders } = await connection.call('visit', request, ALLOW_SECONDS);
    const failed = contenders.find(({ status }) => status !== 'measured');
    return failed ? (failed.detail ?? failed.reason ?? 'does not multiply') : null;
  } catch (error) {
    if (error instanceof WorkerDied) return `ends its process: ${error.message}`;
    // Without a device nothing can run; the run itself reports that.
    if (error instanceof CallFailed && error.reason !== 'no-adapter') return error.message;
    throw error;
  } finally {
    await connection.call('close', {}, 1).catch(() => {});
    connection.end('interrupted', 'closed');
  }
}
