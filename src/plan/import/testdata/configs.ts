import { readFileSync } from 'node:fs';

/** Configs by the name of the repository that they are of, one a line. Where each was read is in sources.ts. */
export function configs(): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  return new Map(Object.entries(JSON.parse(readFileSync(new URL('./configs.json', import.meta.url), 'utf8'))));
}
