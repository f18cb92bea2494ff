/** Every record of this repository, beside all others. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { listRecords } from '../../record/store/store.node.ts';
import { vetFile } from './file.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Where the clone is shallow, or the sources are no clone. */
const WITHOUT_HISTORY = /is not in (this repository|the history of this repository)/;

it.each(listRecords(`${ROOT}results`))('%s is accepted', { timeout: 60_000 }, async (file) => {
  const { reasons } = await vetFile(file, file, { names: [], repository: ROOT });
  expect(reasons.filter((reason) => !WITHOUT_HISTORY.test(reason))).toEqual([]);
});
