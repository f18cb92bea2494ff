import { styleFor } from '../src/cli/style.ts';
import { main } from './bench.ts';

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  cwd: process.cwd(),
  environment: process.env,
  style: styleFor(process.env, process.stdout.isTTY === true),
  columns: process.stderr.isTTY === true && process.env.TERM !== 'dumb' ? process.stderr.columns : null,
});
