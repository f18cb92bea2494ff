import { afterAll, beforeAll } from 'vitest';
import { openWebGpu } from '../open.node.ts';
import type { WebGpuSession } from '../session.ts';

/** A device that is open during all tests of a file, or of the `describe` that this is called in. */
export function sessionOfAll(adapter = 'auto'): () => WebGpuSession {
  let session: WebGpuSession;
  beforeAll(async () => {
    ({ session } = await openWebGpu({ adapter }));
  });
  afterAll(() => session.dispose());
  return () => session;
}
