/**
 * Plays whole searches on a scripted device with known costs: a cliff at widths not divisible by 8, a plateau of equal rate, a
 * few percent of slope to either side, drift, and pipelines that are slow in a fifth of all processes.
 */

import { trueSeconds } from '../../src/engine/scripted/device.ts';
import { playing } from '../../src/engine/scripted/engine.ts';
import { parseScenario, type Scenario, whenFields } from '../../src/engine/scripted/scenario.ts';
import { CLASSIC_RUNS, classicAnswer, classicOrder, classicSuite } from '../../src/experiment/search/classic.ts';
import { documentOf } from '../../src/experiment/search/document.ts';
import { rulesFor, type SearchSession, search } from '../../src/experiment/search/race.ts';
import { experiment } from '../../src/experiment/session/experiment.ts';
import { shippedKernels } from '../../src/experiment/setup/selection.ts';
import { settingsFor } from '../../src/experiment/setup/settings.ts';
import type { ClassicAnswer, SearchDocument } from '../../src/judge/search/search-document.ts';
import { enterRun } from '../../src/measure/parent/enter.ts';
import { playedHost } from '../../src/measure/parent/host.played.ts';
import { expand } from '../../src/plan/case/expand.ts';
import { planSearch, type SearchPlan, type SearchRequest, suiteFromRequest, widthsOf } from '../../src/plan/search.ts';
import { quiet } from '../document/quiet.ts';

/** The default grid of the classic script: 10,922 and the multiples of 4 within 100 of it. */
const REQUEST: SearchRequest = {
  hidden: 4096,
  around: '8/3',
  distance: 100,
  step: 4,
  tokens: 4096,
  gated: true,
  gateUp: 'fused',
  w: 'f16',
  kernel: 'naive',
  operands: 'cold',
};

const NOISE: Readonly<Record<string, string>> = {
  contender: 'bimodal, probability: 0.2, factor: 1.2, sigma: 0.01',
  process: 'bimodal, probability: 0.2, factor: 1.2, sigma: 0.01, scope: process',
};

/** Rates are equal from 10,880 to 10,928; time grows by 0.06 % for each unit of d_ff beyond. */
export function searchScenario(seed: number, modes: 'contender' | 'process' = 'contender'): string {
  const rate = 'flopPerSecond: 1e14';
  const [down, up] = ["penalties: [{unless: 'k%8=0', factor: 1.3}]", "penalties: [{unless: 'n%16=0', factor: 1.3}]"];
  return `
seed: ${seed}
cost:
  - {when: 'n=4096,k<10880', ${rate}, ${down}, slopes: [{of: k, from: 10880, perUnit: -0.0006}]}
  - {when: 'n=4096,k>10928', ${rate}, ${down}, slopes: [{of: k, from: 10928, perUnit: 0.0006}]}
  - {when: 'n=4096', ${rate}, ${down}}
  - {when: 'n<21760', ${rate}, ${up}, slopes: [{of: n, from: 21760, perUnit: -0.0003}]}
  - {when: 'n>21856', ${rate}, ${up}, slopes: [{of: n, from: 21856, perUnit: 0.0003}]}
  - {${rate}, ${up}}
probes: [{probe: empty, seconds: 1e-5}, {probe: 'peak-*', seconds: 0.02}, {probe: '*', seconds: 1e-3}]
noise:
  betweenProcesses: {kind: ${NOISE[modes]}}
  withinProcess: {sigma: 0.01}
drift: {perSecond: 0.0002, untilSeconds: 100}
`;
}

/** One search against the truth. Slowness is true time per parameter over the true best's, minus 1. */
export interface Verdict {
  /** Whether some truly best width is among the winners. */
  readonly holdsBest: boolean;
  /** Largest true slowness among the winners. */
  readonly worstWinner: number;
  /** Whether a truly best width stands in a lower group than another. */
  readonly splitsPlateau: boolean;
  /** Visits over those of measuring all candidates equally. */
  readonly cost: number;
  readonly processes: number;
  readonly winners: number;
  /** True slowness of the classic method's best. */
  readonly classicSlower: number;
  /** Of the classic method's five best, how many are not truly best. */
  readonly classicWrongOfFive: number;
  readonly classicRepeatability: number;
}

