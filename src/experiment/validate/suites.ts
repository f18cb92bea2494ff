/** Problems of cases, whoever serves them. */
import { readCaseId } from '../../record/case-id.ts';

/** What options of the command line choose anew. */
const CHOSEN = new Set(['operands', 'robustness', 'kernel', 'tile', 'thread']);

/** A case id without what the command line may choose for the case. */
export function problemKey(id: string): string {
  const { path, keys } = readCaseId(id);
  return [...path, ...[...keys].flatMap(([key, value]) => (CHOSEN.has(key) ? [] : [`${key}=${value}`]))].join('/');
}
