/**
 * Whether twice the work takes twice the time, and `repeats` does not change the time of a launch.
 *
 *     npm run -s eval linearity -- [--processes 9] [--adapter software] [--json]
 *
 * `repeats` is tested on short launches, for which it exists. The two ways to launch are compared by the mean of equally many launches.
 * A disturbance of the host makes a few short samples much longer, and every long sample a little. The median ignores the former but
 * not the latter, so by medians long samples look slower. That ratio is printed too; it shows how disturbed the host was.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadKernels } from '../src/kernel/set/load.node.ts';
import { enterRun } from '../src/measure/parent/enter.ts';
import { processHost } from '../src/measure/parent/host.node.ts';
import { measure } from '../src/measure/parent/measure.ts';
import { pairedRatio } from '../src/measure/parent/ratio.ts';
import { DEFAULT_SETTINGS } from '../src/measure/parent/settings.ts';
import type { Case } from '../src/plan/case/case.ts';
import type { ContenderVisit, VisitResult } from '../src/record/journal/journal.ts';
import { median } from '../src/stats/centre.ts';
import { summarize } from '../src/stats/summary.ts';
import { present } from './document/present.ts';
import { linearitySections, type MeasuredRatio } from './linearity/table.ts';

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '9' },
    adapter: { type: 'string', default: 'auto' },
    json: { type: 'boolean', default: false },
  },
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

const LONG = [1024, 2048].map(square);
const SHORT = [256, 512].map(square);

let adapter = values.adapter;
const kernels = await loadKernels(fileURLToPath(new URL('../kernels', import.meta.url)));
const enter = enterRun(kernels, kernels);
const { cases } = await measure({
  cases: [...LONG, ...SHORT],
  host: processHost(),
  open: { engine: 'webgpu', adapter: values.adapter, yieldCpu: true },
  /** The same kernel twice where launches are short, with 1 and with 16 of them a sample. */
  enter: (item, facts) => {
    const entry = enter(item, facts);
    const [only] = 'status' in entry ? [] : entry.contenders;
    const repeats = LONG.includes(item) ? [1] : [1, 16];
    return 'status' in entry || !only
      ? entry
      : { ...entry, contenders: repeats.map((launches) => ({ ...only, name: `${launches}`, repeats: launches })) };
  },
  settings: {
    ...DEFAULT_SETTINGS,
    processes,
    looks: [processes],
    // As many seconds of either kind, and thus as many launches: 2 samples of 16 launches a block, or 32 of one.
    sampling: { ...DEFAULT_SETTINGS.sampling, blocks: 6, minSamples: 12, maxSamples: 6 * 32, sampleSeconds: 4 },
  },
  finished: [],
  onOpen: ({ facts }) => {
    adapter = facts.description;
  },
  onVisit: () => {},
  onProcess: ({ index }) => process.stderr.write(`process ${index + 1} of ${processes}\n`),
  onProgress: () => {},
});

/** Median seconds per launch of each process. */
const times = (which: number) =>
  cases[which]?.visits.map((visit) => median(visit.result?.contenders[0]?.samples ?? [])) ?? [];
const [short, long] = [times(0), times(1)];
const ratios: MeasuredRatio[] = [
  ratioOf(
    'k = 2048 over k = 1024',
    long.map((seconds, i) => seconds / (short[i] ?? Number.NaN)),
    2,
  ),
  ...cases.slice(LONG.length).flatMap((outcome) => {
    const results = outcome.visits.flatMap(({ result }) => result ?? []);
    const paired = results.flatMap((result) => pairedRatio(result, '1', '16') ?? []);
    return [
      ratioOf(`repeats 16 over 1, ${outcome.case.id}`, results.map(meanRatio), 1),
      ratioOf(`repeats 16 over 1, ${outcome.case.id}, by medians of samples`, paired),
    ];
  }),
];
present({ adapter, ratios }, linearitySections, values.json);

/** Mean time of a launch with repeats 16 over that with repeats 1: median over blocks, which ran one after the other. */
function meanRatio({ contenders }: VisitResult): number {
  const [single, many] = ['1', '16'].map((name) => blockMeans(contenders.find((one) => one.name === name)));
  return median((many ?? []).map((seconds, block) => seconds / (single?.[block] ?? Number.NaN)));
}

function blockMeans(contender: ContenderVisit | undefined): number[] {
  const [sums, counts]: [number[], number[]] = [[], []];
  for (const [i, seconds] of (contender?.samples ?? []).entries()) {
    const block = contender?.blockOf[i] ?? 0;
    sums[block] = (sums[block] ?? 0) + seconds;
    counts[block] = (counts[block] ?? 0) + 1;
  }
  return sums.map((sum, block) => sum / (counts[block] ?? 1));
}

function ratioOf(what: string, ratios: readonly number[], expected?: number): MeasuredRatio {
  const { median: middle, interval } = summarize(ratios);
  return { what, ...(expected !== undefined && { expected }), median: middle, interval, processes: ratios.length };
}
