/** Settings, clocks and phases that no version has, or that exclude each other. */

import { BROWSER_BACKEND } from '../../engine/webgpu/browser.ts';
import { DEFAULT_SETTINGS, pairedSettings, REFERENCE_MACS, SAMPLING } from '../../measure/parent/settings.ts';
import { PROBES_VERSION } from '../../measure/worker/probes.ts';
import { QUANTIZED_FROM_SECONDS } from '../../measure/worker/timer.ts';
import { USUAL_ENGINE } from '../../record/environment.ts';
import type { RunRecord } from '../../record/schema.ts';
import { SEARCH_SAMPLING } from '../search/halving.ts';
import { ask, atMost, type Finding, refuse } from './finding.ts';

const PHASES = new Set(['total', 'open', 'operands', 'compile', 'verify', 'measuring', 'kernels']);
const PEAKS = new Set(['f32-fma', 'f16-fma', 'f16-matrix-acc-f32', 'f16-matrix-acc-f16', 'copy', 'read', 'launch']);
const WARNINGS = new Set([
  ...['few-processes', 'few-samples', 'wall-clock', 'clocks-disagree', 'no-plateau', 'rejected-readings', 'above-peak'],
  ...['launch-bound', 'not-cold', 'texture-fed'],
]);
const RUNTIMES = new Set(['node', 'bun', 'deno']);
const PLATFORMS = new Set(['aix', 'android', 'darwin', 'freebsd', 'linux', 'openbsd', 'sunos', 'win32']);
const BACKENDS = new Set(['vulkan', 'metal', 'd3d12', 'd3d11', 'opengl', 'opengles']);
/** Of programs outside browsers, whose clocks step by a tenth of a microsecond. */
const COARSEST_WALL_SECONDS = 1e-5;
/** A device clock beside the wall clock, as the proof of the timer allows it. */
const GPU_OVER_WALL = [0.2, 1.1] as const;

export function* settingsFindings(record: RunRecord): Generator<Finding> {
  yield* settings(record);
  yield* adapterAsked(record);
  yield* clocks(record);
  yield* place(record);
  yield* words(record);
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
  } else if (timer.wallResolutionSeconds !== undefined && step !== wall)
    yield refuse(`timer.resolutionSeconds is ${step}; the wall clock steps by ${wall} s`);
  const finest = kind === 'wall' ? Math.max(step, wall) : wall;
  if (environment.adapter.backend !== BROWSER_BACKEND && finest > COARSEST_WALL_SECONDS)
    yield ask(`the wall clock steps by ${finest} s, coarser than clocks outside browsers`);
}

/** Of programs outside browsers. */
function* place({ environment: { runtime, os, adapter, engine } }: RunRecord): Generator<Finding> {
  const { backend } = adapter;
  if (backend === BROWSER_BACKEND || engine !== USUAL_ENGINE) return;
  if (!RUNTIMES.has(runtime.name)) yield ask(`runtime ${runtime.name} with backend ${backend}`);
  if (!PLATFORMS.has(os.platform)) yield ask(`os.platform is ${os.platform}, which no runtime calls one`);
  if (!BACKENDS.has(backend)) yield ask(`backend ${backend} is none of ${[...BACKENDS].join(', ')}`);
}

/** Names of parts of a record, which pages show. */
function* words({ profile, peaks, cases }: RunRecord): Generator<Finding> {
  const strange = (names: Iterable<string>, known: ReadonlySet<string>, what: string) =>
    [...new Set(names)].flatMap((name) =>
      known.has(name) ? [] : [ask(`${what} ${name.slice(0, 60)} is of no version`)],
    );
  yield* atMost([
    ...strange(Object.keys(profile), PHASES, 'the phase'),
    ...strange(
      peaks.map(({ path }) => path),
      PEAKS,
      'the peak',
    ),
    ...strange(
      cases.flatMap(({ warnings }) => warnings.map(({ code }) => code)),
      WARNINGS,
      'the warning',
    ),
  ]);
}
