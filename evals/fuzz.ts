/**
 * Whether damaged files, flags and variables are refused with a sentence, and nothing else happens.
 *
 *     npm run eval fuzz -- [--inputs 100000] [--seed 1] [--target NAME]
 *
 * Mutates the texts of evals/fuzz/corpus, and a shipped kernel. Prints each kind of trouble once, with the text that led to it.
 */
import { parseArgs } from 'node:util';
import { EXIT } from '../src/cli/exit.ts';
import { fuzz } from './fuzz/fuzz.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
  },
});
const { inputs, byTarget, troubles, slowestSeconds } = await fuzz(
  Number(values.inputs),
  Number(values.seed),
  values.target,
);
for (const [name, counted] of Object.entries(byTarget))
  console.log(`${name}: ${counted.inputs} inputs, ${counted.refused} refused`);
const count = (kind: string) => troubles.filter((trouble) => trouble.kind === kind).length;
console.log(
  `${inputs} inputs: ${count('crash')} crashes, ${count('trace')} traces, ${count('hang')} over 1 s (slowest ${slowestSeconds.toFixed(2)} s), ${count('written outside')} writes outside`,
);
const shown = new Map(
  troubles.map((trouble) => [`${trouble.kind} ${trouble.target} ${trouble.message.slice(0, 80)}`, trouble]),
);
for (const { kind, target, message, text } of shown.values())
  console.log(`\n${kind} of ${target}: ${message.slice(0, 1200)}\n${JSON.stringify(text.slice(0, 1500))}`);
if (troubles.length > 0) process.exitCode = EXIT.broken;
