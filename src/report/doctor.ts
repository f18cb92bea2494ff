/** The findings of `doctor` as a document. */
import type { Calibration } from '../record/beside/calibration.ts';
import type { Environment } from '../record/environment.ts';
import type { Timer } from '../record/schema.ts';
import { type Document, facts, section } from './document/document.ts';
import { percent, processesText, scaled, seconds, share } from './si.ts';

const SOURCES = {
  gpu: 'a GPU',
  'system-software': 'software adapter of this system (runs on the CPU)',
  'embedded-software': 'embedded software adapter (runs on the CPU, slow)',
  scripted: 'a scenario',
} as const;

/** Limits that decide which shapes and kernels a device serves. */
const LIMITS: readonly [name: string, unit: 'B' | ''][] = [
  ['maxBufferSize', 'B'],
  ['maxStorageBufferBindingSize', 'B'],
  ['maxComputeWorkgroupStorageSize', 'B'],
  ['maxComputeInvocationsPerWorkgroup', ''],
  ['maxComputeWorkgroupsPerDimension', ''],
];

/** What was tried to get an adapter, and how it ended. */
export interface Attempt {
  readonly route: string;
  readonly outcome: string;
  readonly found: string | null;
  readonly reason: string;
}

export interface Findings {
  readonly machine: string;
  readonly environment: Pick<Environment, 'adapter'>;
  readonly tried: readonly Attempt[];
  readonly timer: Pick<Timer, 'kind' | 'resolutionSeconds' | 'quantized' | 'gpuOverWall'> & {
    readonly reason?: string;
  };
  readonly calibration: Calibration | null;
  /** What to install for a better adapter; null on a GPU. */
  readonly advice: string | null;
}

export function findingsDocument({ machine, environment, tried, timer, calibration, advice }: Findings): Document {
  const { adapter: device } = environment;
  const { subgroupSize } = device;
  const limits = LIMITS.map(([name, unit]) => `${name} ${limitText(device.limits[name], unit)}`);
  return {
    sections: section(
      undefined,
      facts(
        ['adapter', `${device.description || device.device}, ${SOURCES[device.source]}`],
        ['machine', machine],
        ['backend', `${device.backend}${device.driver ? `, driver ${device.driver}` : ''}`],
        ['features', device.features.join(', ') || 'none'],
        ...(subgroupSize ? [['subgroups', `${subgroupSize[0]} to ${subgroupSize[1]} wide`] as const] : []),
        ['limits', limits.join('\n')],
        ['timer', timerText(timer)],
        ['noise', noiseText(calibration)],
        ['tried', tried.map(attemptText).join('\n')],
        ...(advice === null ? [] : [['better', advice] as const]),
      ),
    ),
  };
}

/** The A/A floor of this machine from the latest calibration. */
function noiseText(calibration: Calibration | null): string {
  if (!calibration || calibration.cases.length === 0) return 'unknown; measure it with: shapemark calibrate';
  const { cases, settings, id } = calibration;
  const floors = cases.map(({ floor }) => floor);
  const effects = cases.flatMap(({ minimalDetectableEffect: effect }) => effect ?? []);
  const found =
    effects.length < cases.length
      ? `in ${cases.length - effects.length} of ${cases.length} cases no slowdown is certain to be found`
      : `the smallest slowdown found 9 times in 10 is ${share(Math.min(...effects))} to ${share(Math.max(...effects))}`;
  return `A/A floor of ${processesText(settings.processes)} ${share(Math.min(...floors))} to ${share(Math.max(...floors))}; ${found} (calibration ${id})`;
}

function limitText(value: number | undefined, unit: 'B' | ''): string {
  if (value === undefined) return 'unknown';
  return unit === '' ? String(value) : `${value} (${scaled(value, unit)})`;
}

function timerText(timer: Findings['timer']): string {
  const resolution = `resolution ${seconds(timer.resolutionSeconds)}${timer.quantized ? ' (coarsened on purpose)' : ''}`;
  if (timer.kind === 'wall') return `wall clock, ${resolution}, because ${timer.reason ?? 'the device has none'}`;
  const ofWall = timer.gpuOverWall == null ? '' : `; device time is ${percent(timer.gpuOverWall)} of wall time`;
  return `device timestamps, verified, ${resolution}${ofWall}`;
}

function attemptText({ route, outcome, found, reason }: Attempt): string {
  return `${route}: ${outcome}${found === null ? '' : `, ${found}`} (${reason})`;
}
