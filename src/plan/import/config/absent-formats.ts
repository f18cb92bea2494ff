import { absentFormat } from '../../../gemm/formats/elsewhere.ts';
import type { Values } from './fields.ts';

/** A format that nothing here is, and where it stands. */
export interface Absent {
  readonly key: string;
  readonly at: readonly string[];
  readonly reason: string;
}

/** What a checkpoint stores besides weights. */
const NO_WEIGHTS = /cache|activation|input|output/i;

/** Names of formats that nothing here is, wherever they stand: not every tool has one field for them. */
export function absentFormats(values: Values, path: readonly string[] = []): Absent[] {
  return Object.entries(values).flatMap(([name, value]): Absent[] => {
    if (NO_WEIGHTS.test(name)) return [];
    if (typeof value === 'object' && value !== null) return absentFormats(value as Values, [...path, name]);
    const reason = typeof value === 'string' ? absentFormat(value) : undefined;
    const [key = name, ...at] = [...path, name];
    return reason === undefined ? [] : [{ key, at, reason }];
  });
}
