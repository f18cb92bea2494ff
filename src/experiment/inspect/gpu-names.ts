/** Parses `--gpu`, `--on` and `compare --inspect`. */
import { ABSENT_GPUS, HERE } from '../../inspect/gpus.ts';
import { remedy } from '../../plan/spec/suggest.ts';
import { UsageError } from '../errors.ts';

const ABSENT = ABSENT_GPUS.map(({ name }) => name);
/** For help texts. */
export const GPU_NAMES = `${HERE}, all, or comma-separated names: ${ABSENT.join(', ')}`;

/**
 * Each once; lists are joined by commas.
 * @throws UsageError for an unknown name
 */
export function gpuNames(option: 'gpu' | 'inspect' | 'on', asked: readonly string[]): string[] {
  const names = asked.flatMap((list) => list.split(',')).map((name) => name.trim());
  const known = [HERE, 'all', ...ABSENT];
  for (const name of names)
    if (!known.includes(name)) throw new UsageError(`--${option} ${name}: no such GPU; ${remedy(name, known)}`);
  return [...new Set(names.flatMap((name) => (name === 'all' ? ABSENT : name)))];
}
