/** Faults of disks and folders. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, type Ended, injecting } from './bench.ts';
import { type Outcome, one, type Scenario } from './scenario.ts';
import { resumed, told, whole } from './told.ts';

export const OF_FILES: readonly Scenario[] = [
  one('results is a file', async (bench) => {
    writeFileSync(bench.results, '');
    return refusedAtOnce(bench, await bench.start().ended, bench.left());
  }),
  one('results on a read-only disk', (bench) => mounted(bench, 'ro', ''), 'mount'),
  one('results on a full disk', (bench) => mounted(bench, 'size=16k', ''), 'mount'),
  one(
    'the disk fills during the run',
    async (bench) => {
      const fill = `(until grep -qs '"type":"visit"' "$folder"/disk/*/*.ndjson; do sleep 0.05; done; cat /dev/zero >"$folder/disk/filler") 2>/dev/null &`;
      return mounted(bench, 'size=1m', fill);
    },
    'mount',
  ),
  one(
    'the disk fills when the record is written',
    (bench) => mounted(bench, 'size=1m', 'rm -f "$folder/disk/filler"', { FAULTY_END: 'disk' }),
    'mount',
  ),
  one('results are removed during the run', async (bench) => {
    const { ended } = bench.start();
    await bench.visited();
    rmSync(bench.results, { recursive: true });
    return whole(bench, await ended);
  }),
  one(
    'the working folder is read-only, results are elsewhere',
    async (bench) => {
      const script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1" && shift && exec "$@"';
      const results = `${bench.folder}-results`;
      const ended = await bench.start({ results, under: ['unshare', '-rm', 'sh', '-c', script, 'sh', bench.folder] })
        .ended;
      return whole(bench, ended, results);
    },
    'mount',
  ),
  one('the home folder cannot be written', async (bench) => {
    const home = { HOME: '/dev/null/home', XDG_CONFIG_HOME: '/dev/null/home', SHAPEMARK_UNIT: '' };
    return whole(bench, await bench.start({ environment: home }).ended);
  }),
];

function refusedAtOnce(bench: Bench, ended: Ended, left: string): Omit<Outcome, 'fault'> {
  const isEarly = !/measuring on/.test(ended.err);
  return {
    ...{ ...told(bench, ended, '/nowhere'), left },
    after: isEarly ? 'nothing was measured yet' : 'measurements are lost',
  };
}

/** With results on a disk of its own, of which a copy is left. */
async function mounted(
  bench: Bench,
  options: string,
  meanwhile: string,
  faults?: { FAULTY_END: string },
): Promise<Omit<Outcome, 'fault'>> {
  const [disk, after] = [join(bench.folder, 'disk'), join(bench.folder, 'after')];
  for (const folder of [disk, after]) mkdirSync(folder);
  const script = `mount -t tmpfs -o ${options} none "$1/disk" && folder=$1 && shift
    ${meanwhile}
    "$@"; code=$?; rm -f "$folder/disk/filler"; cp -r "$folder/disk/." "$folder/after"; exit $code`;
  const under = ['unshare', '-rm', 'sh', '-c', script, 'sh', bench.folder];
  const environment = faults ? injecting(faults) : {};
  const ended = await bench.start({ results: disk, under, environment }).ended;
  if (meanwhile === '') return refusedAtOnce(bench, ended, bench.left(after));
  return { ...told(bench, ended, after), after: `in a copy, ${await resumed(bench, bench.copied(after))}` };
}
