/** Every command of the pages below docs/. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeCommands } from './testdata/commands.ts';

const DOCS = fileURLToPath(new URL('.', import.meta.url));
const pages = readdirSync(DOCS).filter((file) => file.endsWith('.md'));

describeCommands(
  pages.map((file) => `docs/${file}`),
  100,
);
