/** Settings of a run: the command line over what the suites ask for over defaults. */
import { engineNamed } from '../../engine/registry.node.ts';
import {
  DEFAULT_PROCESSES,
  DEFAULT_SETTINGS,
  looksFor,
  SAMPLING,
  type Settings,
} from '../../measure/parent/settings.ts';
import type { Expansion } from '../../plan/case/expand.ts';
import { dawnVersion, runtimeFacts, shapemarkVersion } from '../../record/environment.node.ts';
import type { Environment } from '../../record/environment.ts';
import { cpuFacts, osFacts } from '../../record/machine.node.ts';

export interface Asked {
  readonly processes: number | undefined;
  readonly budget: number | undefined;
  readonly seed: number;
  readonly 'cold-bytes'?: number | undefined;
}

/** Several suites share one run: the most processes, the tightest target, the longest budget that any asks for. */
export function settingsFor(asked: Asked, expansions: readonly Expansion[]): Settings {
  const runs = expansions.map(({ suite }) => suite.run);
  const processes = asked.processes ?? most(runs.map((run) => run.processes)) ?? DEFAULT_PROCESSES;
  const samples = most(runs.map((run) => run.samples));
  const budgets = runs.map((run) => run.budgetSeconds);
  const everyBudget = budgets.every((budget) => budget !== undefined) ? most(budgets) : undefined;
  const targets = runs.flatMap((run) => run.target ?? []);
  return {
    ...DEFAULT_SETTINGS,
    processes,
    looks: looksFor(processes),
    target: targets.length > 0 ? Math.min(...targets) : DEFAULT_SETTINGS.target,
    budgetSeconds: asked.budget ?? everyBudget ?? null,
    seed: asked.seed,
    coldBytes: asked['cold-bytes'] ?? DEFAULT_SETTINGS.coldBytes,
    sampling: samples === undefined ? SAMPLING : { ...SAMPLING, minSamples: samples, maxSamples: samples },
  };
}

/** Default time limit of a run in seconds. */
export const DEFAULT_BUDGET_SECONDS = 180;
export const DEFAULT_BUDGET_NOTE = `no limit was asked for, so this takes at most ${DEFAULT_BUDGET_SECONDS} s; --budget SECONDS sets another, for narrower intervals\n`;

/** As `settingsFor`, with the default budget if neither the command line nor a suite's `run:` limits the run. */
export function limitedSettings(
  asked: Asked,
  expansions: readonly Expansion[],
): { settings: Settings; isDefaultBudget: boolean } {
  const settings = settingsFor(asked, expansions);
  const isLimited =
    asked.processes !== undefined ||
    settings.budgetSeconds !== null ||
    expansions.some(({ suite: { run } }) => run.processes !== undefined || run.budgetSeconds !== undefined);
  if (isLimited) return { settings, isDefaultBudget: false };
  return { settings: { ...settings, budgetSeconds: DEFAULT_BUDGET_SECONDS }, isDefaultBudget: true };
}

function most(values: readonly (number | undefined)[]): number | undefined {
  const given = values.filter((value) => value !== undefined);
  return given.length > 0 ? Math.max(...given) : undefined;
}

/** What is known of the environment before a device is open. Workers are started without shader caches. */
export function placeFacts(name: string): Omit<Environment, 'adapter'> {
  const engine = engineNamed(name);
  return {
    shapemark: shapemarkVersion(),
    runtime: runtimeFacts(),
    dawn: engine.kind === 'device' && engine.runsDawn ? dawnVersion() : null,
    engine: name,
    os: osFacts(),
    cpu: cpuFacts(),
    shaderCache: engine.kind === 'device' ? 'off' : 'unknown',
    yieldCpu: true,
  };
}
