/**
 * Runs in the checked-out sources of another commit: reads cases from stdin and prints the programs that the commit's code writes
 * for them. The argument is the folder of those sources.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

/** Paths of the two required functions in different commits, newest first. */
const HOMES = [
  { load: 'src/kernel/set/load.node.ts', pick: 'src/kernel/select/pick.ts' },
  { load: 'src/kernel/load.node.ts', pick: 'src/measure/enter.ts' },
];

interface Question {
  readonly facts: unknown;
  readonly cases: readonly unknown[];
}

const [folder = '.'] = process.argv.slice(2);
const home = HOMES.find(({ load, pick }) => [load, pick].every((file) => existsSync(join(folder, file))));
if (!home) throw new Error('the code that writes programs was not found in this commit');
const from = (file: string) => import(pathToFileURL(join(folder, file)).href);
const { loadKernels } = await from(home.load);
const { pick } = await from(home.pick);
const { facts, cases } = JSON.parse(await text(process.stdin)) as Question;
const set = await loadKernels(join(folder, 'kernels'), folder);
process.stdout.write(JSON.stringify(cases.map((item) => pick(set, item, facts))));
