import { resolve } from 'node:path';
import { installAdvice } from '../../engine/webgpu/adapters.node.ts';
import { Connection } from '../../measure/connection.ts';
import { processHost } from '../../measure/host.node.ts';
import type { Calls } from '../../measure/protocol.ts';
import type { TimerFacts } from '../../measure/timer.ts';
import { latestCalibration } from '../../record/calibration.node.ts';
import type { Calibration } from '../../record/calibration.ts';
import { unitId } from '../../record/machine.node.ts';
import { machineName } from '../../record/machine.ts';
import { scaled, seconds } from '../../report/si.ts';
import { asStartedHere } from '../command-line.ts';
import { EXIT } from '../exit.ts';
import { type Io, printJson } from '../io.ts';
import { placeFacts } from '../settings.ts';
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
      else print(io, { machine, opened, timer, calibration, advice });
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

function print(io: Io, { machine, opened, timer, calibration, advice }: Findings): void {
  const { style } = io;
  const { facts, tried } = opened;
  const line = (name: string, text: string) => io.out(`${style.bold(name.padEnd(10))}${text}\n`);
  line('adapter', `${facts.description || facts.device}, ${SOURCES[facts.source]}`);
  line('machine', machine);
  line('backend', `${facts.backend}${facts.driver ? `, driver ${facts.driver}` : ''}`);
  line('features', facts.features.join(', ') || 'none');
  if (facts.subgroupSize) line('subgroups', `${facts.subgroupSize[0]} to ${facts.subgroupSize[1]} wide`);
  line('limits', LIMITS.map(([name, unit]) => `${name} ${limitText(facts.limits[name], unit)}`).join('\n          '));
  line('timer', timerText(timer));
  line('noise', noiseText(calibration));
  line('tried', tried.map(attemptText).join('\n          '));
  if (advice !== null) line('better', advice);
}

/** What the latest A/A of this machine says it cannot see. */
function noiseText(calibration: Calibration | null): string {
  if (!calibration || calibration.cases.length === 0)
    return asStartedHere('unknown; measure it with: shapemark calibrate');
  const { cases, settings, id } = calibration;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const floors = cases.map(({ floor }) => floor);
  const effects = cases.flatMap(({ minimalDetectableEffect: effect }) => effect ?? []);
  const found =
    effects.length < cases.length
      ? `in ${cases.length - effects.length} of ${cases.length} cases no slowdown is sure to be found`
      : `the smallest slowdown sure to be found is ${percent(Math.min(...effects))} to ${percent(Math.max(...effects))}`;
  return `A/A floor of ${settings.processes} processes ${percent(Math.min(...floors))} to ${percent(Math.max(...floors))}; ${found} (calibration ${id})`;
}

function limitText(value: number | undefined, unit: 'B' | ''): string {
  if (value === undefined) return 'unknown';
  return unit === '' ? String(value) : `${value} (${scaled(value, unit)})`;
}

function timerText(timer: TimerFacts): string {
  const resolution = `resolution ${seconds(timer.resolutionSeconds)}${timer.quantized ? ' (coarsened on purpose)' : ''}`;
  if (timer.kind === 'wall') return `wall clock, ${resolution}, because ${timer.reason ?? 'the device has none'}`;
  const share =
    timer.gpuOverWall === null ? '' : `; device time is ${(timer.gpuOverWall * 100).toFixed(0)} % of wall time`;
  return `device timestamps, proven, ${resolution}${share}`;
}

function attemptText({ route, outcome, found, reason }: Opened['tried'][number]): string {
  return `${route}: ${outcome}${found === null ? '' : `, ${found}`} (${reason})`;
}
