#!/usr/bin/env node
/** `gate-main.ts`: the gate, as .github/scripts/compare.sh starts it; all it is told stands in variables. */
import { EXIT } from '../exit.ts';
import { gate } from './gate.ts';

// Nobody is there to type a password.
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
  // Left to Node this would be exit code 1, which says that a kernel became slower.
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.broken;
});
