/**
 * Whether a tuning on some shapes holds for others of their classes.
 *
 *     npm run eval tune -- [--adapter software] [--budget 360]
 *
 * Tunes on one shape of each class, then measures held-out shapes of the same classes in fresh processes: the tuned choice beside
 * the rule's, and beside the best of the tuned choice's rivals on the shape itself (all techniques and a fresh sample of
 * variants).
 */
import { parseArgs } from 'node:util';
import type { DeviceFacts } from '../src/engine/port.ts';
import { type Candidate, candidateOf } from '../src/experiment/tune/candidate.ts';
import { Tuner, tuneSettings } from '../src/experiment/tune/tuner.ts';
import { defaultScale } from '../src/gemm/formats/scale.ts';
import type { Problem } from '../src/gemm/problem.ts';
import type { Refusal } from '../src/kernel/refusal.ts';
import { best } from '../src/kernel/select/best.ts';
import { serve } from '../src/kernel/select/serve.ts';
import { shapeClass } from '../src/kernel/select/shape-class.ts';
import type { Tuned } from '../src/kernel/select/tuned.ts';
import { variants } from '../src/kernel/select/variants.ts';
import { loadKernels } from '../src/kernel/set/load.node.ts';
import { reference } from '../src/measure/parent/enter.ts';
import { processHost } from '../src/measure/parent/host.node.ts';
import { measure } from '../src/measure/parent/measure.ts';
import type { CaseOutcome, Entry } from '../src/measure/parent/measurement.ts';
import { pairedRatio } from '../src/measure/parent/ratio.ts';
import { DEFAULT_SETTINGS, pairedSettings } from '../src/measure/parent/settings.ts';
import type { Case } from '../src/plan/case/case.ts';
import { median } from '../src/stats/centre.ts';
import { seededRandom, shuffled } from '../src/stats/random.ts';
import { summarize } from '../src/stats/summary.ts';

/** A class by the shape it is tuned on, and others of the class. */
interface Trial {
  readonly format: Pick<Problem['format'], 'w'>;
  readonly layout: Problem['layout'];
  readonly tunedOn: readonly [m: number, n: number, k: number];
  readonly heldOut: readonly (readonly [m: number, n: number, k: number])[];
}

const TRIALS: readonly Trial[] = [
  {
    format: { w: 'f32' },
    layout: 'nn',
    tunedOn: [128, 256, 256],
    heldOut: [
      [96, 256, 224],
      [120, 160, 224],
    ],
  },
  {
    format: { w: 'f32' },
    layout: 'nt',
    tunedOn: [1, 1440, 1440],
    heldOut: [
      [1, 1056, 1504],
      [1, 2016, 1024],
    ],
  },
  {
    format: { w: 'f16' },
    layout: 'nt',
    tunedOn: [16, 1024, 1024],
    heldOut: [
      [9, 704, 1024],
      [13, 608, 544],
    ],
  },
  {
    format: { w: 'mxfp4' },
    layout: 'nt',
    tunedOn: [4, 1440, 1440],
    heldOut: [
      [3, 1056, 1504],
      [4, 2016, 1024],
    ],
  },
];

/** Rivals sampled on each held-out shape, besides every technique's default. */
const RIVALS = 6;
const PROCESSES = 7;
/** Ratios above this are worse than what seven processes can tell. */
const NOISE = 1.05;
const TUNED = 'tuned';
const RULE = 'rule';

const { values } = parseArgs({
  options: {
    adapter: { type: 'string', default: process.env.SHAPEMARK_ADAPTER ?? 'auto' },
    budget: { type: 'string', default: '360' },
    seed: { type: 'string', default: '1' },
  },
});
const open = { engine: 'webgpu', adapter: values.adapter, yieldCpu: true } as const;
const seed = Number(values.seed);
const set = await loadKernels('kernels');
const quiet = { onOpen: () => {}, onVisit: () => {}, onProcess: () => {}, onProgress: () => {}, finished: [] };

function caseOf({ format, layout }: Trial, [m, n, k]: readonly [number, number, number]): Case {
  const scale = defaultScale(format.w);
  const problem: Problem = {
    shape: { batch: 1, m, n, k },
    layout,
    format: { ...format, a: 'f32', acc: 'f32', out: 'f32' },
    ...(scale && { scale }),
    bias: false,
  };
  const id = `eval/tune/${format.w}/m=${m}/n=${n}/k=${k}/layout=${layout}`;
  const from = 'made up for the evaluation';
  const feeding = { operands: 'cold', distribution: 'normal', seed: 1 } as const;
  return {
    id,
    suite: 'eval',
    phase: 'tune',
    name: format.w,
    problem,
    ...feeding,
    kernel: 'best',
    from,
    series: id,
    count: 1,
  };
}

