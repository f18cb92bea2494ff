/** The device of a measurement, needed before planning. */
import type { DeviceFacts, ProgramText } from '../../engine/port.ts';
import type { OpenRequest } from '../worker/protocol.ts';
import { CallFailed, Connection, WorkerDied } from './connection.ts';
import type { Host } from './host.ts';
import { OPEN_ALLOW_SECONDS, type OpenedWorker } from './process.ts';

/** Opens a worker of `host`, reads the facts and closes it again. Throws CallFailed when no device can be opened. */
export async function deviceFacts(host: Host, open: Omit<OpenRequest, 'process'>): Promise<DeviceFacts> {
  return opened(host, open, async (_, facts) => facts);
}

/**
 * Of each text what the device's compiler refuses, null if nothing. What a worker that ends here leaves unsaid shows when the text is
 * measured.
 */
export async function textFaults(
  host: Host,
  open: Omit<OpenRequest, 'process'>,
  texts: readonly ProgramText[],
): Promise<readonly (string | null)[]> {
  if (texts.length === 0) return [];
  try {
    return await opened(host, open, (connection) => connection.call('texts', { texts }, OPEN_ALLOW_SECONDS));
  } catch (error) {
    if (error instanceof WorkerDied || error instanceof CallFailed) return texts.map(() => null);
    throw error;
  }
}

async function opened<T>(
  host: Host,
  open: Omit<OpenRequest, 'process'>,
  work: (connection: Connection, facts: DeviceFacts) => Promise<T>,
): Promise<T> {
  const connection = new Connection(host.start(), host.clock);
  try {
    const { facts } = await connection.call('open', { ...open, process: 0 }, OPEN_ALLOW_SECONDS);
    return await work(connection, facts);
  } finally {
    connection.end('interrupted', 'closed');
  }
}

export function requireSameAdapter({ facts: first }: OpenedWorker, { facts: now }: OpenedWorker): void {
  if (first.description === now.description && first.driver === now.driver && first.source === now.source) return;
  throw new Error(
    `the adapter changed during the run, from ${first.description} to ${now.description}; name one with --adapter`,
  );
}
