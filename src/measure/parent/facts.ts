/** The device of a measurement, needed before planning. */
import type { DeviceFacts } from '../../engine/port.ts';
import type { OpenRequest } from '../worker/protocol.ts';
import { Connection } from './connection.ts';
import type { Host } from './host.ts';
import { OPEN_ALLOW_SECONDS, type OpenedWorker } from './process.ts';

/** Opens a worker of `host`, reads the facts and closes it again. Throws CallFailed when no device can be opened. */
export async function deviceFacts(host: Host, open: Omit<OpenRequest, 'process'>): Promise<DeviceFacts> {
  const connection = new Connection(host.start(), host.clock);
  try {
    const { facts } = await connection.call('open', { ...open, process: 0 }, OPEN_ALLOW_SECONDS);
    return facts;
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
