/** The visit that a run requests from a worker. */
import { seededRandom } from '../../stats/random.ts';
import { coldBytesFor, maxSetsFor } from '../worker/cache.ts';
import type { VisitRequest } from '../worker/protocol.ts';
import type { CaseState } from './case-state.ts';
import type { OpenedWorker } from './process.ts';
import type { Settings } from './settings.ts';

/** Where a visit stands in the run. */
export interface Place {
  readonly process: number;
  /** Seeds the orders of the process. */
  readonly orderSeed: number;
  /** Number of the case among those of the run. */
  readonly number: number;
}

export function visitRequest(
  { case: item, entry, visits }: CaseState,
  { facts, timer }: Pick<OpenedWorker, 'facts' | 'timer'>,
  settings: Settings,
  place: Place,
): VisitRequest {
  return {
    caseId: item.id,
    process: place.process,
    problem: item.problem,
    seed: item.seed,
    distribution: item.distribution,
    operands: item.operands,
    coldBytes: settings.coldBytes || coldBytesFor(facts),
    maxSets: settings.maxSets || maxSetsFor(facts),
    reference: entry?.reference ?? null,
    contenders: entry?.contenders ?? [],
    sampling: settings.sampling,
    timer,
    orderSeed: visitSeed(place, visits.length),
    ...(settings.sentinelBeside && { sentinelBeside: true }),
    referenceMacs: visits.length === 0 ? settings.referenceMacs.first : settings.referenceMacs.later,
  };
}

/** Every case of a process has its own orders, so that effects of position do not affect all cases alike. */
function visitSeed({ orderSeed, number }: Place, visits: number): number {
  return Math.floor(2 ** 32 * seededRandom(orderSeed, number, visits)());
}
