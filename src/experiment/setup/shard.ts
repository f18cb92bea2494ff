/** A part of a run's cases, for one of several machines or GPUs that share it. */
import { visitCosts } from '../../measure/parent/cost.ts';
import type { Case } from '../../plan/case/case.ts';
import { NothingToDo, UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { divided } from './division.ts';

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

type Variables = Io['environment'];

/**
 * Reads `I/N` (I from 1); or `auto`, which takes both from the scheduler; or `auto/N`, which takes the index from it. See
 * docs/fleet.md for the variables.
 */
export function readShard(text: string, environment: Variables): Shard {
  const match = /^(?:(\d+)|auto)(?:\/(\d+))?$/.exec(text);
  if (match === null) throw new UsageError(`--shard ${text}: expected I/N, auto/N or auto`);
  const [, own, of] = match;
  const place = own === undefined ? placeFrom(environment, text) : { index: Number(own) };
  const count = of === undefined ? place.count : Number(of);
  if (count === undefined) throw new UsageError(`--shard ${text}: of how many? Write ${text}/N`);
  if (!(place.index >= 1 && place.index <= count))
    throw new UsageError(`--shard ${text}: shard ${place.index} of ${count}; expected I/N with 1 ≤ I ≤ N`);
  if (place.count !== undefined && place.count !== count)
    throw new UsageError(`--shard ${text}: the scheduler runs ${place.count} tasks, not ${count}`);
  return { index: place.index, count };
}

interface Place {
  readonly index: number;
  /** Absent where the scheduler does not tell. */
  readonly count?: number | undefined;
}

/** The first scheduler that set its variables. */
function placeFrom(environment: Variables, text: string): Place {
  const place = ownVariables(environment) ?? slurm(environment, text) ?? kubernetes(environment);
  if (place) return place;
  const known = 'SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX or SHAPEMARK_SHARD_INDEX';
  throw new UsageError(`--shard ${text}: no scheduler has set ${known}; write I/N`);
}

/** For those who count tasks from 0 and have no variables of their own, such as a GitHub matrix. */
function ownVariables(environment: Variables): Place | undefined {
  const index = whole(environment, 'SHAPEMARK_SHARD_INDEX');
  const count = whole(environment, 'SHAPEMARK_SHARD_COUNT');
  return index === undefined ? undefined : { index: index + 1, count };
}

/** An array of jobs, or a step of several tasks, or an array of such steps. */
function slurm(environment: Variables, text: string): Place | undefined {
  const id = whole(environment, 'SLURM_ARRAY_TASK_ID');
  const tasks = whole(environment, 'SLURM_STEP_NUM_TASKS') ?? 1;
  const task = whole(environment, 'SLURM_PROCID') ?? 0;
  if (id === undefined) return tasks > 1 ? { index: task + 1, count: tasks } : undefined;
  const first = whole(environment, 'SLURM_ARRAY_TASK_MIN') ?? 0;
  const step = whole(environment, 'SLURM_ARRAY_TASK_STEP') || 1;
  const jobs = whole(environment, 'SLURM_ARRAY_TASK_COUNT');
  const last = whole(environment, 'SLURM_ARRAY_TASK_MAX');
  const hasGaps = (id - first) % step !== 0 || (last !== undefined && jobs !== (last - first) / step + 1);
  if (hasGaps) throw new UsageError(`--shard ${text}: the array has gaps; submit it as --array=0-N`);
  return { index: ((id - first) / step) * tasks + task + 1, count: jobs === undefined ? undefined : jobs * tasks };
}

function kubernetes(environment: Variables): Place | undefined {
  const index = whole(environment, 'JOB_COMPLETION_INDEX');
  return index === undefined ? undefined : { index: index + 1 };
}

function whole(environment: Variables, name: string): number | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${name} is "${text}"; expected a whole number`);
  return Number(text);
}

/**
 * The cases of a shard in the order given; all of them without one.
 *
 * @param adapter as asked for: it tells which costs count
 * @throws NothingToDo where none is left for it
 */
export function shardOf<T extends Sized>(cases: readonly T[], shard: Shard | null, adapter: string): T[] {
  if (shard === null) return [...cases];
  const owners = divided(
    cases.map((item) => visitCosts(item, adapter)),
    shard.count,
  );
  const mine = cases.filter((_, i) => owners[i] === shard.index - 1);
  if (mine.length > 0) return mine;
  throw new NothingToDo(`shard ${shard.index} of ${shard.count} has none of ${cases.length} cases; use fewer shards`);
}

type Sized = Pick<Case, 'problem' | 'operands'>;
