/** Settings, clocks and phases that no version has, or that exclude each other. */

import { BROWSER_BACKEND } from '../../engine/webgpu/browser.ts';
import { DEFAULT_SETTINGS, looksFor, pairedSettings, REFERENCE_MACS, SAMPLING } from '../../measure/parent/settings.ts';
import { PROBES_VERSION } from '../../measure/worker/probes.ts';
import { QUANTIZED_FROM_SECONDS } from '../../measure/worker/timer.ts';
import type { RunRecord } from '../../record/schema.ts';
import { SEARCH_SAMPLING } from '../search/halving.ts';
import { ask, atMost, type Finding, refuse } from './finding.ts';

/** Of programs outside browsers, whose clocks step by a tenth of a microsecond. */
const COARSEST_WALL_SECONDS = 1e-5;
/** Why device time was not used. */
const WHY_WALL = /^(the device( offers no|'s timestamps are| reported no time)|device time is) /;
/** A device clock beside the wall clock, as the proof of the timer allows it. */
const GPU_OVER_WALL = [0.2, 1.1] as const;

export function* settingsFindings(record: RunRecord): Generator<Finding> {
  yield* settings(record);
  yield* adapterAsked(record);
  yield* clocks(record);
  yield* programFindings(record);
}

function* settings({ settings: own, processes, ended }: RunRecord): Generator<Finding> {
  const { sampling, looks } = own;
  const usual = [SAMPLING, SEARCH_SAMPLING, pairedSettings(DEFAULT_SETTINGS).sampling].map((each) =>
    JSON.stringify(each),
  );
  if (!usual.includes(JSON.stringify(sampling)))
    yield ask(`settings.sampling is not that of any version of this harness: ${JSON.stringify(sampling)}`);
  const most = Math.max(own.processes, ...looks);
  if (processes.length > most) yield refuse(`${processes.length} processes; the settings allow ${most}`);
  if (looks[0] !== own.processes || looks.some((look, i) => i > 0 && look <= (looks[i - 1] ?? 0)))
    yield refuse(`settings.looks ${looks.join(', ')} do not begin with ${own.processes} processes and grow`);
  if (ended === 'processes' && processes.length < own.processes)
    yield refuse(`ended because all processes were done, after ${processes.length} of ${own.processes}`);
  if (ended === 'budget' && own.budgetSeconds === null) yield refuse('ended by a budget that was not set');
  const isSearch = JSON.stringify(sampling) === JSON.stringify(SEARCH_SAMPLING);
  if (!isSearch && JSON.stringify(looks) !== JSON.stringify(looksFor(own.processes)))
    yield ask(
      `settings.looks is ${looks.join(', ')}; ${own.processes} processes make it ${looksFor(own.processes).join(', ')}`,
    );
  const isBetween = processes.length >= own.processes && processes.length < Math.max(...looks);
  if (!isSearch && !own.merged && (ended === 'target' || ended === 'processes') && (ended === 'target') !== isBetween)
    yield refuse(`ended is ${ended} after ${processes.length} processes of ${looks.join(', ')}`);
  if (own.scenario !== undefined) yield refuse('settings.scenario is of a scripted device');
  if (own.experiment !== undefined) yield ask(`settings.experiment is ${own.experiment}, of a journal`);
  if ((own.probes ?? 1) > PROBES_VERSION)
    yield ask(`settings.probes is ${own.probes}; this version has ${PROBES_VERSION}`);
  if (JSON.stringify(own.referenceMacs) !== JSON.stringify(REFERENCE_MACS))
    yield ask(`settings.referenceMacs is ${JSON.stringify(own.referenceMacs)}, of no version of this harness`);
}

/** What was asked for is what was found. */
function* adapterAsked({ settings: { adapter: asked }, environment: { adapter } }: RunRecord): Generator<Finding> {
  const { source } = adapter;
  const fits =
    (asked !== 'gpu' || source === 'gpu') &&
    (asked !== 'software' || source !== 'gpu') &&
    (asked !== 'embedded' || source === 'embedded-software');
  if (!fits) yield refuse(`settings.adapter is ${asked}; the adapter is ${source}`);
}

function* clocks({ timer, environment }: RunRecord): Generator<Finding> {
  const { kind, resolutionSeconds: step, wallResolutionSeconds: wall = 0, quantized, gpuOverWall } = timer;
  const [least, most] = GPU_OVER_WALL;
  if (kind === 'gpu') {
    if (!environment.adapter.timestamps) yield refuse('the timer is the device’s, which has no timestamps');
    if (timer.reason !== undefined) yield refuse('timer.reason says why wall time is used; device time was');
    if (quantized !== step >= QUANTIZED_FROM_SECONDS)
      yield refuse(`timer.quantized is ${quantized} for a clock that steps by ${step} s`);
    if (typeof gpuOverWall === 'number' && (gpuOverWall < least || gpuOverWall > most))
      yield refuse(`timer.gpuOverWall is ${gpuOverWall}: the proof of the timer allows ${least} to ${most}`);
  } else if (!WHY_WALL.test(timer.reason ?? ''))
    yield ask(`timer.reason is "${(timer.reason ?? '').slice(0, 60)}", of no version`);
  else if (environment.adapter.timestamps && /offers no timestamp/.test(timer.reason ?? ''))
    yield refuse('timer.reason is that there are no timestamps, which the adapter has');
  else if (timer.wallResolutionSeconds !== undefined && step !== wall)
    yield refuse(`timer.resolutionSeconds is ${step}; the wall clock steps by ${wall} s`);
  const finest = kind === 'wall' ? Math.max(step, wall) : wall;
  if (environment.adapter.backend !== BROWSER_BACKEND && finest > COARSEST_WALL_SECONDS)
    yield ask(`the wall clock steps by ${finest} s, coarser than clocks outside browsers`);
}

/** Rows are of the engine, of the tuning and of the sentinel that the settings name. */
function* programFindings({ cases, settings: own, environment }: RunRecord): Generator<Finding> {
  const unchecked = environment.adapter.toggles.includes('+disable_robustness');
  const found = cases.flatMap((row) => {
    if (row.status !== 'measured') return [];
    const { id, kernel, visits, robustness } = row;
    return [
      // An engine's own matmul has its name, and is no file.
      ...(kernel.hash === undefined && kernel.name !== environment.engine
        ? [refuse(`${id}: kernel ${kernel.name ?? kernel.requested} has no hash of its file`)]
        : []),
      ...(kernel.tuning !== undefined && !own.tuning ? [refuse(`${id}: kernel.tuning, of a run without tunings`)] : []),
      ...(!own.sentinelBeside && visits.some(({ toSentinel }) => toSentinel !== undefined)
        ? [refuse(`${id}: times over the sentinel, which was not read beside them`)]
        : []),
      ...(environment.adapter.backend !== BROWSER_BACKEND && unchecked !== (robustness === 'off')
        ? [ask(`${id}: robustness is ${robustness ?? 'on'}; the toggles make it ${unchecked ? 'off' : 'on'}`)]
        : []),
    ];
  });
  yield* atMost(found);
}
