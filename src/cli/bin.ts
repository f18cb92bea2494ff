#!/usr/bin/env node
import { main } from './main.ts';
import { styleFor } from './style.ts';

// A closed pipe (`| head`) or terminal is not an error.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });

/** Used when the terminal does not report its width. */
const USUAL_COLUMNS = 80;

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  cwd: process.cwd(),
  environment: process.env,
  style: styleFor(process.env, process.stdout.isTTY === true),
  columns:
    process.stderr.isTTY === true && process.env.TERM !== 'dumb' ? process.stderr.columns || USUAL_COLUMNS : null,
});
