// The licences of an SBOM, one component a line. One that is not known fails: somebody has to look at it.
import { readFileSync } from 'node:fs';

const KNOWN = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'CC0-1.0']);
const { components } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const lines = components.map(({ name, version, licenses = [] }) => {
  const names = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name);
  return { name, version, names };
});
const strange = lines.filter(
  ({ names }) => !names.some((name) => name?.split(/ (?:OR|AND) /).some((one) => KNOWN.has(one.replace(/[()]/g, '')))),
);
for (const { name, version, names } of lines) console.log(`${name} ${version}: ${names.join(', ')}`);
for (const { name, version, names } of strange)
  console.error(
    `${name} ${version}: ${names.join(', ') || 'no licence'} is not among the licences that were looked at`,
  );
if (strange.length > 0) process.exitCode = 1;
