/** What must be equal for visits of two runs to be parts of one: the question, the kernels, the machine, the settings. */
import { canonicalJson, digest } from '../gemm/digest.ts';
import type { JournalHeader } from './journal.ts';

/**
 * Hash over everything that would make a resumed run a different experiment. Not part of it: when it started, the budget
 * (more time may be given to the rest) and the commit (a commit that changes neither kernels nor suites changes nothing here).
 */
export function fingerprint(
  header: Omit<JournalHeader, 'schema' | 'id' | 'startedAt' | 'commit' | 'fingerprint'>,
): string {
  const { budgetSeconds: _, ...settings } = header.settings;
  const { machine, unit, environment, cases } = header;
  return digest(canonicalJson({ machine, unit, environment, cases, settings }));
}
