/** What must be equal for visits of two runs to be parts of one: the question, the kernels, the machine, the settings. */
import { canonicalJson, digest } from '../gemm/digest.ts';
import type { Environment } from './environment.ts';
import type { JournalHeader } from './journal.ts';

/** Known before a device is open; that the adapter is the same is checked once it is. */
export type Identity = Pick<JournalHeader, 'unit' | 'settings' | 'cases'> & {
  readonly environment: Omit<Environment, 'adapter'>;
};

/**
 * Hash over everything that would make a resumed run a different experiment. Not part of it: when it started, how far it goes
 * (budget, processes and looks: the rest may be given more or less) and the commit (one that changes neither kernels nor suites
 * changes nothing here).
 */
export function fingerprint({ unit, settings, cases, environment }: Identity): string {
  const { budgetSeconds: _, processes: _fewest, looks: _looks, ...lasting } = settings;
  return digest(canonicalJson({ unit, settings: lasting, cases, environment }));
}
