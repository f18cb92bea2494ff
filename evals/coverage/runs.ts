/**
 * Coverage of the 95 % interval, including adaptive stopping. Plays whole runs on scripted devices with known noise and counts.
 * Truth is the population median over processes, taken from an independent pool.
 */

import { playing } from '../../src/engine/scripted/engine.ts';
import { parseScenario } from '../../src/engine/scripted/scenario.ts';
import { playedHost } from '../../src/measure/parent/host.played.ts';
import { measure } from '../../src/measure/parent/measure.ts';
import { scriptedSource, testCase, testSettings } from '../../src/measure/parent/testdata/scripted-experiment.ts';
import { median } from '../../src/stats/centre.ts';
import { summarize } from '../../src/stats/summary.ts';

/** Fixed scenarios: one virtual cost, four kinds of noise between processes. */
export const COVERAGE_SCENARIOS: Readonly<Record<string, string>> = {
  normal: 'noise: {betweenProcesses: {kind: normal, sigma: 0.03}, withinProcess: {sigma: 0.01}}',
  'heavy-tailed':
    'noise: {betweenProcesses: {kind: heavy, sigma: 0.02}, withinProcess: {sigma: 0.01, outliers: {probability: 0.05, factor: 3}}}',
  drifting:
    'noise: {betweenProcesses: {kind: normal, sigma: 0.02}, withinProcess: {sigma: 0.01}}\ndrift: {perSecond: 0.002, untilSeconds: 30}',
  bimodal:
    'noise: {betweenProcesses: {kind: bimodal, probability: 0.16667, factor: 1.2, sigma: 0.015}, withinProcess: {sigma: 0.01}}',
};

export interface Coverage {
  readonly scenario: string;
  readonly runs: number;
  /** Share of runs whose interval holds the truth. */
  readonly covered: number;
  readonly medianProcesses: number;
  /** Median over runs of the interval's relative half-width. */
  readonly medianHalfWidth: number;
}

export async function coverageOf(name: string, runs: number): Promise<Coverage> {
  const noise = COVERAGE_SCENARIOS[name];
  if (noise === undefined)
    throw new RangeError(`no coverage scenario "${name}"; there are ${Object.keys(COVERAGE_SCENARIOS).join(', ')}`);
  const pool: number[] = [];
  for (let seed = 0; seed < runs; seed++) pool.push(...(await playRun(noise, 1_000_000 + seed, [6])));
  const truth = median(pool);
  let covered = 0;
  const halfWidths: number[] = [];
  const processes: number[] = [];
  for (let seed = 0; seed < runs; seed++) {
    const medians = await playRun(noise, seed);
    const { median: middle, interval } = summarize(medians);
    if (interval[0] <= truth && truth <= interval[1]) covered++;
    halfWidths.push((interval[1] - interval[0]) / 2 / middle);
    processes.push(medians.length);
  }
  return {
    scenario: name,
    runs,
    covered: covered / runs,
    medianProcesses: median(processes),
    medianHalfWidth: median(halfWidths),
  };
}

/** Per-process medians of one whole run of one case. */
async function playRun(noise: string, seed: number, looks?: readonly number[]): Promise<number[]> {
  const scenario = parseScenario(
    `cost: [{seconds: 0.005}]\nprobes: [{probe: 'peak-*', seconds: 0.02}]\nseed: ${seed}\n${noise}`,
    `${seed}`,
  );
  const settings = testSettings({ seed, ...(looks && { looks }) });
  const { cases } = await measure({
    cases: [testCase('one')],
    host: playedHost(playing(scenario)),
    open: { engine: 'scripted', adapter: 'auto', yieldCpu: false },
    enter: (item) => ({ reference: null, contenders: [{ name: item.kernel, source: scriptedSource(item.kernel) }] }),
    settings,
    finished: [],
    onOpen: () => {},
    onVisit: () => {},
    onProcess: () => {},
    onProgress: () => {},
  });
  return (cases[0]?.visits ?? []).map((visit) => median(visit.result?.contenders[0]?.samples ?? []));
}
