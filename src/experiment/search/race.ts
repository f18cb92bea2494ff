/** Runs one search: combines the rules of judge/search with the measurement. */
import type { Observation } from '../../judge/search/field.ts';
import { type Answer, answerOf } from '../../judge/search/groups.ts';
import { isLook, RACE_RULES, type RaceRules, type RaceTable, raceLook } from '../../judge/search/race.ts';
import type { Measurement, MeasureRequest } from '../../measure/parent/measurement.ts';
import type { Settings } from '../../measure/parent/settings.ts';
import type { SearchPlan } from '../../plan/search.ts';
import type { Io } from '../io.ts';
import { experiment, type Kept } from '../session/experiment.ts';
import { Halving, searchSettings } from './halving.ts';

export interface SearchSession extends Pick<MeasureRequest, 'host' | 'open' | 'enter' | 'settings'> {
  readonly plan: SearchPlan;
  readonly rules: RaceRules;
}

export interface Searched {
  readonly measurement: Measurement;
  readonly answer: Answer;
  readonly processes: number;
  /** Processes of the screens; all of them when the search ended before confirmation. */
  readonly screened: number;
  /** Visits made over those of every candidate in every process. */
  readonly cost: number;
}

/** The rules with other sizes, as the command line asks for them. */
export function rulesFor({ minimumEffect, processes }: { minimumEffect: number; processes: number }): RaceRules {
  const screened = RACE_RULES.screens.at(-1) ?? 0;
  const confirms = RACE_RULES.confirms.filter((count) => count + screened <= processes);
  const screens = RACE_RULES.screens.filter((count) => count <= processes);
  return { ...RACE_RULES, minimumEffect, screens: screens.length > 0 ? screens : [processes], confirms };
}

/** How the search measures. */
export function sessionSettings({ settings, rules }: Pick<SearchSession, 'settings' | 'rules'>): Settings {
  const screened = rules.screens.at(-1) ?? 0;
  return searchSettings(settings, screened + (rules.confirms.at(-1) ?? 0));
}

/** Journal of finished visits, and output when the search is cut short. */
export interface Keeping {
  readonly kept?: Kept;
  readonly onCutShort?: (searched: Searched, by: 'interruption' | 'error') => void;
}

/** @returns null when interrupted */
export async function search(
  io: Io,
  session: SearchSession,
  { kept, onCutShort }: Keeping = {},
): Promise<Searched | null> {
  const { plan, rules, host, open, enter } = session;
  const table = (observations: readonly Observation[]): RaceTable => ({
    observations,
    weights: { times: plan.gemms.map(({ times }) => times), divisors: plan.candidates.map((one) => one.parameters) },
  });
  const baseline = plan.candidates.findIndex(({ dFf }) => dFf === plan.baseline);
  const screened = rules.screens.at(-1) ?? 0;
  const halving = new Halving(placesOf(plan), (observations, running, processes) =>
    isLook(processes, rules)
      ? raceLook(table(observations), running, processes, rules, [baseline])
      : { running, done: false },
  );
  for (const visit of kept?.journal.visits ?? []) halving.add(visit);
  const searched = (measurement: Measurement): Searched => {
    const { observations } = halving;
    // The last candidates may have no visit for lack of time.
    const processes = new Set(observations.map(({ process }) => process)).size;
    const visits = plan.candidates.length * plan.gemms.length * processes;
    return {
      measurement,
      answer: answerOf(table(observations), halving.running, screened, processes, rules),
      processes,
      screened: Math.min(screened, processes),
      cost: observations.length / visits,
    };
  };
  const measurement = await experiment(
    io,
    {
      cases: plan.candidates.flatMap(({ cases }) => cases),
      ...{ host, open, enter, settings: sessionSettings(session) },
      settled: (outcome, processes) => halving.settled(outcome.case.id, processes),
      onVisit: (visit) => halving.add(visit),
      onCutShort: (soFar, by) => onCutShort?.(searched(soFar), by),
    },
    kept,
  );
  return measurement && searched(measurement);
}

function placesOf({ candidates }: SearchPlan) {
  return new Map(
    candidates.flatMap(({ cases }, candidate) => cases.map((item, gemm) => [item.id, { candidate, gemm }] as const)),
  );
}
