/** Every quantity that a page prints, explained on that page. A column is named by its metric, so that none can lack one. */
import { ONE_ROW_TEXT } from './one-row.ts';
import { AGREEMENT_TEXT } from './tier.ts';

export interface Metric {
  /** As a column is titled. */
  readonly title: string;
  /** One or two sentences. */
  readonly means: string;
  readonly formula?: string;
}

const METRICS_BY_NAME = {
  rate: {
    title: 'rate',
    means: 'Arithmetic per second of one launch. A multiplication and an addition count as two operations.',
    formula: 'FLOP/s = 2 · batch · m · n · k / time',
  },
  bandwidth: {
    title: 'bandwidth',
    means: 'Compulsory traffic per second: each operand read once, the result written once, whatever the caches did.',
    formula: 'B/s = (bytes of A + B + scales + C) / time',
  },
  time: {
    title: 'time',
    means: 'Seconds of one launch on the GPU: the median over fresh processes of each process’s median.',
  },
  interval: {
    title: '95 % interval',
    means:
      'Where the median over processes lies with 95 % confidence, from order statistics; with fewer than 6 processes it is the range seen.',
  },
  roofline: {
    title: 'of roofline',
    means:
      'Rate relative to what the device could reach at this arithmetic intensity: its measured peak, or its measured bandwidth where that is the limit.',
    formula: 'rate / min(peak, intensity · bandwidth)',
  },
  intensity: {
    title: 'intensity',
    means: 'Arithmetic intensity: operations per byte of compulsory traffic.',
    formula: 'FLOP / bytes',
  },
  kernel: {
    title: 'kernel',
    means:
      'The kernel that ran. Where `best` was asked for, it is the one that was selected for this shape, format and device.',
  },
  usual: {
    title: 'usually fastest',
    means:
      'The kernel that is the fastest for most of the shapes, and for how many of them where not for all. None where no kernel is for half of them.',
  },
  relative: {
    title: 'of the fastest',
    means: 'Rate relative to the fastest kernel of the same row, on the same machine.',
    formula: 'rate / highest rate of the row',
  },
  ofMachines: {
    title: 'of the fastest machine',
    means: 'Rate relative to the fastest machine of the same column.',
    formula: 'rate / highest rate of the column',
  },
  error: {
    title: 'error of budget',
    means:
      'Largest error of any element against an f64 reference of the same operands, relative to what rounding may cause at this k and accumulator. Above 100 % the kernel is wrong, and nothing is timed.',
    formula: 'max |Δ| / rms of the reference / budget',
  },
  verdict: {
    title: 'verdict',
    means:
      'What the history of this case says: slower or faster since a commit, same, unclear, missing, failed, or new with too few points. Counts are of different cases: one that several suites have counts once.',
  },
  change: {
    title: 'change',
    means: 'Time of the new level relative to the level before.',
    formula: 'new time / old time − 1',
  },
  since: {
    title: 'since',
    means: 'Day of the first run at the new level, in UTC. The change itself may be as old as the run before it.',
  },
  moved: {
    title: 'cases',
    means: 'Cases that moved in this direction together; on several machines, one counts on each.',
  },
  detectable: {
    title: 'would show',
    means:
      'The smallest lasting slowdown that the detector would confirm 9 times in 10, as noisy as this history is. What is smaller can be there unseen.',
  },
  tier: { title: 'tier', means: AGREEMENT_TEXT },
  updated: { title: 'updated', means: 'Day of the newest record, in UTC.' },
  wide: {
    title: 'best 32-bit',
    means: 'The highest rate of any case with 32-bit weights and operands that no cache holds.',
  },
  half: {
    title: 'best 16-bit',
    means: 'The highest rate of any case with 16-bit weights and operands that no cache holds.',
  },
  decode: {
    title: '4-bit decode',
    means: `The highest bandwidth of any case with 4-bit weights, one row and operands that no cache holds: what limits a language model that writes one token. ${ONE_ROW_TEXT}`,
  },
  rank: {
    title: 'rank',
    means: 'Place by the mean rate, among machines whose numbers were reproduced or measured by CI; others have none.',
  },
  geomean: {
    title: 'mean rate',
    means:
      'Geometric mean over the cases of the suite `contribution`: the n-th root of the product of their rates. It weighs relative differences of all cases equally.',
    formula: '(rate₁ · rate₂ · … · rateₙ)^(1/n)',
  },
  cases: { title: 'cases', means: 'Measured cases of the suite, of all that it has.' },
  loss: {
    title: 'loss',
    means:
      'How much faster the best neighbour is that differs in this size only, by at most a tenth, and is divisible by a higher power of two.',
    formula: 'rate of the neighbour / rate − 1',
  },
  ratio: {
    title: 'B over A',
    means: 'Rate of B relative to the rate of A for the same case: above 1 B is faster. Of each the fastest kernel.',
    formula: 'rate of B / rate of A',
  },
  apart: {
    title: 'intervals',
    means:
      'Apart: the 95 % intervals of both have nothing in common, so that the difference is more than noise. Open: they overlap, or there is none. The interval of a single run is how far runs of that history scatter from one to the next.',
  },
  meanRatio: {
    title: 'geometric mean',
    means:
      'Of all ratios, each piece of work once whichever suites have it, so that twice as fast in one case and half as fast in another cancel. It says the same whichever machine is A.',
    formula: '(ratio₁ · ratio₂ · … · ratioₙ)^(1/n)',
  },
  tuned: {
    title: 'gain',
    means: 'Rate with the tuned sizes relative to those that the rule chooses, compared in the same processes.',
    formula: 'median of time of the rule’s choice / time of the best',
  },
  registers: { title: 'registers', means: 'Registers of one invocation, in the compiler’s own unit.' },
  spills: { title: 'spills', means: 'Registers that did not fit and live in memory.' },
  occupancy: {
    title: 'occupancy',
    means: 'Subgroups that a processor can hold at once, limited by registers and workgroup memory.',
  },
  loop: {
    title: 'hot loop',
    means: 'Instructions of one iteration of the loop with most multiplications, all its inner loops included.',
  },
  multiplyAdds: {
    title: 'multiply-adds',
    means: 'Multiply-adds of that loop per invocation; packed and matrix instructions count as several.',
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS_BY_NAME;
export const METRICS: Readonly<Record<MetricName, Metric>> = METRICS_BY_NAME;
