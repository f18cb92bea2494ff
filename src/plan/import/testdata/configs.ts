import { readFileSync } from 'node:fs';

/** Published config.json files by the name of their repository, one a line. */
export function configs(): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  return new Map(Object.entries(JSON.parse(readFileSync(new URL('./configs.json', import.meta.url), 'utf8'))));
}
