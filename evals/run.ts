/** `npm run eval NAME [-- arguments]` runs evals/NAME.ts, which tests one claim of this project. Without a name it lists them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Failure, failureOf } from '../src/cli/exit.ts';
import { UsageError } from '../src/experiment/errors.ts';
import { remedy } from '../src/plan/spec/suggest.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
/** In a clone, or what the compiler made of one of them in the portable archive. */
const ENDING = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith(ENDING) && !file.endsWith(`.test${ENDING}`))
  .map((file) => file.slice(0, -ENDING.length))
  .filter((name) => name !== 'run')
  .sort();

/** The first sentence of the comment that an evaluation begins with. */
function claimOf(name: string): string {
  const [, comment = ''] = /^\/\*\*(.*?)\*\//s.exec(readFileSync(`${FOLDER}/${name}${ENDING}`, 'utf8')) ?? [];
  const text = comment.replace(/\s*\n \*/g, '').trim();
  return text.replace(/(?<=[.?])\s.*$/s, '');
}

function listing(): string {
  const width = Math.max(...NAMES.map((name) => name.length));
  const lines = NAMES.map((name) => `  ${name.padEnd(width)}  ${claimOf(name)}`);
  return ['npm run eval NAME [-- arguments]', '', ...lines].join('\n');
}

function failure(error: unknown): Failure {
  const isArgument = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
  return failureOf(isArgument ? new UsageError(error.message) : error, true);
}

async function main(): Promise<void> {
  // The remaining arguments are the evaluation's.
  const [name] = process.argv.splice(2, 1);
  if (name === undefined) return console.log(listing());
  if (!NAMES.includes(name)) throw new UsageError(`no evaluation "${name}"; ${remedy(name, NAMES)}`);
  await import(`./${name}${ENDING}`);
}

try {
  await main();
} catch (error) {
  const { exit, message } = failure(error);
  console.error(message);
  process.exitCode = exit;
}
