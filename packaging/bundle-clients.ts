/** `npm run build`: the scripts of the site's pages, into the built package. */
import { fileURLToPath } from 'node:url';
import { writeBundles } from '../src/atlas/bundles.node.ts';

await writeBundles(fileURLToPath(new URL('../dist/atlas', import.meta.url)));
