#!/usr/bin/env node
/** The gate, started by .github/scripts/compare.sh; its inputs are environment variables. */
import { EXIT, failureOf, wantsTrace } from '../exit.ts';
import { gate } from './gate.ts';

// Never prompt for a password.
process.env.GIT_TERMINAL_PROMPT = '0';
process.exitCode = await gate(
  {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    cwd: process.cwd(),
    environment: process.env,
  },
  fetch,
).catch((error: unknown) => {
  // Node's exit code would be 1, which means that a kernel became slower.
  process.stderr.write(`${failureOf(error, wantsTrace(process.env)).message}\n`);
  return EXIT.broken;
});
