/** Before packing: the commit into the built package, whose records then name it. Nothing is written outside a clone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILT_FROM, commitOf } from '../src/record/environment.node.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const commit = commitOf(ROOT);
if (commit) writeFileSync(join(ROOT, 'dist', BUILT_FROM), `${JSON.stringify(commit)}\n`);
