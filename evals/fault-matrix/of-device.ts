/** Faults of kernels, of the device and of the process beside it. */
import { readdirSync, readFileSync } from 'node:fs';
import { injecting } from './bench.ts';
import { one, type Scenario } from './scenario.ts';
import { told } from './told.ts';

const OF_CASES: Scenario = {
  title: 'kernels and the device',
  faults: [
    'a kernel never ends',
    'the process beside the device aborts',
    'the device is lost during a case (`device.destroy()`)',
    'the driver refuses a pipeline',
    'the driver has no memory left for a buffer',
    'operands larger than memory',
  ],
  needs: 'linux',
  observe: async (bench) => {
    const ended = await bench.start({ suite: 'faulty.yaml', environment: injecting() }).ended;
    const [record] = bench.records();
    const rows = record?.cases ?? [];
    const others = rows.find(({ id }) => id.endsWith('/kernel=naive') && id.includes('/small/'));
    return ['/kernel=endless', '/kernel=aborting', '/kernel=destroying', '/kernel=refused', '/starved/', '/vast/'].map(
      (part) => {
        const row = rows.find(({ id }) => id.includes(part));
        const reason = row && 'reason' in row ? row : undefined;
        return {
          rows: `${row?.status}: ${reason?.reason}`,
          message: bench.plain(reason?.detail ?? ''),
          exit: ended.exit,
          left: bench.left(),
          after: others?.status === 'measured' ? 'other cases are measured' : 'other cases are lost',
        };
      },
    );
  },
};

export const OF_DEVICE: readonly Scenario[] = [
  OF_CASES,
  one(
    'the system ends a worker to free memory',
    async (bench) => {
      const { child, ended } = bench.start();
      await bench.visited();
      for (const worker of childrenOf(child.pid as number)) process.kill(worker, 'SIGKILL');
      const outcome = told(bench, await ended);
      const lost = bench.records().flatMap(({ cases }) => cases.filter(({ status }) => status !== 'measured'));
      return { ...outcome, after: lost.length === 1 ? 'other cases are measured' : 'other cases are lost' };
    },
    'linux',
  ),
];

function childrenOf(parent: number): number[] {
  return readdirSync(`/proc/${parent}/task`).flatMap((thread) =>
    readFileSync(`/proc/${parent}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}
