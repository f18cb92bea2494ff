/** Names that programs give to parts of a record, which pages show: others were written by hand. */
import { BROWSER_BACKEND } from '../../engine/webgpu/browser.ts';
import { USUAL_ENGINE } from '../../record/environment.ts';
import type { RunRecord } from '../../record/schema.ts';
import { ask, atMost, type Finding } from './finding.ts';

const PHASES = new Set(['total', 'open', 'operands', 'compile', 'verify', 'measuring', 'kernels']);
const PEAKS = new Set(['f32-fma', 'f16-fma', 'f16-matrix-acc-f32', 'f16-matrix-acc-f16', 'copy', 'read', 'launch']);
const WARNINGS = new Set([
  ...['few-processes', 'few-samples', 'wall-clock', 'clocks-disagree', 'no-plateau', 'rejected-readings', 'above-peak'],
  ...['launch-bound', 'not-cold', 'texture-fed'],
]);
const RUNTIMES = new Set(['node', 'bun', 'deno']);
const PLATFORMS = new Set(['aix', 'android', 'darwin', 'freebsd', 'linux', 'openbsd', 'sunos', 'win32']);
const BACKENDS = new Set(['vulkan', 'metal', 'd3d12', 'd3d11', 'opengl', 'opengles']);
/** That this harness asks Dawn for. */
const TOGGLES = new Set([
  ...['+allow_unsafe_apis', '+vulkan_enable_f16_on_nvidia', '+disable_robustness', '-timestamp_quantization'],
]);
const LIMIT = /^(max|min)[A-Z][A-Za-z0-9]{2,60}$/;
const FEATURE = /^[a-z0-9]+([-_][a-z0-9]+){0,9}$/;

/** Of programs outside browsers. */
export function* placeFindings({ environment: { runtime, os, adapter, engine } }: RunRecord): Generator<Finding> {
  const { backend } = adapter;
  if (backend === BROWSER_BACKEND || engine !== USUAL_ENGINE) return;
  if (!RUNTIMES.has(runtime.name)) yield ask(`runtime ${runtime.name} with backend ${backend}`);
  if (!PLATFORMS.has(os.platform)) yield ask(`os.platform is ${os.platform}, which no runtime calls one`);
  if (!BACKENDS.has(backend)) yield ask(`backend ${backend} is none of ${[...BACKENDS].join(', ')}`);
}

/** Names of parts of a record, which pages show. */
export function* wordFindings({ profile, peaks, cases, environment: { adapter } }: RunRecord): Generator<Finding> {
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
    ...strange(adapter.toggles, TOGGLES, 'the toggle'),
    ...Object.keys(adapter.limits).flatMap((name) =>
      LIMIT.test(name) ? [] : [ask(`the limit ${name.slice(0, 60)} is none of WebGPU`)],
    ),
    ...adapter.features.flatMap((name) =>
      FEATURE.test(name) ? [] : [ask(`the feature ${name.slice(0, 60)} is none of WebGPU`)],
    ),
    ...strange(
      cases.flatMap(({ warnings }) => warnings.map(({ code }) => code)),
      WARNINGS,
      'the warning',
    ),
  ]);
}
