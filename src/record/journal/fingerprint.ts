/** What must be equal to resume a run: cases, kernels, machine, settings. */
import { canonicalJson, digest } from '../../gemm/digest.ts';
import type { Environment } from '../environment.ts';
import type { JournalHeader } from './journal.ts';

/** Known before a device is open; that the adapter is the same is checked once it is. */
export type Identity = Pick<JournalHeader, 'unit' | 'settings' | 'cases'> & {
  readonly environment: Omit<Environment, 'adapter'>;
};

/**
 * Hash over everything that would make a resumed run a different experiment. It excludes the start time, the limits (budget,
 * processes, looks), which may change, and the commit.
 */
export function fingerprint({ unit, settings, cases, environment }: Identity): string {
  const { budgetSeconds: _, processes: _fewest, looks: _looks, ...lasting } = settings;
  return digest(canonicalJson({ unit, settings: lasting, cases, environment }));
}
