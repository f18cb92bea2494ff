/** Driver reports for tiles.wgsl: a first line of JSON, then each text under its name, without trailing blanks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Compiled, Executable } from '../compiled.ts';

export function sample(gpu: string): Compiled {
  const [head = '', ...parts] = readFileSync(join(import.meta.dirname, `tiles.${gpu}.txt`), 'utf8').split(/^--- /m);
  const { printed = '', ...representations } = Object.fromEntries(
    parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]),
  );
  const { subgroupSize, statistics } = JSON.parse(head) as Pick<Executable, 'subgroupSize' | 'statistics'>;
  return { executables: [{ name: 'compute', subgroupSize, statistics, representations }], printed };
}
