/** What a search leaves behind: a record as `run` writes it, row by row, and the answer beside it. */
import { resolve } from 'node:path';
import type { DeviceFacts } from '../../engine/port.ts';
import type { KernelSet } from '../../kernel/kernel.ts';
import type { Host } from '../../measure/host.ts';
import { toRecord } from '../../measure/to-record.ts';
import { commitOf } from '../../record/environment.node.ts';
import { unitId } from '../../record/machine.node.ts';
import { machineName } from '../../record/machine.ts';
import { scrubbed } from '../../record/privacy.ts';
import { RECORD_SCHEMA, type RunRecord } from '../../record/schema.ts';
import { writeSearch } from '../../record/search.node.ts';
import { recordId, writeRecord } from '../../record/store.node.ts';
import type { SearchDocument } from '../../report/search.ts';
import type { Io } from '../io.ts';
import { placeFacts, setHash } from '../settings.ts';
import type { SearchOptions } from '../verbs/search-options.ts';
import type { Identity } from './document.ts';
import type { Searched } from './session.ts';

export function identityOf(
  io: Io,
  { engine }: Pick<SearchOptions, 'engine'>,
  facts: DeviceFacts,
  startedAt: Date,
): Identity {
  return {
    id: recordId(startedAt, commitOf(io.cwd)),
    machine: machineName({ ...placeFacts(engine), adapter: facts }),
  };
}

export interface Finished {
  readonly searched: Searched;
  readonly document: SearchDocument;
  readonly identity: Identity;
  readonly set: KernelSet;
  /** Where the kernels came from, as asked for. */
  readonly from: string;
  readonly host: Host;
  readonly hostStartSeconds: number;
  readonly startedAt: Date;
  readonly scenarioHash?: string;
}

/** @returns the files written, relative to where the command runs */
export function storeSearch(io: Io, options: SearchOptions, finished: Finished): string[] {
  const results = resolve(io.cwd, options.results);
  const { json, csv } = writeRecord(results, recordOf(io, options, finished));
  const answer = writeSearch(results, finished.document);
  return [json, csv, answer].map((file) => file.replace(`${io.cwd}/`, ''));
}

function recordOf(io: Io, { engine, suite, filter, adapter }: SearchOptions, finished: Finished): RunRecord {
  const { searched, identity, set, from, host, hostStartSeconds, startedAt, scenarioHash } = finished;
  const { measurement, settings } = searched;
  const parts = toRecord(measurement, {
    kernels: set,
    startedAt,
    hostStartSeconds,
    replication: host.replication,
    wanted: settings.processes,
  });
  return scrubbed({
    schema: RECORD_SCHEMA,
    ...identity,
    unit: engine === 'scripted' ? 'scripted' : unitId(io.environment),
    startedAt: startedAt.toISOString(),
    commit: commitOf(io.cwd),
    environment: { ...placeFacts(engine), adapter: measurement.facts },
    settings: {
      ...settings,
      suites: suite === undefined ? ['search'] : scrubbed([suite]),
      filter,
      adapter,
      kernels: { from: scrubbed(from), hash: setHash(set) },
      shard: null,
      coldBytes: measurement.coldBytes,
      maxSets: measurement.maxSets,
      ...(scenarioHash && { scenario: scenarioHash }),
    },
    ...parts,
  });
}
