/**
 * Alternates the workers of two harnesses: processes come in pairs, one of each tree, in a seeded order, and measure the same
 * cases with their own code. The processes of a pair are adjacent, so slowdowns that last longer than a pair cancel.
 */

import type { Host, WorkerHandle } from '../../measure/parent/host.ts';
import type { CaseOutcome } from '../../measure/parent/measurement.ts';
import type { FinishedVisit } from '../../measure/parent/progress.ts';
import { type FromWorker, PROTOCOL, type ToWorker } from '../../measure/worker/protocol.ts';
import { median } from '../../stats/centre.ts';
import { seededRandom } from '../../stats/random.ts';

export const TREES = ['base', 'head'] as const;
export type Tree = (typeof TREES)[number];

/** Reason of the failed call when the other tree's worker speaks another protocol. */
export const PROTOCOL_MISMATCH = 'protocol-mismatch';

/** Which tree serves a process: in each pair one of each, which first drawn from the seed. */
export function treeOf(process: number, seed: number): Tree {
  const baseFirst = seededRandom((seed * 7919 + (process >> 1)) >>> 0)() < 0.5;
  return (process % 2 === 0) === baseFirst ? 'base' : 'head';
}

/** @param hosts of the two trees; clock and replication are those of the head */
export function alternatingHost(hosts: Readonly<Record<Tree, Host>>, seed: number): Host {
  const { clock, replication } = hosts.head;
  return { clock, replication, start: () => startLate((process) => treeOf(process, seed), hosts) };
}

/** The first message opens a device and has the process index, which determines the tree. */
function startLate(treeFor: (process: number) => Tree, hosts: Readonly<Record<Tree, Host>>): WorkerHandle {
  let worker: WorkerHandle | null = null;
  let tree: Tree = 'head';
  let dead = false;
  let hear: (message: FromWorker) => void = () => {};
  let exited: (how: string) => void = () => {};
  const calls = new Map<number, ToWorker['call']>();
  const start = (message: ToWorker): WorkerHandle => {
    if (message.call === 'open') tree = treeFor(message.argument.process);
    const started = hosts[tree].start();
    started.onMessage((answer) => hear(checked(answer, calls, tree)));
    started.onExit((how) => exited(`of the ${tree} ${how}`));
    return started;
  };
  return {
    post: (message) => {
      if (dead) return;
      worker ??= start(message);
      calls.set(message.id, message.call);
      worker.post(message);
    },
    onMessage: (listener) => {
      hear = listener;
    },
    onExit: (listener) => {
      exited = listener;
    },
    kill: () => {
      dead = true;
      worker?.kill();
    },
  };
}

/** A reply in another protocol becomes a failure with this reason. */
function checked(message: FromWorker, calls: ReadonlyMap<number, ToWorker['call']>, tree: Tree): FromWorker {
  if (message.type !== 'answer') return message;
  const why = misfit(calls.get(message.id), message.answer);
  if (why === null) return message;
  const text = `the worker of the ${tree} ${why}, this harness uses ${PROTOCOL}; their times cannot be compared`;
  return { type: 'error', id: message.id, reason: PROTOCOL_MISMATCH, message: text };
}

function misfit(call: ToWorker['call'] | undefined, answer: object): string | null {
  if (call === 'open' && !('protocol' in answer)) return 'does not state its protocol';
  if (call === 'open' && 'protocol' in answer && answer.protocol !== PROTOCOL)
    return `uses protocol ${answer.protocol}`;
  if (call === 'visit' && !('contenders' in answer && Array.isArray(answer.contenders)))
    return 'answers a visit in another form';
  return null;
}

/**
 * Head time / base time of each pair of processes; and, as its A/A, the ratio of neighbouring processes of one tree. Those lie a
 * little further apart than the two of a pair, so the noise is not understated.
 */
export function pairRatios(outcome: CaseOutcome, seed: number): { ratios: number[]; noise: number[] } {
  const seconds: Record<Tree, Map<number, number>> = { base: new Map(), head: new Map() };
  for (const { process, result } of outcome.visits) {
    const samples = result?.contenders[0]?.samples ?? [];
    if (samples.length > 0) seconds[treeOf(process, seed)].set(process >> 1, median(samples));
  }
  const quotients = (over: ReadonlyMap<number, number>, under: ReadonlyMap<number, number>, step: 0 | 1) =>
    [...over].flatMap(([pair, time]) => {
      const other = under.get(pair + step);
      return other === undefined || (step === 1 && pair % 2 === 1) ? [] : [time / other];
    });
  return {
    ratios: quotients(seconds.head, seconds.base, 0),
    noise: [...quotients(seconds.base, seconds.base, 1), ...quotients(seconds.head, seconds.head, 1)],
  };
}

/** The failure of a visit or of its contender, if any. */
export function visitFailure({ result, refusal }: FinishedVisit): string | null {
  const contender = result?.contenders.find(({ status }) => status === 'failed');
  if (contender) return `${contender.reason}: ${contender.detail}`;
  return refusal?.status === 'failed' ? `${refusal.reason}: ${refusal.detail}` : null;
}
