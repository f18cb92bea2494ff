/** Fields of a row read from the case id, without the planner. */
import type { Row } from './row.ts';

/** `key=value` segments of an id, and the path in front of them. */
export function readCaseId(id: string): { path: readonly string[]; keys: ReadonlyMap<string, string> } {
  const segments = id.split('/');
  const pairs = segments.filter((segment) => segment.includes('='));
  const keys = new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  return { path: segments.filter((segment) => !segment.includes('=')), keys };
}

/** Where the fields of a row contradict its id; empty when they agree. */
export function idContradictions(row: Row): string[] {
  const { path, keys } = readCaseId(row.id);
  const fields: Readonly<Record<string, string | number | undefined>> = {
    batch: row.shape.batch === 1 ? undefined : row.shape.batch,
    m: row.shape.m,
    n: row.shape.n,
    k: row.shape.k,
    layout: row.layout,
    ...row.format,
    robustness: row.robustness,
    operands: row.operands.mode === 'cold' ? undefined : row.operands.mode,
    kernel: row.kernel.requested,
  };
  const wrong = Object.entries(fields)
    .filter(([key, value]) => keys.get(key) !== (value === undefined ? undefined : String(value)))
    .map(([key, value]) => `the id has ${key}=${keys.get(key) ?? '(default)'}, the row ${value ?? 'the default'}`);
  const flags = [
    ['groups', row.groups !== undefined],
    ['bias', row.bias],
  ] as const;
  for (const [key, present] of flags) {
    if (keys.has(key) !== present) wrong.push(`${key} is in the ${present ? 'row' : 'id'} alone`);
  }
  const own = [row.suite, row.phase, row.name].join('/');
  if (path.join('/') !== own) wrong.push(`the id's path is ${path.join('/')}, the row's ${own}`);
  return wrong;
}
