/** Shards of one run as the record of the whole: the same rows, and the processes of all of them. */
import { canonicalJson } from '../../gemm/digest.ts';
import { bytesWritten } from '../../gemm/shape.ts';
import { ceilings } from '../ceilings.ts';
import { problemOf } from '../consistency.ts';
import { type NotServed, notServed, notServedIds, type UnservedCase } from '../not-served.ts';
import { recordId } from '../record-id.ts';
import { rounded } from '../round.ts';
import type { Row } from '../row.ts';
import type { Peak, ProcessFacts, RunRecord } from '../schema.ts';

/** Ends the id of a merged record, which begins as the id of its first shard does. */
export const MERGED = '-merged';

/** A record of a part of a run. */
export type ShardRecord = RunRecord & {
  readonly settings: { readonly shard: NonNullable<RunRecord['settings']['shard']> };
};

export function isShard(record: RunRecord): record is ShardRecord {
  return record.settings.shard !== null;
}

/** What must be equal in all shards of a run. Memory is left out, which a container may limit to any number. */
export function sweepOf(record: ShardRecord): Readonly<Record<string, unknown>> {
  const { machine, commit, environment, settings } = record;
  const { adapter, ...place } = environment;
  const { memoryBytes: _, ...device } = adapter;
  const { shard, ...rest } = settings;
  return { machine, commit, ...place, device, ...rest, 'number of shards': shard.count, cases: shard.cases };
}

/** Names of what differs between two shards of one run; none if they belong together. */
export function differences(one: ShardRecord, other: ShardRecord): string[] {
  const [a, b] = [sweepOf(one), sweepOf(other)];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (name) => canonicalJson(a[name] ?? null) !== canonicalJson(b[name] ?? null),
  );
}

/** Indices of the shards of a run that are not among these. A run of fewer cases than shards leaves the last ones empty. */
export function missingShards(shards: readonly ShardRecord[]): number[] {
  const [
    {
      settings: { shard },
    } = { settings: { shard: { count: 0, cases: 0 } } },
  ] = shards;
  const there = new Set(shards.map(({ settings }) => settings.shard.index));
  const last = Math.min(shard.count, shard.cases ?? shard.count);
  return Array.from({ length: last }, (_, i) => i + 1).filter((index) => !there.has(index));
}

/**
 * Of several records of one shard the one to use: of those with most measured cases the latest, whatever the order they are given
 * in.
 */