/** Less than this is equal: the arithmetic of a scenario rounds. */
const EQUAL = 1e-9;

export async function playSearch(seed: number, modes: 'contender' | 'process' = 'contender'): Promise<Verdict> {
  const scenario = parseScenario(searchScenario(seed, modes), `scenario ${seed}`);
  const kernels = await shippedKernels();
  const { suite, gemms } = suiteFromRequest(REQUEST);
  const context = { kernels: kernels.kernels.map(({ name }) => name) };
  const { baseline } = widthsOf(REQUEST);
  const about = { gemms, hidden: REQUEST.hidden, baseline, gated: REQUEST.gated };
  const plan = planSearch(suite, expand(suite, context).cases, about);
  const session: SearchSession = {
    plan,
    host: playedHost(playing(scenario)),
    open: { engine: 'scripted', adapter: 'auto', yieldCpu: false },
    enter: enterRun(kernels, kernels),
    settings: settingsFor({ processes: undefined, budget: undefined, seed }, []),
    rules: rulesFor({ minimumEffect: 0.01, processes: 46 }),
  };
  const searched = await search(quiet(), session);
  if (searched === null) throw new Error('a scripted search cannot be interrupted');
  const document = documentOf(plan, searched, { id: `${seed}`, machine: 'scripted' });
  const classic = await playClassic(plan, session, scenario, document);
  return verdictOf(document, classic, slownessOf(plan, scenario));
}

async function playClassic(
  plan: SearchPlan,
  session: SearchSession,
  scenario: Scenario,
  document: SearchDocument,
): Promise<ClassicAnswer> {
  const { cases } = expand(classicSuite(plan), { kernels: [REQUEST.kernel] });
  const measured = await experiment(quiet(), {
    ...session,
    host: playedHost(playing(scenario)),
    cases: classicOrder(cases, plan.baseline),
    settings: { ...session.settings, processes: CLASSIC_RUNS, looks: [CLASSIC_RUNS] },
    order: 'given',
  });
  const answer = measured && classicAnswer(measured, plan, document.candidates);
  if (!answer) throw new Error('the classic search measured nothing');
  return answer;
}

function verdictOf(document: SearchDocument, classic: ClassicAnswer, slowness: ReadonlyMap<number, number>): Verdict {
  const of = (dFf: number) => slowness.get(dFf) ?? Number.NaN;
  const isBest = (dFf: number) => of(dFf) < EQUAL;
  const groupsOfBest = new Set(document.candidates.filter(({ dFf }) => isBest(dFf)).map(({ group }) => group));
  const { group } = document.winner;
  return {
    holdsBest: group.some(isBest),
    worstWinner: Math.max(...group.map(of)),
    splitsPlateau: groupsOfBest.size > 1,
    cost: document.cost,
    processes: document.processes,
    winners: group.length,
    classicSlower: of(classic.best),
    classicWrongOfFive: classic.candidates.slice(0, 5).filter(({ dFf }) => !isBest(dFf)).length,
    classicRepeatability: classic.repeatability ?? 0,
  };
}

/** The truth, by d_ff. */
function slownessOf({ candidates, gemms }: SearchPlan, scenario: Scenario): Map<number, number> {
  const scores = candidates.map(({ cases, parameters }) =>
    cases.reduce((sum, { problem, kernel }, i) => {
      const seconds = trueSeconds(scenario, problem, whenFields({ problem, kernel }));
      return sum + (seconds * (gemms[i]?.times ?? 1)) / parameters;
    }, 0),
  );
  const best = Math.min(...scores);
  return new Map(candidates.map(({ dFf }, i) => [dFf, (scores[i] ?? Number.NaN) / best - 1]));
}
