/** Stores a search: a record as `run` writes it, and the answer. */
import { resolve } from 'node:path';
import type { DeviceFacts } from '../../engine/port.ts';
import type { SearchDocument } from '../../judge/search/search-document.ts';
import type { KernelSet } from '../../kernel/set/kernel.ts';
import type { Host } from '../../measure/parent/host.ts';
import { wholeRecord } from '../../measure/parent/whole-record.ts';
import { writeSearch } from '../../record/beside/search.node.ts';
import { commitOf } from '../../record/environment.node.ts';
import { machineName } from '../../record/machine.ts';
import { recordId } from '../../record/record-id.ts';
import type { RunRecord } from '../../record/schema.ts';
import { writeRecord } from '../../record/store/store.node.ts';
import type { Io } from '../io.ts';
import type { RunJournal } from '../session/run-journal.ts';
import { placeFacts } from '../setup/settings.ts';
import type { Identity } from './document.ts';
import type { Searched } from './race.ts';

/** Of a search that leaves no trace. */
export function identityOf(io: Io, { engine }: { readonly engine: string }, facts: DeviceFacts): Identity {
  return {
    id: recordId(new Date(), commitOf(io.cwd)),
    machine: machineName({ ...placeFacts(engine), adapter: facts }),
  };
}

export interface Finished {
  readonly searched: Searched;
  readonly document: SearchDocument;
  readonly journal: RunJournal;
  readonly set: KernelSet;
  readonly host: Pick<Host, 'replication'>;
}

/** @returns the files written */
export function storeSearch(io: Io, { results: folder }: { readonly results: string }, finished: Finished): string[] {
  const results = resolve(io.cwd, folder);
  // The answer first: the journal goes with the record, and both can be made again until then.
  const answer = writeSearch(results, finished.document);
  const { files } = writeRecord(results, recordOf(finished), finished.journal.journal);
  return [...files, answer];
}

function recordOf({ searched: { measurement }, journal, set, host }: Finished): RunRecord {
  const { experiment: _, ...settings } = journal.settings;
  return wholeRecord(journal.header, settings, measurement, {
    kernels: set,
    startedAt: journal.startedAt,
    hostStartSeconds: 0,
    replication: host.replication,
    wanted: settings.processes,
  });
}
