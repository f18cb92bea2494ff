#!/usr/bin/env node
import { EXIT, failureOf, wantsTrace } from './exit.ts';
import { main } from './main.ts';
import { writerTo } from './streams.ts';
import { styleFor } from './style.ts';

/** Used when the terminal does not report its width. */
const USUAL_COLUMNS = 80;

// Node would print a trace and exit with 1, which means that a kernel became slower.
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => {
    const { exit, message } = failureOf(error, wantsTrace(process.env));
    err.write(`${message}\n`);
    process.exit(exit);
  });

const err = writerTo(process.stderr, 'standard error', () => {});
const out = writerTo(process.stdout, 'standard output', (refused) => err.write(`${refused.message}\n`));

const exit = await main(process.argv.slice(2), {
  out: out.write,
  err: err.write,
  cwd: process.cwd(),
  environment: process.env,
  style: styleFor(process.env, process.stdout.isTTY === true),
  columns:
    process.stderr.isTTY === true && process.env.TERM !== 'dumb' ? process.stderr.columns || USUAL_COLUMNS : null,
});
process.exitCode = out.isRefused() ? EXIT.broken : exit;
