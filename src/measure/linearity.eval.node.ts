/**
 * `npm run eval:linearity [-- --processes 9 --adapter software]`: twice the work takes twice the time, and `repeats` does not
 * change the time of a launch. Ratios within a process, median over processes.
 */

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadKernels } from '../kernel/load.node.ts';
import type { Case } from '../plan/case.ts';
import { median, summarize } from '../record/summary.ts';
import { enterRun } from './enter.ts';
import { processHost } from './host.node.ts';
import { measure } from './measure.ts';
import { pairedRatio } from './ratio.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

const { values } = parseArgs({
  options: { processes: { type: 'string', default: '9' }, adapter: { type: 'string', default: 'auto' } },
});
const processes = Number(values.processes);

function square(k: number): Case {
  const problem = {
    shape: { batch: 1, m: 256, n: 256, k },
    layout: 'nn',
    format: { w: 'f32', a: 'f32', acc: 'f32', out: 'f32' },
    bias: false,
  } as const;
  return {
    id: `k=${k}`,
    suite: 'linearity',
    phase: 'raw',
    name: 'square',
    problem,
    operands: 'hot',
    distribution: 'normal',
    seed: 1,
    kernel: 'best',
    from: 'm, n fixed',
    series: '',
    count: 1,
  };
}

const kernels = await loadKernels(fileURLToPath(new URL('../../kernels', import.meta.url)));
const enter = enterRun(kernels, kernels);
const { cases } = await measure({
  cases: [square(1024), square(2048)],
  host: processHost(),
  open: { engine: 'webgpu', adapter: values.adapter, yieldCpu: true },
  /** The same kernel twice, with 1 and with 16 launches a sample. */
  enter: (item, facts) => {
    const entry = enter(item, facts);
    const [only] = 'status' in entry ? [] : entry.contenders;
    return 'status' in entry || !only
      ? entry
      : { ...entry, contenders: [1, 16].map((repeats) => ({ ...only, name: `${repeats}`, repeats })) };
  },
  settings: {
    ...DEFAULT_SETTINGS,
    processes,
    looks: [processes],
    sampling: { ...DEFAULT_SETTINGS.sampling, blocks: 6, minSamples: 12 },
  },
  finished: [],
  onOpen: ({ facts }) => console.log(`on ${facts.description}`),
  onVisit: () => {},
  onProcess: ({ index }) => process.stderr.write(`process ${index + 1} of ${processes}\n`),
  onProgress: () => {},
});

/** Median seconds per launch of each process. */
const times = (which: number) =>
  cases[which]?.visits.map((visit) => median(visit.result?.contenders[0]?.samples ?? [])) ?? [];
const [short, long] = [times(0), times(1)];
report(
  'time at k = 2048 over time at k = 1024 (2 is right)',
  long.map((seconds, i) => seconds / (short[i] ?? Number.NaN)),
);
for (const outcome of cases) {
  report(
    `time with repeats 16 over repeats 1, ${outcome.case.id} (1 is right)`,
    outcome.visits.flatMap((visit) => (visit.result ? (pairedRatio(visit.result, '1', '16') ?? []) : [])),
  );
}

function report(what: string, ratios: readonly number[]): void {
  const { median: middle, interval } = summarize(ratios);
  console.log(
    `${what}: ${middle.toFixed(4)} [${interval.map((x) => x.toFixed(4)).join(', ')}] over ${ratios.length} processes`,
  );
}