export function chosenShards(records: readonly ShardRecord[]): { chosen: ShardRecord[]; superseded: ShardRecord[] } {
  const measured = ({ cases }: ShardRecord) => cases.filter(({ status }) => status === 'measured').length;
  const ranked = [...records].sort((a, b) => measured(b) - measured(a) || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
  const chosen = new Map<number, ShardRecord>();
  for (const record of ranked) {
    const { index } = record.settings.shard;
    if (!chosen.has(index)) chosen.set(index, record);
  }
  const used = [...chosen.values()].sort((a, b) => a.settings.shard.index - b.settings.shard.index);
  return { chosen: used, superseded: ranked.filter((record) => !used.includes(record)) };
}

/**
 * The record of a whole run, from all of its shards.
 *
 * @param shards in the order of their indices, with their samples in place; they must belong together
 */
export function mergedRecord(shards: readonly ShardRecord[]): RunRecord {
  const [first] = shards;
  if (first === undefined) throw new RangeError('no shards to merge');
  const startedAt = shards.map((shard) => shard.startedAt).sort()[0] as string;
  const peaks = highestPeaks(shards);
  const offsets = offsetsOf(shards);
  const { samples: _, ...head } = first;
  return rounded({
    ...head,
    id: `${recordId(new Date(startedAt), first.commit)}${MERGED}`,
    startedAt,
    settings: { ...first.settings, shard: null, merged: shards.map(({ id }) => id) },
    peaks,
    processes: shards.flatMap((shard, i) => processesOf(shard, offsets[i] ?? 0)),
    ended: endOf(shards),
    profile: sums(shards.map(({ profile }) => profile)),
    ...notServedOf(shards),
    cases: shards.flatMap((shard, i) => rowsOf(shard, offsets[i] ?? 0, peaks)).sort(byId),
  });
}

/** What is added to the indices of each shard's processes. */
function offsetsOf(shards: readonly ShardRecord[]): number[] {
  let next = 0;
  return shards.map(({ processes }) => {
    const offset = next;
    next += 1 + processes.reduce((most, { index }) => Math.max(most, index), -1);
    return offset;
  });
}

function processesOf({ processes, settings }: ShardRecord, offset: number): ProcessFacts[] {
  const { index: shard } = settings.shard;
  return processes.map((process) => ({
    ...process,
    index: offset + process.index,
    shard: { index: shard, process: process.index },
  }));
}

/** Shares of peaks refer to the highest that any shard measured. */
function rowsOf(shard: ShardRecord, offset: number, peaks: readonly Peak[]): Row[] {
  const sees = canonicalJson(shard.peaks) === canonicalJson(peaks);
  return shard.cases.map((row) => {
    const visits = row.visits.map((visit) => ({ ...visit, process: offset + visit.process }));
    return sees ? { ...row, visits } : withShares({ ...row, visits }, peaks);
  });
}

function withShares(row: Row, peaks: readonly Peak[]): Row {
  if (row.status !== 'measured') return row;
  const { ofPeak: _p, ofRoofline: _r, launchBound: _l, ...summary } = row.summary;
  const work = { ...row, bytesWritten: bytesWritten(problemOf(row)), matrixUnits: row.kernel.matrixUnits };
  return { ...row, summary: { ...summary, ...ceilings(work, summary.medianSeconds, peaks) } };
}

function highestPeaks(shards: readonly ShardRecord[]): Peak[] {
  const found = new Map<string, Peak>();
  for (const peak of shards.flatMap(({ peaks }) => peaks)) {
    const known = found.get(peak.path);
    found.set(peak.path, known === undefined || isBetter(peak, known) ? peak : known);
  }
  return [...found.values()];
}

function isBetter(one: Peak, other: Peak): boolean {
  if (one.launchSeconds !== undefined) return one.launchSeconds < (other.launchSeconds ?? Number.POSITIVE_INFINITY);
  const rate = ({ flopPerSecond, bytesPerSecond }: Peak) => flopPerSecond ?? bytesPerSecond ?? 0;
  return rate(one) > rate(other);
}

/** The gravest: what one shard had no time for, the run had no time for. */
function endOf(shards: readonly ShardRecord[]): RunRecord['ended'] {
  const order = ['interrupted', 'budget', 'processes', 'target'] as const;
  return order.find((end) => shards.some(({ ended }) => ended === end)) ?? 'processes';
}

function sums(of: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [phase, seconds] of of.flatMap((one) => Object.entries(one))) total[phase] = (total[phase] ?? 0) + seconds;
  return total;
}

function notServedOf(shards: readonly ShardRecord[]): { notServed?: NotServed } {
  const all = shards.flatMap(({ notServed: of }) => of ?? []);
  if (all.length === 0) return {};
  return { notServed: notServed(all.flatMap(unserved).sort(byId)) };
}

function unserved({ problems, kernels }: NotServed): UnservedCase[] {
  return kernels.flatMap(({ kernel, rule, problems: indices }) =>
    indices.map((index) => ({ id: `${problems[index]}/kernel=${kernel}`, kernel, rule })),
  );
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

/** The shards do not tell how the suite orders their cases; this order is the same whatever their number. */
function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return COLLATOR.compare(one.id, other.id) || (one.id < other.id ? -1 : 1);
}

/** Cases that a run has and its shards do not; 0 if all are there, or the records do not tell. */
export function casesMissing(shards: readonly ShardRecord[]): number {
  const total = shards[0]?.settings.shard.cases;
  if (total === undefined) return 0;
  const there = shards.flatMap((shard) => [
    ...shard.cases.map(({ id }) => id),
    ...(shard.notServed ? notServedIds(shard.notServed) : []),
  ]);
  return total - new Set(there).size;
}
