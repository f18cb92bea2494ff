import { resolve } from 'node:path';
import { installAdvice } from '../../engine/webgpu/adapters.node.ts';
import { printJson } from '../../experiment/io.ts';
import { placeFacts } from '../../experiment/setup/settings.ts';
import { Connection } from '../../measure/parent/connection.ts';
import { processHost } from '../../measure/parent/host.node.ts';
import type { Calls } from '../../measure/worker/protocol.ts';
import type { TimerFacts } from '../../measure/worker/timer.ts';
import { latestCalibration } from '../../record/calibration.node.ts';
import type { Calibration } from '../../record/calibration.ts';
import { unitId } from '../../record/machine.node.ts';
import { machineName } from '../../record/machine.ts';
import { type Document, facts, section } from '../../report/document/document.ts';
import { percent, scaled, seconds, share } from '../../report/si.ts';
import { EXIT } from '../exit.ts';
import { printDocument } from '../print.ts';
import type { Verb } from '../verb.ts';

type Opened = Calls['open']['answer'];

/** Long enough to unpack and start a software adapter for the first time. */
const ALLOW_SECONDS = 120;

/** `doctor`: what this machine can run on, what was tried, and what to install for something better. */
export const doctor: Verb<{ adapter: string; results: string; json: boolean }> = {
  command: 'doctor',
  describe: 'Say what adapter, features and timer this machine has, and what to install',
  lists: [],
  options: (argv) =>
    argv
      .option('adapter', {
        type: 'string',
        default: 'auto',
        describe: 'auto, gpu, software, embedded or part of a name',
      })
      .option('results', { type: 'string', default: 'results', describe: 'Folder with calibrations of this machine' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON document' }),
  run: async ({ adapter, results, json }, io) => {
    const host = processHost();
    const connection = new Connection(host.start(), host.clock);
    try {
      const opened = await connection.call(
        'open',
        { engine: 'webgpu', adapter, yieldCpu: true, process: 0 },
        ALLOW_SECONDS,
      );
      const timer = await connection.call('timer', {}, ALLOW_SECONDS);
      const environment = { ...placeFacts('webgpu'), adapter: opened.facts };
      const advice = opened.facts.source === 'gpu' ? null : installAdvice();
      const machine = machineName(environment);
      const calibration = latestCalibration(resolve(io.cwd, results), machine, unitId(io.environment)) ?? null;
      if (json) printJson(io, { machine, environment, tried: opened.tried, timer, calibration, advice });
      else printDocument(io, findings({ machine, opened, timer, calibration, advice }));
      return EXIT.fine;
    } finally {
      connection.end('interrupted', 'done');
    }
  },
};

const SOURCES = {
  gpu: 'a GPU',
  'system-software': 'a software adapter of this system (the CPU)',
  'embedded-software': 'the embedded software adapter (the CPU, slow)',
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

interface Findings {
  readonly machine: string;
  readonly opened: Opened;
  readonly timer: TimerFacts;
  readonly calibration: Calibration | null;
  readonly advice: string | null;
}

function findings({ machine, opened, timer, calibration, advice }: Findings): Document {
  const { facts: device, tried } = opened;
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

/** What the latest A/A of this machine says it cannot see. */
function noiseText(calibration: Calibration | null): string {
  if (!calibration || calibration.cases.length === 0) return 'unknown; measure it with: shapemark calibrate';
  const { cases, settings, id } = calibration;
  const floors = cases.map(({ floor }) => floor);
  const effects = cases.flatMap(({ minimalDetectableEffect: effect }) => effect ?? []);
  const found =
    effects.length < cases.length
      ? `in ${cases.length - effects.length} of ${cases.length} cases no slowdown is sure to be found`
      : `the smallest slowdown sure to be found is ${share(Math.min(...effects))} to ${share(Math.max(...effects))}`;
  return `A/A floor of ${settings.processes} processes ${share(Math.min(...floors))} to ${share(Math.max(...floors))}; ${found} (calibration ${id})`;
}

function limitText(value: number | undefined, unit: 'B' | ''): string {
  if (value === undefined) return 'unknown';
  return unit === '' ? String(value) : `${value} (${scaled(value, unit)})`;
}

function timerText(timer: TimerFacts): string {
  const resolution = `resolution ${seconds(timer.resolutionSeconds)}${timer.quantized ? ' (coarsened on purpose)' : ''}`;
  if (timer.kind === 'wall') return `wall clock, ${resolution}, because ${timer.reason ?? 'the device has none'}`;
  const ofWall = timer.gpuOverWall === null ? '' : `; device time is ${percent(timer.gpuOverWall)} of wall time`;
  return `device timestamps, proven, ${resolution}${ofWall}`;
}

function attemptText({ route, outcome, found, reason }: Opened['tried'][number]): string {
  return `${route}: ${outcome}${found === null ? '' : `, ${found}`} (${reason})`;
}