/** The tuned choice of each class, and how it was found. */
async function tuneAll(): Promise<Map<string, Tuned>> {
  const host = processHost();
  const budgetSeconds = Number(values.budget);
  const tuner = new Tuner({ set, trusted: set, classes: TRIALS.length, seed, budgetSeconds, clock: host.clock });
  const { cases } = await measure({
    ...quiet,
    cases: TRIALS.map((trial) => caseOf(trial, trial.tunedOn)),
    host,
    open,
    enter: (item, facts) => tuner.enter(item, facts),
    heat: (outcome) => tuner.heat(outcome),
    settled: (outcome) => tuner.settled(outcome),
    settings: tuneSettings(seed),
  });
  const found = new Map<string, Tuned>();
  for (const outcome of cases) {
    const standing = tuner.standing(outcome);
    if (!standing) throw new Error(`${outcome.case.id}: ${outcome.refusal?.detail ?? 'not measured'}`);
    const { kernel, choice, name } = standing.winner;
    const ruleWon = name === standing.control.name;
    found.set(shapeClass(outcome.case.problem), { kernel, choice, ruleWon, tuning: 'this one' });
    const cut = standing.complete ? '' : ', cut short by the budget';
    console.log(
      `${outcome.case.id}: ${standing.winner.name} of ${standing.tried} tried, ${median(standing.ratios).toFixed(2)} of the rule's time${cut}`,
    );
  }
  return found;
}

/** Tuned and rule, each technique's default, and variants that the tuner need not have seen. */
function contendersOf({ problem }: Case, facts: DeviceFacts, tuned: Map<string, Tuned>): Entry | Refusal {
  const choice = tuned.get(shapeClass(problem));
  if (!choice) throw new Error(`${shapeClass(problem)} was not tuned: a held-out shape must be of a tuned class`);
  const picks = [
    [TUNED, best(set, problem, facts, new Map([[shapeClass(problem), [choice]]]))],
    [RULE, best(set, problem, facts)],
  ] as const;
  const named = picks.flatMap(([name, picked]) => ('program' in picked ? [{ name, program: picked.program }] : []));
  const rivals = rivalsOf(problem, facts).flatMap(({ kernel, choice: cut, name }) => {
    const served = serve(kernel, problem, facts, cut);
    return 'program' in served ? [{ name, program: served.program }] : [];
  });
  const vouching = reference('', problem, facts, set);
  if (vouching !== null && 'status' in vouching) return vouching;
  return {
    reference: vouching,
    contenders: [...named, ...rivals].map(({ name, program }) => ({ name, source: { kind: 'wgsl', program } })),
  };
}

function rivalsOf(problem: Problem, facts: DeviceFacts): Candidate[] {
  const serving = set.kernels.filter(
    (kernel) =>
      kernel.textures.length === 0 &&
      kernel.thread.n.values.some((size) => size > 1) &&
      'program' in serve(kernel, problem, facts),
  );
  const defaults = serving.flatMap((kernel) => {
    const served = serve(kernel, problem, facts);
    return 'program' in served ? [candidateOf(kernel, served.program)] : [];
  });
  const all = serving.flatMap((kernel) => variants(kernel, problem, facts).map((cut) => candidateOf(kernel, cut)));
  const sampled = shuffled(all, seededRandom(seed + 1)).slice(0, RIVALS);
  return [...new Map([...defaults, ...sampled].map((candidate) => [candidate.name, candidate])).values()];
}

/** Time of `name` / time of `other`, one a process. */
function ratios(outcome: CaseOutcome, other: string, name: string): number[] {
  return outcome.visits.flatMap(({ result }) => (result ? (pairedRatio(result, other, name) ?? []) : []));
}

function verdictOf(outcome: CaseOutcome) {
  const names = outcome.entry?.contenders.map(({ name }) => name) ?? [];
  const toRule = ratios(outcome, RULE, TUNED);
  // The fastest rival is selected and judged on the same processes, which biases the comparison against the tuner.
  const toBest = names
    .filter((name) => name !== TUNED)
    .map((name) => ({ name, ratios: ratios(outcome, name, TUNED) }))
    .filter(({ ratios: found }) => found.length > 0)
    .reduce((most, next) => (median(next.ratios) > median(most.ratios) ? next : most));
  const rule = summarize(toRule);
  const rival = summarize(toBest.ratios);
  const isBest = rival.median <= NOISE || rival.interval[0] <= 1;
  const isBetter = rule.median < 1 && rule.interval[1] <= NOISE;
  return { rule, rival, rivalName: toBest.name, holds: isBest || isBetter };
}

const text = ({ median: middle, interval: [low, high] }: ReturnType<typeof summarize>) =>
  `${middle.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;

const start = performance.now();
const tuned = await tuneAll();
const settings = { ...pairedSettings(DEFAULT_SETTINGS), processes: PROCESSES, looks: [PROCESSES], seed: seed + 1 };
const { cases } = await measure({
  ...quiet,
  cases: TRIALS.flatMap((trial) => trial.heldOut.map((shape) => caseOf(trial, shape))),
  host: processHost(),
  open,
  enter: (item, facts) => contendersOf(item, facts, tuned),
  settings: { ...settings, sampling: { ...settings.sampling, sampleSeconds: 0.06, maxWarmUpSeconds: 0.02 } },
});
console.log('\nheld-out shape: time of the tuned choice / the rule’s, / the fastest other on that very shape');
let held = 0;
for (const outcome of cases) {
  if (outcome.visits.length === 0) throw new Error(`${outcome.case.id}: ${outcome.refusal?.detail ?? 'not measured'}`);
  const { rule, rival, rivalName, holds } = verdictOf(outcome);
  if (holds) held++;
  console.log(
    `${outcome.case.id}: ${text(rule)}, ${text(rival)} (${rivalName})${holds ? '' : '  NEITHER BEST NOR BETTER'}`,
  );
}
console.log(
  `\n${held} of ${cases.length} within noise of the best or better than the rule; ${((performance.now() - start) / 1e3).toFixed(0)} s`,
);
process.exitCode = held === cases.length ? 0 : 1;
